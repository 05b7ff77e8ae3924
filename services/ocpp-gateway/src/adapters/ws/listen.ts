import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HandleUpgrade } from './station-server.ts';

/** Real milliseconds for a station's HTTP headers (A16). */
const HEADERS_TIMEOUT_MS = 10_000;
const MAX_HEADERS = 64;

export interface Listener {
  /** `ws://host:port/ocpp`. */
  readonly address: string;
  close(): Promise<void>;
}

/** A port of our own, for stations only. */
export async function listen(
  at: { readonly host: string; readonly port: number },
  handleUpgrade: HandleUpgrade,
): Promise<Listener> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS },
    (_, response) => {
      response.writeHead(426, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end('Stations connect here by WebSocket, at /ocpp/{stationId}.\n');
    },
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.on('upgrade', handleUpgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    address: `ws://${host}:${port}/ocpp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
