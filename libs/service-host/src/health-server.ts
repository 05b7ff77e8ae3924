import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './service.ts';

export interface HealthServer {
  readonly port: number;
  close(): void;
}

/** `/healthz` (the process lives) and `/readyz` (it may be given work; else why not, in words) on loopback. */
export async function serveHealth(service: Service, port: number): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const readiness = service.readiness();
    const ready = readiness.kind === 'ready';
    if (request.url === '/healthz') return void response.end('alive\n');
    if (request.url !== '/readyz') return void response.writeHead(404).end('only /healthz and /readyz\n');
    response.writeHead(ready ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(ready ? 'ready\n' : `not ready: ${readiness.why}\n`);
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
