import { expect, test } from '@jest/globals';
import { err, ok, type Result } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import { REPORTED_MAX } from '../domain/bounds.ts';
import { newMemory } from '../domain/source-memory.ts';
import { accepted, event, type Json, level, utc } from '../domain/test-support/events.ts';
import type { GridFact, Unread, VtnReply, VtnRequest } from '../ports.ts';
import { manualTime } from '../testing/manual-time.ts';
import { SITE, SOURCE } from '../testing/rig.ts';
import { numberingTracer } from '../testing/numbering-tracer.ts';
import { createReporter, LOOK_EVERY_MS, SEND_AGAIN_MS } from './reporter.ts';
import { sendReport } from './send-report.ts';
import { openDesk } from './source-state.ts';

const NOON_MS = utc('2026-03-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const DRAWN = { meanW: 48_000, peakW: 52_000, coveredPercent: 95 };
const DRAWN_BELOW = { meanW: 15_000, peakW: 16_000, coveredPercent: 100 };
const ASKING: Json = { reportDescriptors: [{ payloadType: 'USAGE' }] };

function rig(events: readonly Json[], config: GridSourceConfig = SOURCE) {
  const time = manualTime(NOON_MS - HOUR_MS);
  const known = events.map((json) => {
    const read = accepted(json);
    const draws = { startDrawPpm: 0, restoreDrawPpm: 0, held: [] };
    return { event: read, versionMs: read.modifiedAtMs, firstSeenMs: time.nowMs(), ...draws };
  });
  const desk = openDesk(config, { ...newMemory(time.nowMs(), 0), known: { events: known } }, false);
  const told: Extract<GridFact, { readonly kind: 'report' }>[] = [];
  const sent: (VtnRequest & { readonly path: string })[] = [];
  const it = { answer: ok({ status: 201, body: {} }) as Result<VtnReply, string>, gate: Promise.resolve() };
  const lines: string[] = [];
  const traced: string[] = [];
  const spans: string[] = [];
  const reporter = createReporter({
    ...{
      clock: time,
      desks: [desk],
      draws: { drawn: ({ circuitId }) => (circuitId === undefined ? DRAWN : DRAWN_BELOW) },
      ownLimits: () => SITE,
    },
    send: (source, sites) =>
      sendReport(
        {
          send: async (method, path, json) => {
            sent.push({ url: '', path, method, json: json ?? {} });
            await it.gate;
            return it.answer;
          },
        },
        source.version,
        sites,
      ),
    tell: (facts, cause) => {
      for (const fact of facts) if (fact.kind === 'report') told.push(fact);
      if (cause !== undefined)
        traced.push(`told of ${cause.traceId} when ${desk.memory.reported?.length ?? 0} stand as reported`);
    },
    events: {
      reported: ({ key, oddity, traceId }) => {
        lines.push(oddity === '' ? key : `${key}: ${oddity}`);
        traced.push(`reported ${traceId}`);
      },
      notReported: ({ key, why, traceId }) => {
        lines.push(`${key}: ${why}`);
        traced.push(`not reported ${traceId}`);
      },
    },
    tracer: numberingTracer(spans),
    onBug: (cause) => {
      throw cause;
    },
  });
  time.every(1_000, () => reporter.look());
  return Object.assign(it, { time, desk, told, sent, lines, traced, spans, reporter });
}

test('a report, its failure and what is told of them are of one trace each; it stands as reported before that is told', async () => {
  const it = rig([event(ASKING)]);
  it.answer = ok({ status: 500, body: undefined });
  await it.time.pass(3 * HOUR_MS);
  it.answer = ok({ status: 201, body: {} });
  await it.time.pass(HOUR_MS);
  const failed = it.spans.length - 1;
  expect(failed).toBeGreaterThan(0);
  expect(it.spans.at(-1)).toBe(`t${failed + 1} report to a utility`);
  expect(it.spans.slice(0, -1)).toEqual(
    Array.from({ length: failed }, (_, n) => `t${n + 1} report to a utility: The answer to the report has status 500.`),
  );
  const sent = `t${failed + 1}`;
  expect(it.traced).toEqual([
    ...['not reported t1', 'told of t1 when 0 stand as reported'],
    ...[`told of ${sent} when 1 stand as reported`, `reported ${sent}`],
  ]);
});

test('an event that is over is told once: asked, and drawn before, during and after', async () => {
  const { time, told, sent } = rig([event({ eventName: 'evening' })]);
  await time.pass(2 * HOUR_MS);
  expect(told).toEqual([]);
  await time.pass(HOUR_MS);
  expect(told).toMatchObject([{ siteId: 's1', delivery: 'not-asked', sentence: '' }]);
  const [at, end] = [NOON_MS, NOON_MS + HOUR_MS];
  expect(told[0]?.report).toEqual({
    ...{ source: 'dso', eventId: 'e1', programId: 'p1', eventName: 'evening' },
    before: { startMs: at - HOUR_MS / 4, endMs: at, ...DRAWN },
    during: [{ startMs: at, endMs: end, askedW: 50_000, ...DRAWN }],
    after: { startMs: end, endMs: end + HOUR_MS / 4, ...DRAWN },
  });
  expect(sent).toEqual([]);
});

test('DR-N17: a VTN that asks gets it, once, in the words of the standard', async () => {
  const { time, told, sent, desk } = rig([event(ASKING)]);
  await time.pass(4 * HOUR_MS);
  expect(told.map(({ delivery }) => delivery)).toEqual(['sent']);
  expect(desk.unsaved).toBe('all');
  const [{ path, method, json } = { path: '', method: '', json: {} }, ...more] = sent;
  expect([method, path, more]).toEqual(['POST', '/reports', []]);
  const span = (start: string, duration: string) => ({ start: `2026-03-01T${start}:00.000Z`, duration });
  const drawn = [
    { type: 'DEMAND', values: [48] },
    { type: 'DATA_QUALITY', values: ['OK'] },
  ];
  expect(json).toMatchObject({
    ...{ objectType: 'REPORT', eventID: 'e1', clientName: 'headroom' },
    resources: [
      {
        resourceName: 's1',
        intervals: [
          { id: -1, intervalPeriod: span('11:45', 'PT900S'), payloads: drawn },
          { id: 0, intervalPeriod: span('12:00', 'PT3600S'), payloads: [{ type: 'SETPOINT', values: [50] }, ...drawn] },
          { id: 1, intervalPeriod: span('13:00', 'PT900S'), payloads: drawn },
        ],
      },
    ],
  });
  expect(json).not.toHaveProperty('programID');
});

test('DR-V4: in 3.0 a report names its program', async () => {
  const { time, sent } = rig([event({ ...ASKING, targets: [] })], { ...SOURCE, version: '3.0' });
  await time.pass(4 * HOUR_MS);
  expect(sent[0]?.json).toMatchObject({ programID: 'p1', eventID: 'e1' });
});

test.each<[string, Result<VtnReply, string>, string]>([
  ['500', ok({ status: 500, body: undefined }), 'The answer to the report has status 500.'],
  [
    'a page for people',
    err('The answer is no JSON: its content type is "text/html".'),
    'The answer is no JSON: its content type is "text/html".',
  ],
  ['403', ok({ status: 403, body: undefined }), 'The answer to the report has status 403.'],
  ['nothing', err('There is no whole answer within 10 s.'), 'There is no whole answer within 10 s.'],
])(
  'a VTN that answers %s: it is told once, and sent again a minute later, until it is taken',
  async (_, answer, why) => {
    const it = rig([event(ASKING)]);
    it.answer = answer;
    await it.time.pass(2.5 * HOUR_MS);
    const count = it.sent.length;
    expect(it.told.map(({ delivery, sentence }) => [delivery, sentence])).toEqual([['failed', why]]);
    await it.time.pass(10 * SEND_AGAIN_MS);
    expect(it.sent.length - count).toBeGreaterThanOrEqual(9);
    expect(it.sent.length - count).toBeLessThanOrEqual(10);
    it.answer = ok({ status: 201, body: {} });
    await it.time.pass(HOUR_MS);
    expect(it.told.map(({ delivery }) => delivery)).toEqual(['failed', 'sent']);
    expect(it.lines).toHaveLength(2);
  },
);

test.each<[string, Unread, string]>([
  ['is too long to be read', { kind: 'too-large', mostBytes: 4_194_304 }, 'has more than 4194304 bytes'],
  ['is no JSON', { kind: 'no-json' }, 'is no JSON'],
])('a 201 whose answer %s has taken the report: by its status, and the oddity is said', async (_, unread, words) => {
  const it = rig([event(ASKING)]);
  it.answer = ok({ status: 201, body: undefined, unread });
  await it.time.pass(4 * HOUR_MS);
  const said = `The VTN took the report; its answer ${words}.`;
  expect([it.sent.length, it.told.map(({ delivery, sentence }) => [delivery, sentence])]).toEqual([
    1,
    [['sent', said]],
  ]);
  expect(it.lines).toEqual([expect.stringMatching(/^e1\/\d+: The VTN took the report/)]);
});

test('a VTN that has it already (409) has it', async () => {
  const it = rig([event(ASKING)]);
  it.answer = ok({ status: 409, body: undefined });
  await it.time.pass(4 * HOUR_MS);
  expect([it.told.map(({ delivery }) => delivery), it.sent.length]).toEqual([['sent'], 1]);
});

test('one report of a source is under way at a time, and a VTN that is silent holds up only itself', async () => {
  const it = rig([event(ASKING), event({ ...ASKING, id: 'e2' })]);
  let open = (): void => {};
  it.gate = new Promise((resolve) => {
    open = resolve;
  });
  await it.time.pass(4 * HOUR_MS);
  expect(it.sent).toHaveLength(1);
  open();
  await it.time.pass(2 * LOOK_EVERY_MS);
  expect(it.told.map(({ report }) => report.eventId)).toEqual(['e1', 'e2']);
});

test('what comes back after the end is not told any more', async () => {
  const it = rig([event(ASKING)]);
  let open = (): void => {};
  it.gate = new Promise((resolve) => {
    open = resolve;
  });
  await it.time.pass(4 * HOUR_MS);
  it.reporter.end();
  open();
  await it.time.pass(HOUR_MS);
  expect([it.told, it.desk.memory.reported]).toEqual([[], undefined]);
});

test('DR-D4: what is done with is remembered, the newest of them', async () => {
  const many = rig([event()]);
  many.desk.memory = { ...many.desk.memory, reported: Array.from({ length: REPORTED_MAX }, (_, n) => `old/${n}`) };
  await many.time.pass(4 * HOUR_MS);
  expect([many.desk.memory.reported?.length, many.desk.memory.reported?.[0]]).toEqual([REPORTED_MAX, 'old/1']);
});

test('an event for a circuit is reported of the circuit: its own limit, and what was drawn below it', async () => {
  const panel = { siteId: 's1', circuitId: 'panel' };
  // Named twice, by two targets of the VTN.
  const routing = { ...SOURCE.routing, untargeted: [panel, { siteId: 's1' }, panel] };
  const { time, told, sent } = rig([event({ ...ASKING, intervals: [level(0, 2)] })], { ...SOURCE, routing });
  await time.pass(4 * HOUR_MS);
  expect(told).toMatchObject([
    { siteId: 's1', circuitId: 'panel', report: { during: [{ askedW: 16_000, ...DRAWN_BELOW }] } },
    { siteId: 's1', report: { during: [{ askedW: 40_000, ...DRAWN }] } },
  ]);
  expect(told[1]).not.toHaveProperty('circuitId');
  const [first] = sent;
  expect(first?.json).toMatchObject({ resources: [{ resourceName: 's1/panel' }, { resourceName: 's1' }] });
});
