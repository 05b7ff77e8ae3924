import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Rng } from '@headroom/kernel';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Admitted, Knock, Refused } from '../../app/admit-station.ts';
import { pickVersion } from '../../domain/admission.ts';
import type { FrameRefusedReason } from '../../domain/facts.ts';
import type { StationSocket } from '../../ports.ts';

/** Seconds after which a station may try again, at random between the two, so that a storm spreads (G1). */
const RETRY_AFTER_MIN_S = 5;
const RETRY_AFTER_MAX_S = 60;
/** Parts of one message; OCPP needs one (A15). */
const MAX_FRAGMENTS = 64;

/** What the application does with a connection. */
export interface ConnectionEvents {
  onText(text: string): void;
  onRefused(reason: FrameRefusedReason, detail: string): void;
  onHeard(): void;
  onClosed(code: number, reason: string): void;
}

export interface StationServerDeps {
  readonly maxFrameBytes: number;
  readonly rng: Rng;
  readonly admit: (knock: Knock) => Promise<Admitted | Refused>;
  readonly open: (admitted: Admitted, socket: StationSocket) => ConnectionEvents;
}

export type HandleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Turns upgrades into connections of authenticated stations (WS-23). */
export function createStationServer(deps: StationServerDeps): HandleUpgrade {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: deps.maxFrameBytes,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    handleProtocols: (offered) => pickVersion([...offered]) ?? false,
  });
  return (request, socket, head) => {
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    deps.admit(knockOf(request)).then(
      (outcome) => {
        if (outcome.kind === 'refused') return refuse(socket, outcome, deps.rng);
        if (socket.destroyed) return;
        server.handleUpgrade(request, socket, head, (webSocket) => {
          socket.off('error', onError);
          attach(webSocket, deps.open(outcome, socketOf(webSocket)));
        });
      },
      () => refuse(socket, { kind: 'refused', status: 503, sentence: 'Please try again.', retry: true }, deps.rng),
    );
  };
}

const knockOf = (request: IncomingMessage): Knock => ({
  url: request.url ?? '',
  authorization: request.headers.authorization,
  protocols: (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim()),
});

function refuse(socket: Duplex, outcome: Refused, rng: Rng): void {
  const body = `${outcome.sentence}\n`;
  const retryAfterS = RETRY_AFTER_MIN_S + Math.floor(rng.next() * (RETRY_AFTER_MAX_S - RETRY_AFTER_MIN_S));
  const lines = [
    `HTTP/1.1 ${outcome.status} ${STATUS_CODES[outcome.status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(outcome.status === 401 ? ['WWW-Authenticate: Basic realm="Headroom", charset="UTF-8"'] : []),
    ...(outcome.retry ? [`Retry-After: ${retryAfterS}`] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function attach(webSocket: WebSocket, events: ConnectionEvents): void {
  webSocket.on('message', (data, isBinary) => {
    events.onHeard();
    if (isBinary) return events.onRefused('binary', 'a binary message');
    events.onText(textOf(data));
  });
  webSocket.on('ping', () => events.onHeard());
  webSocket.on('pong', () => events.onHeard());
  // After an error of the protocol ws closes with the code that fits: 1009, 1007, 1002 (H56, A15, A17).
  webSocket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') events.onRefused('too-large', 'over the size limit');
    else if (error.code?.startsWith('WS_ERR') === true) events.onRefused('wrong-shape', error.code);
  });
  webSocket.on('close', (code, reason) => events.onClosed(code, reason.toString('utf8').slice(0, 123)));
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}

const socketOf = (webSocket: WebSocket): StationSocket => ({
  // The callback takes the error of a socket that died in between; its close event tells the rest.
  send: (text) => webSocket.send(text, () => {}),
  close: (code, reason) => webSocket.close(code, reason),
  terminate: () => webSocket.terminate(),
  ping: () => {
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
  },
  pause: () => webSocket.pause(),
  resume: () => webSocket.resume(),
  bufferedBytes: () => webSocket.bufferedAmount,
  isOpen: () => webSocket.readyState === webSocket.OPEN,
});
