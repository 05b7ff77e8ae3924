import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock, Timers } from '@headroom/kernel';
import { BODY_BYTES_MAX, CONNECTIONS_MAX } from './bounds.ts';
import { type Sending, SLOW_BYTE_MS } from './misbehave.ts';

/** Real ms in which a request must have come in whole. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  /** Undefined: it was too long. */
  readonly body: string | undefined;
}

export interface VtnServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServerConfig {
  readonly port: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly answer: (received: Received) => Promise<Sending>;
}

/** HTTP on loopback. `port` 0 picks one. */
export async function serve(config: ServerConfig): Promise<VtnServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    // A caller that hangs up in the middle is a matter of its own.
    respond(config, request, response).catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(config.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  { clock, timers, answer }: ServerConfig,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '/', headers } = request;
  response.setHeader('date', new Date(clock.nowMs()).toUTCString());
  const body = await bodyOf(request);
  const received = { method, url: new URL(url, 'http://vtn'), authorization: headers.authorization, body };
  const sending = await answer(received);
  switch (sending.kind) {
    case 'nothing':
      return;
    case 'hang-up':
      response.destroy();
      return;
    case 'bytes':
      response.writeHead(sending.head.status, { ...sending.head.headers });
      await pipeline(Readable.from(sending.chunks), response, { end: sending.cut !== true });
      if (sending.cut === true) response.destroy();
      return;
    case 'drip':
      response.writeHead(sending.head.status, { ...sending.head.headers });
      for (const byte of Buffer.from(sending.text)) {
        if (response.destroyed) return;
        response.write(Uint8Array.of(byte));
        await new Promise<void>((resolve) => timers.after(SLOW_BYTE_MS, resolve));
      }
      response.end();
  }
}

/** What is too long is read to its end and forgotten, so that the caller hears the answer. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size <= BODY_BYTES_MAX ? Buffer.concat(chunks).toString('utf8') : undefined;
}
