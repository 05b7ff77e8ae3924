import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './service.ts';

export interface HealthServer {
  readonly port: number;
  close(): void;
}

export interface HealthOptions {
  readonly service: Service;
  /** 0 picks one. */
  readonly port: number;
  readonly handledCalls: () => Readonly<Record<string, number>>;
}

/**
 * `/healthz` (the process lives), `/readyz` (it may be given work; else why not, in words) and `/calls` (rpc calls
 * handled, by method) on loopback.
 */
export async function serveHealth({ service, port, handledCalls }: HealthOptions): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const [status, text] = answerTo(request.url ?? '', service, handledCalls);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${text}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerTo(
  url: string,
  service: Service,
  handledCalls: HealthOptions['handledCalls'],
): readonly [number, string] {
  if (url === '/healthz') return [200, 'alive'];
  if (url === '/calls') return [200, JSON.stringify(handledCalls())];
  if (url !== '/readyz') return [404, 'only /healthz, /readyz and /calls'];
  const readiness = service.readiness();
  return readiness.kind === 'ready' ? [200, 'ready'] : [503, `not ready: ${readiness.why}`];
}
