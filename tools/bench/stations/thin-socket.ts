import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** One WebSocket of a station, as cheap as it can be: a bench must spend its cores on what it measures. */
export interface ThinSocket {
  /** ASCII only: one byte a character. */
  send(text: string): void;
  close(): void;
}

export interface ThinSocketEvents {
  readonly onText: (text: string) => void;
  readonly onClosed: (why: string) => void;
}

export interface ThinSocketAddress {
  /** `ws://host:port/path` with the station's own path. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly protocol: string;
}

const HANDSHAKE_BYTES = 16_384;
const HEADER_END = '\r\n\r\n';
const SHORT_MAX = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** Connects and shakes hands; rejects with the first line of an answer that is not 101. */
export function openThinSocket(address: ThinSocketAddress, events: ThinSocketEvents): Promise<ThinSocket> {
  const { hostname, port, pathname } = new URL(address.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEADER_END);
      if (end < 0 && head.length < HANDSHAKE_BYTES) return;
      socket.off('data', onHead);
      const [status = ''] = head.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
      if (!status.includes(' 101 ')) {
        socket.destroy();
        reject(new Error(`${address.url}: ${status}`));
        return;
      }
      socket.once('close', () => events.onClosed('closed'));
      socket.once('error', (cause) => events.onClosed(cause.message));
      read(socket, head.subarray(end + HEADER_END.length), events);
      resolve({ send: (text) => void socket.write(frameOf(TEXT, text)), close: () => socket.destroy() });
    };
    socket.on('data', onHead);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${address.url}: closed`)));
    socket.once('connect', () => socket.write(knock(address, pathname)));
  });
}

function knock({ user, password, protocol }: ThinSocketAddress, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: bench',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
    `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    '\r\n',
  ].join('\r\n');
}

/** A masked frame whose mask is 0: the other end unmasks it as any other, we need not mask it. */
function frameOf(opcode: number, text: string): Buffer {
  const { length } = text;
  const long = length > SHORT_MAX;
  const start = long ? 8 : 6;
  const frame = Buffer.alloc(start + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (long ? TWO_BYTES : length);
  if (long) frame.writeUInt16BE(length, 2);
  frame.write(text, start, 'latin1');
  return frame;
}

interface Head {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

/** Undefined: the head is not whole yet. Frames of servers are not masked, and ours send whole messages. */
function headOf(bytes: Buffer, at: number): Head | undefined {
  if (bytes.length < at + 2) return undefined;
  const opcode = (bytes[at] ?? 0) & 0x0f;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  if (short < TWO_BYTES) return { opcode, start: at + 2, end: at + 2 + short };
  const start = at + (short === EIGHT_BYTES ? 10 : 4);
  if (bytes.length < start) return undefined;
  const length = short === EIGHT_BYTES ? Number(bytes.readBigUInt64BE(at + 2)) : bytes.readUInt16BE(at + 2);
  return { opcode, start, end: start + length };
}

function read(socket: Socket, first: Buffer, { onText }: ThinSocketEvents): void {
  let rest: Buffer | undefined;
  const take = (chunk: Buffer): void => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let head = headOf(bytes, at); head !== undefined && head.end <= bytes.length; head = headOf(bytes, at)) {
      if (head.opcode === TEXT) onText(bytes.toString('utf8', head.start, head.end));
      else if (head.opcode === PING) socket.write(frameOf(PONG, bytes.toString('latin1', head.start, head.end)));
      else if (head.opcode === CLOSE) socket.end();
      at = head.end;
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined;
  };
  socket.on('data', take);
  if (first.length > 0) take(first);
}
