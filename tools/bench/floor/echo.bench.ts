import { fork } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { tellTable } from '@headroom/testing';
import { WebSocketServer } from 'ws';
import { openThinSocket, type ThinSocket } from '../stations/thin-socket.ts';
import { costOf } from './cost.ts';

// The least that a message of a station can cost: a bare WebSocket server that reads its text and answers, in a process of its
// own. The stations are ours, and pay for themselves.

const SOCKETS = 200;
const MESSAGE = `[2,"1","MeterValues",{"pad":"${'x'.repeat(700)}"}]`;
const ANSWER = '[3,"1",{}]';
const WARM_MS = 3_000;
const MEASURED_MS = 8_000;

const serve = (): void => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data) && data.toString('utf8').length > 0) socket.send(ANSWER);
    });
  });
  server.once('listening', () => process.send?.(server.address()));
};

async function measure(): Promise<void> {
  const options = { execArgv: process.execArgv };
  const server = fork(fileURLToPath(import.meta.url), ['serve'], options);
  const { port } = await new Promise<{ readonly port: number }>((resolve) => server.once('message', resolve));
  const waiting = new Map<number, () => void>();
  const sockets: ThinSocket[] = [];
  const address = { url: `ws://127.0.0.1:${port}/`, user: 'floor', password: '', protocol: 'ocpp1.6' };
  for (let n = 0; n < SOCKETS; n += 1)
    sockets.push(await openThinSocket(address, { onText: () => waiting.get(n)?.(), onClosed: () => {} }));
  // One message of each socket at once: as 200 stations with one in flight each.
  const once = async (): Promise<number> => {
    const answered = sockets.map((socket, n) => {
      socket.send(MESSAGE);
      return new Promise<void>((resolve) => waiting.set(n, resolve));
    });
    await Promise.all(answered);
    return SOCKETS;
  };
  const pid = server.pid ?? 0;
  const row = await costOf({ what: `ws, ${SOCKETS} sockets`, warmMs: WARM_MS, measuredMs: MEASURED_MS, once, pid });
  for (const socket of sockets) socket.close();
  server.kill();
  await tellTable({ title: 'Floor: a bare ws echo of 740 bytes', rows: [row], notes: [] });
}

if (process.argv[2] === 'serve') serve();
else await measure();
