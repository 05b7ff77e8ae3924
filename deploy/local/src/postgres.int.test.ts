import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { createDatabase, findPostgres, startPostgres } from './postgres.ts';
import { portAnswers } from './ready.ts';

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  folders.push(path);
  return path;
}
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

const alive = (pid: number) => existsSync(`/proc/${pid}`);
const missing = findPostgres() === undefined;
if (missing) process.stdout.write('SKIPPED PostgreSQL: its binaries are not installed for this platform\n');
const testOnServer = missing && process.env['CI'] !== 'true' ? test.skip : test;

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query({ text: sql, rowMode: 'array' });
    return result.rows[0]?.[0];
  } finally {
    await client.end();
  }
}

testOnServer(
  'PG-01..PG-06: starts, serves databases of ours, stops, and keeps its data for the next start',
  async () => {
    const directory = folder();
    const first = await startPostgres({ directory });
    const url = await createDatabase(first.url, 'registry');
    await createDatabase(first.url, 'registry');
    await ask(url, 'create table kept (n int)');
    expect(await ask(url, "select current_setting('fsync')")).toBe('off');
    await first.stop();
    await first.stop();
    expect(alive(first.node.pid())).toBe(false);
    expect(await portAnswers(first.port)).toBe(false);

    const second = await startPostgres({ directory, durable: true });
    const again = await createDatabase(second.url, 'registry');
    expect(await ask(again, 'select count(*)::int from kept')).toBe(0);
    expect(await ask(again, "select current_setting('fsync')")).toBe('on');
    await expect(createDatabase(second.url, 'x"; drop')).rejects.toThrow('not a database name');
    await second.stop();
  },
  60_000,
);

testOnServer(
  'a port that is taken is told with the end of the log',
  async () => {
    const one = await startPostgres({ directory: folder() });
    await expect(startPostgres({ directory: folder(), port: one.port })).rejects.toThrow(/Address already in use/);
    await one.stop();
  },
  60_000,
);

testOnServer(
  'PG-10: a crash of the app ends the server',
  async () => {
    const fixture = fileURLToPath(new URL('./crash-fixture.ts', import.meta.url));
    const app = spawn(process.execPath, ['--no-warnings', '--conditions=development', fixture, folder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      app.stdout.once('data', (line) => resolve(Number(String(line)))),
    );
    expect(alive(pid)).toBe(true);
    app.kill('SIGKILL');
    for (let i = 0; i < 200 && alive(pid); i += 1) await sleep(25);
    expect(alive(pid)).toBe(false);
  },
  60_000,
);

testOnServer(
  'a server that was killed, or hung, is there again on its port with what it had committed, and ends when asked',
  async () => {
    const server = await startPostgres({ directory: folder(), durable: true });
    await ask(server.url, 'create table kept (n int)');
    const before = server.node.pid();
    server.node.kill('SIGKILL');
    await server.node.start();
    expect(server.node.pid()).not.toBe(before);
    expect(await ask(server.url, 'select count(*)::int from kept')).toBe(0);
    server.node.kill('SIGSTOP');
    await server.stop();
    expect(alive(server.node.pid())).toBe(false);
  },
  60_000,
);
