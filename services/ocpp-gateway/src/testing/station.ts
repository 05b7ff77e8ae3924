import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PASSWORD } from './rig.ts';

/** A station for tests: real WebSocket, frames as they are. */
export interface TestStation {
  readonly socket: WebSocket;
  /** Sends a CALL and waits for the frame that answers it. */
  call(action: string, payload: object): Promise<readonly unknown[]>;
  send(text: string): void;
  /** The next frame of the gateway that is no answer to `call`. */
  next(): Promise<readonly unknown[]>;
  /** Close code and reason, once closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export interface Connecting {
  readonly stationId?: string;
  readonly user?: string;
  readonly password?: string;
  readonly protocols?: string[];
  readonly autoPong?: boolean;
}

function open(url: string, options: Connecting): WebSocket {
  const { stationId = 'ST-1', password = PASSWORD, protocols = ['ocpp1.6'], autoPong = true } = options;
  const user = options.user ?? stationId;
  return new WebSocket(`${url}/ocpp/${stationId}`, protocols, {
    autoPong,
    ...(user === '' ? {} : { headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` } }),
  });
}

export async function connect(url: string, options: Connecting = {}): Promise<TestStation> {
  const socket = open(url, options);
  const inbox: (readonly unknown[])[] = [];
  const takers: ((frame: readonly unknown[]) => void)[] = [];
  const answers = new Map<string, (frame: readonly unknown[]) => void>();
  let lastId = 0;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as readonly unknown[];
    const answer = answers.get(String(frame[1]));
    if (answer !== undefined && frame[0] !== 2) answer(frame);
    else if (takers.length > 0) takers.shift()?.(frame);
    else inbox.push(frame);
  });
  await once(socket, 'open');
  return {
    socket,
    call(action, payload) {
      const id = `m${(lastId += 1)}`;
      return new Promise((resolve) => {
        answers.set(id, resolve);
        socket.send(JSON.stringify([2, id, action, payload]));
      });
    },
    send: (text) => socket.send(text),
    next() {
      const frame = inbox.shift();
      return frame === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(frame);
    },
    closed,
  };
}

/** A connection that is refused: status, body and headers of the answer. */
export function refused(
  url: string,
  options: Connecting = {},
): Promise<{ readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, unknown>> }> {
  const socket = open(url, options);
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('was let in')));
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
  });
}

export const BOOT_16 = { chargePointVendor: 'Maker', chargePointModel: 'M1', firmwareVersion: '1.2' };
export const BOOT_201 = { reason: 'PowerUp', chargingStation: { vendorName: 'Maker', model: 'M2' } };

/** Connects and boots, and takes the configuration calls that follow. */
export async function booted(url: string, options: Connecting = {}): Promise<TestStation> {
  const station = await connect(url, options);
  const is16 = (options.protocols ?? ['ocpp1.6'])[0] === 'ocpp1.6';
  await station.call('BootNotification', is16 ? BOOT_16 : BOOT_201);
  for (let i = 0; i < (is16 ? 2 : 1); i += 1) {
    const [, id, action] = await station.next();
    const result = { attributeStatus: 'Accepted', component: { name: 'x' }, variable: { name: 'y' } };
    station.send(
      JSON.stringify([3, id, action === 'SetVariables' ? { setVariableResult: [result] } : { status: 'Accepted' }]),
    );
  }
  return station;
}

/** Lets what was sent arrive: a round trip of the socket. */
export async function roundTrip(station: TestStation): Promise<void> {
  const pong = once(station.socket, 'pong');
  station.socket.ping();
  await pong;
}

/** Waits for what happens on the other side of a socket; the test's own time limit ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}
