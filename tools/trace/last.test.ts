import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FinishedSpan } from '@headroom/telemetry';
import { PROCESSES, printLast, USAGE } from './last.ts';
import { NO_STACK, UNREADABLE, WHOLE } from './report.ts';

let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-trace-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A process that answers `/traces` so; its URL. */
async function processThat(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/traces' ? status : 404, { connection: 'close' }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const spans: readonly FinishedSpan[] = WHOLE.map((name, startMs) => ({
  ...{ traceId: 't1', spanId: name, service: 'ocpp-gateway', name, startMs, durationMs: 1, attributes: {}, links: [] },
}));
const stackOf = (processes: object): void => writeFileSync(join(folder, PROCESSES), JSON.stringify(processes));
/** Port 9 of loopback: nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';

test('a running stack: the trace that came back is printed, and the process that does not answer is named', async () => {
  stackOf({ 'ocpp-gateway': await processThat(200, JSON.stringify(spans)), 'grid-adapter': NOWHERE });
  const { status, out, err } = await printLast(['--last'], folder);
  expect([status, out.length, err]).toEqual([
    0,
    WHOLE.length + 1,
    ['No answer from grid-adapter: what they did is missing in the tree.'],
  ]);
  expect(out[0]).toMatch(/^trace t1: /);
});

test('--stack names another folder than the default one', async () => {
  stackOf({ 'ocpp-gateway': await processThat(200, JSON.stringify(spans)) });
  expect((await printLast(['--last', '--stack', folder], '/nowhere')).status).toBe(0);
  expect((await printLast(['--last', '--stack', '/nowhere'], folder)).err).toEqual([NO_STACK]);
});

test.each([
  ['no stack was ever started', undefined, NO_STACK],
  ['its list is cut short', '{"ocpp-gateway":"http', UNREADABLE],
  ['its list is none', '[]', UNREADABLE],
  ['its list holds no addresses', '{"ocpp-gateway":7}', UNREADABLE],
])('%s: said in words, with status 1', async (_, text, words) => {
  if (text !== undefined) writeFileSync(join(folder, PROCESSES), text);
  expect(await printLast(['--last'], folder)).toEqual({ status: 1, out: [], err: [words] });
});

test.each([
  ['nobody answers any more', 500, '', /^The last stack that ran here has ended: none of its 1 processes answers\./],
  ['the answer is no JSON', 200, '<html>', /has ended/],
  ['the answer is no list', 200, '{}', /has ended/],
  ['nothing was traced yet', 200, '[]', /^Nothing was traced yet\./],
])('%s: said in words, with status 1', async (_, status, body, words) => {
  stackOf({ 'ocpp-gateway': await processThat(status, body) });
  const printed = await printLast(['--last'], folder);
  expect(printed).toEqual({ status: 1, out: [], err: [expect.stringMatching(words)] });
});

test.each([[[]], [['--first']], [['--last', '--all']], [['--last', '--stack']], [['--last', '--stack', 'a', 'b']]])(
  'arguments %j are answered with what there is, and status 2',
  async (args) => {
    expect(await printLast(args, folder)).toEqual({ status: 2, out: [], err: [USAGE] });
  },
);
