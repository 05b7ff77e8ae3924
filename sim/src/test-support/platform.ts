import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, type Json, parseJson } from '../json.ts';

interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body: Json;
}

export interface FakeApi {
  readonly url: string;
  readonly calls: ApiCall[];
  of(method: string, path: RegExp): readonly ApiCall[];
  /** Answers of this status for the next calls, one each. */
  readonly failures: number[];
  close(): Promise<void>;
}

/** The public API as far as the simulator uses it: takes everything, remembers everything. */
export async function startFakeApi(): Promise<FakeApi> {
  const calls: ApiCall[] = [];
  const failures: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString());
      calls.push({ method: request.method ?? '', path: request.url ?? '', body: isObject(body) ? body : {} });
      const failure = failures.shift();
      response.statusCode = failure ?? 200;
      response.setHeader('content-type', 'application/json');
      const problem = {
        title: 'no',
        status: failure,
        problems: [{ code: 'fallbacks-do-not-fit', detail: 'sum', pointer: '' }],
      };
      response.end(JSON.stringify(failure === undefined ? { password: 'secret-of-the-station' } : problem));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    failures,
    of: (method, path) => calls.filter((call) => call.method === method && path.test(call.path)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
