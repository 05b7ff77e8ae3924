// Stands between the app and one server (PG-10). The app holds the other end of fd 3; when that end closes, by a
// clean stop or by a crash, the server gets its stop signal. Terminal signals pass by: the app decides when to stop.
// Plain JavaScript, so that any Node can run it without stripping types.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Socket } from 'node:net';

const order = JSON.parse(process.argv[2]);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const pipe = new Socket({ fd: 3, readable: true, writable: true });
const tell = (message) => pipe.writable && pipe.write(`${JSON.stringify(message)}\n`);

const log = openSync(order.logFile, 'a');
const server = spawn(order.command, order.args, {
  cwd: order.cwd,
  env: order.env,
  uid: order.uid,
  gid: order.gid,
  detached: true,
  stdio: ['ignore', log, log],
});

let over = false;
server.on('error', (error) => {
  tell({ error: error.message });
  pipe.end(() => process.exit(1));
});
if (server.pid !== undefined) tell({ pid: server.pid });
server.on('exit', (code, signal) => {
  over = true;
  tell({ exit: { code, signal } });
  pipe.end(() => process.exit(0));
  setTimeout(() => process.exit(0), 500);
});

const stop = () => {
  if (over || server.pid === undefined) return;
  server.kill(order.stopSignal);
  // A server that was stopped on purpose (a test of a hang) hears nothing before it goes on.
  server.kill('SIGCONT');
  setTimeout(() => server.kill(order.lastSignal), order.graceMs);
};
pipe.on('end', stop);
pipe.on('error', stop);
pipe.resume();
