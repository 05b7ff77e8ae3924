import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Callbacks } from '../../ports.ts';

/** Of a notification. It is counted, never read: what has changed is asked for (DR-W1). */
export const NOTIFICATION_BYTES_MAX = 1_048_576;
/** Of the challenge that we give back (DR-W2). */
export const ECHO_CHARS_MAX = 256;
export const CONNECTIONS_MAX = 50;
/** Real ms in which a request must have come in whole. */
export const REQUEST_TIMEOUT_MS = 10_000;
const TIMEOUT_LOOKS = 10;
const BEARER_BYTES = 32;

export interface CallbackServerOptions {
  /** On loopback; 0 picks one. What is reached from outside stands before it, with its TLS. */
  readonly port: number;
  /** Base of the addresses that VTNs are told, without a slash at the end. Absent: that of the server itself. */
  readonly publicUrl?: string;
  /** Why a call was turned away, and whose it seemed to be. */
  readonly onRefused: (source: string, why: string) => void;
  /** Default `REQUEST_TIMEOUT_MS`. */
  readonly requestTimeoutMs?: number;
}

export interface CallbackServer extends Callbacks {
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Door {
  readonly source: string;
  readonly digest: Buffer;
  readonly notified: () => void;
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the notifications of VTNs. Whoever calls with the secret of a door opens it, and says nothing else by it. */
export function createCallbackServer(options: CallbackServerOptions): CallbackServer {
  const { onRefused, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  /** By path: one for each source. */
  const doors = new Map<string, Door>();
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs / TIMEOUT_LOOKS,
    },
    (request, response) => {
      const url = URL.parse(request.url ?? '', 'http://callback');
      const door = doors.get(url?.pathname ?? '');
      if (url === null || door === undefined) return refuse(response, 404);
      if (request.method === 'GET') return echo(response, url.searchParams.get('echo') ?? '');
      if (request.method === 'POST') return take(request, response, { door, onRefused });
      return refuse(response, 405);
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  // A caller that hangs up or talks nonsense is a matter of its own.
  server.on('clientError', (_, socket) => socket.destroy());
  const base = (): string => options.publicUrl ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    async start() {
      server.listen(options.port, '127.0.0.1');
      await once(server, 'listening');
    },
    open(source, notified) {
      const bearer = randomBytes(BEARER_BYTES).toString('base64url');
      const path = `/vtn/${encodeURIComponent(source)}`;
      const door: Door = { source, digest: digestOf(bearer), notified };
      doors.set(path, door);
      return {
        ...{ url: `${base()}${path}`, bearer },
        close() {
          if (doors.get(path) === door) doors.delete(path);
        },
      };
    },
    async stop() {
      doors.clear();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** DR-W2. Text that somebody else has chosen: bounded, of plain characters, and never HTML. */
function echo(response: ServerResponse, challenge: string): void {
  if (challenge.length > ECHO_CHARS_MAX || !/^[\x20-\x7e]+$/.test(challenge)) return refuse(response, 400);
  response.writeHead(200, { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' });
  response.end(challenge);
}

function take(
  request: IncomingMessage,
  response: ServerResponse,
  { door, onRefused }: { readonly door: Door; readonly onRefused: CallbackServerOptions['onRefused'] },
): void {
  const { source, digest, notified } = door;
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digestOf(bearer), digest)) {
    onRefused(source, 'A call to its callback has a wrong token or none.');
    return refuse(response, 401);
  }
  let bytes = Number(request.headers['content-length'] ?? 0) > NOTIFICATION_BYTES_MAX ? Number.POSITIVE_INFINITY : 0;
  const count = (size: number): void => {
    bytes += size;
    if (bytes <= NOTIFICATION_BYTES_MAX) return;
    request.off('data', onData);
    onRefused(source, `A notification has more than ${NOTIFICATION_BYTES_MAX} bytes.`);
    refuse(response, 413);
  };
  const onData = (chunk: Buffer): void => count(chunk.length);
  count(0);
  if (response.writableEnded) return;
  request.on('data', onData);
  request.on('end', () => {
    if (response.writableEnded) return;
    response.writeHead(200).end();
    notified();
  });
}

/** Without a word, and without hearing the rest. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 });
  response.end(() => response.socket?.destroy());
}
