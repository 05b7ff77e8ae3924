import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { isObject, type Json } from '../json.ts';

/** One request a station sent. */
interface Received {
  readonly action: string;
  readonly payload: Json;
  readonly messageId: string;
}

type Answer = Json | { readonly error: string } | 'silence';

export interface CentralSystem {
  readonly url: string;
  readonly received: Received[];
  readonly handshakes: { readonly path: string; readonly authorization: string; readonly protocol: string }[];
  /** Answers are looked up here first, by action. */
  readonly answers: Map<string, (payload: Json) => Answer>;
  of(action: string): readonly Received[];
  /** Sends a request to the station and resolves with the frame that answered. */
  call(action: string, payload: Json): Promise<readonly unknown[]>;
  raw(text: string): void;
  /** Most CALLs of the station that waited for an answer at once. */
  mostOutstanding(): number;
  connected(): boolean;
  dropAll(): void;
  close(): Promise<void>;
}

interface State {
  socket: WebSocket | undefined;
  open: number;
  most: number;
  calls: number;
  readonly waiting: Map<string, (frame: readonly unknown[]) => void>;
}

/** A central system of a few lines: accepts everything unless told otherwise, and remembers every request. */
export async function startCentralSystem(nowMs: () => number): Promise<CentralSystem> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const state: State = { socket: undefined, open: 0, most: 0, calls: 0, waiting: new Map() };
  const received: Received[] = [];
  const handshakes: CentralSystem['handshakes'] = [];
  const answers = defaultAnswers(nowMs);

  const answerCall = (socket: WebSocket, frame: readonly unknown[]): void => {
    const [, messageId, action, payload] = frame;
    if (typeof messageId !== 'string' || typeof action !== 'string' || !isObject(payload)) return;
    state.open += 1;
    state.most = Math.max(state.most, state.open);
    received.push({ action, payload, messageId });
    const answer = answers.get(action)?.(payload) ?? {};
    if (answer === 'silence') return;
    state.open -= 1;
    const code = 'error' in answer && typeof answer['error'] === 'string' ? answer['error'] : undefined;
    socket.send(JSON.stringify(code === undefined ? [3, messageId, answer] : [4, messageId, code, 'no', {}]));
  };

  server.on('connection', (socket, request) => {
    const { url: path = '', headers } = request;
    handshakes.push({ path, authorization: headers.authorization ?? '', protocol: socket.protocol });
    state.socket = socket;
    state.open = 0;
    socket.on('close', () => {
      if (state.socket === socket) state.socket = undefined;
    });
    socket.on('message', (data) => {
      const frame: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '');
      if (!Array.isArray(frame)) return;
      if (frame[0] === 2) answerCall(socket, frame);
      else state.waiting.get(String(frame[1]))?.(frame);
    });
  });

  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    received,
    handshakes,
    answers,
    of: (action) => received.filter((one) => one.action === action),
    call(action, payload) {
      state.calls += 1;
      const id = `cs-${state.calls}`;
      state.socket?.send(JSON.stringify([2, id, action, payload]));
      return new Promise((resolve) => state.waiting.set(id, resolve));
    },
    raw: (text) => state.socket?.send(text),
    mostOutstanding: () => state.most,
    connected: () => state.socket?.readyState === WebSocket.OPEN,
    dropAll: () => state.socket?.terminate(),
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function defaultAnswers(nowMs: () => number): Map<string, (payload: Json) => Answer> {
  const currentTime = (): string => new Date(nowMs()).toISOString();
  let transactions = 4_000;
  return new Map<string, (payload: Json) => Answer>([
    ['BootNotification', () => ({ status: 'Accepted', currentTime: currentTime(), interval: 300 })],
    ['Heartbeat', () => ({ currentTime: currentTime() })],
    [
      'Authorize',
      (p) => ('idTag' in p ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } }),
    ],
    [
      'StartTransaction',
      () => {
        transactions += 1;
        return { transactionId: transactions, idTagInfo: { status: 'Accepted' } };
      },
    ],
  ]);
}
