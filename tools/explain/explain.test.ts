import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Ask, readArguments } from './arguments.ts';
import { askConsole } from './ask.ts';

const ANSWERS: Readonly<Record<string, readonly [number, object]>> = {
  'GET /api/v1/sites/demo/explanation?evse=ST-1%2F1': [
    200,
    {
      ...{ ownerEpoch: '3', decisionSeq: '7', decidedAt: '2026-06-07T12:00:00.000Z', share: 'equal' },
      counterfactualsLeftOut: 2,
      evses: [
        {
          ...{ evseId: 'ST-1/1', name: 'Bay 1', limitA: 16 },
          reason: { code: 'CIRCUIT_LIMIT', sentence: '11.0 kW. Panel A is full.' },
          binding: {
            terms: [
              { source: 'grid', limitA: 304, limitKw: 70 },
              { source: 'rating', limitA: 64, limitKw: null },
            ],
          },
          counterfactual: { sentence: 'With 5 A more on Panel A it would have 17.3 A (11.9 kW).' },
        },
      ],
    },
  ],
  'POST /api/v1/sites/demo/preview': [
    200,
    {
      differences: [{ evseId: 'ST-1/1', name: 'Bay 1', beforeA: 16, afterA: 10, afterReason: { sentence: 'Full.' } }],
      unchanged: 3,
    },
  ],
  'GET /api/v1/sites/demo/replay?at=2026-06-07T12%3A00%3A00Z': [
    200,
    {
      ...{
        ownerEpoch: '3',
        decisionSeq: '7',
        decidedAt: '2026-06-07T11:59:58.000Z',
        recordedHash: 'ab',
        replayedHash: 'cd',
      },
      ...{ same: false, differences: ['allocations'] },
    },
  ],
  'GET /api/v1/sites/nowhere/explanation': [404, { detail: 'There is no site "nowhere".' }],
};

let server: Server;
let url: string;
const heard: { readonly authorization: string | undefined; readonly body: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ authorization: request.headers.authorization, body });
      const [status, answer] = ANSWERS[`${request.method} ${request.url}`] ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const asked = (...args: readonly string[]): Ask => {
  const read = readArguments([...args, '--url', url]);
  if (read.kind === 'refused') throw new Error(read.why);
  return read.ask;
};

test('an EVSE is explained: its limit, the sentence, whose limit binds, and what would give more', async () => {
  expect(await askConsole(asked('demo', 'ST-1/1'), 'a token')).toEqual({
    status: 0,
    lines: [
      'Decision 7 of epoch 3, 2026-06-07T12:00:00.000Z, shared by equal.',
      'ST-1/1 Bay 1: 16 A, CIRCUIT_LIMIT',
      '    11.0 kW. Panel A is full.',
      '    grid 70 kW, rating 64 A',
      '    With 5 A more on Panel A it would have 17.3 A (11.9 kW).',
      'What would give 2 more of them more was left out: ask for each by itself.',
    ],
  });
  expect(heard.at(-1)?.authorization).toBe('Bearer a token');
});

test('a contract is tried, and a replay that differs is a failure', async () => {
  expect((await askConsole(asked('demo', '--contract-kw', '120'), undefined)).lines).toEqual([
    'With a contract of 120 kW, once limits have come to rest (only tried, nothing is set):',
    'ST-1/1 Bay 1: 16 A -> 10 A. Full.',
    '3 would keep what they have.',
  ]);
  expect(JSON.parse(heard.at(-1)?.body ?? '')).toEqual({ changes: [{ kind: 'circuit-power', powerKw: 120 }] });
  const replayed = await askConsole(asked('demo', '--replay', '2026-06-07T12:00:00Z'), undefined);
  expect(replayed).toMatchObject({ status: 1, lines: expect.arrayContaining(['It differs in allocations.']) });
});

test('what the console refuses is told in its words, and a console that is not there with how to start one', async () => {
  expect(await askConsole(asked('nowhere'), undefined)).toEqual({ status: 1, lines: ['There is no site "nowhere".'] });
  const nobody = { ...asked('demo'), url: 'http://127.0.0.1:1' };
  expect((await askConsole(nobody, undefined)).lines[0]).toContain('npm start');
});

test.each([
  [[], 'no site is named'],
  [['demo', 'ST-1/1', 'more'], 'one site and one EVSE'],
  [['demo', '--sites'], 'there is no option --sites'],
  [['demo', '--url'], '--url wants a value'],
  [['demo', '--url', 'nowhere'], 'no address of a console'],
  [['demo', '--contract-kw', 'much'], '--contract-kw wants kilowatts'],
  [['demo', '--replay', 'yesterday'], '--replay wants an instant'],
  [['demo', '--replay', '2026-06-07', '--contract-kw', '1'], 'ask for one of'],
])('refused with a sentence: %j', (args, why) => {
  expect(readArguments(args)).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
});
