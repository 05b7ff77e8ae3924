import { afterEach, expect, test } from '@jest/globals';
import { gridV1 } from '@headroom/contracts';
import { endVenRigs, POLL_MS, venRig, type VenRig } from '../test-support/ven-rig.ts';
import { must } from '../test-support/vtn-bench.ts';
import { importLimitEvent } from './grid-events.ts';
import type { Misbehaviour } from './misbehave.ts';

afterEach(endVenRigs);

const MINUTE_MS = 60_000;
/** In the tenths of an ampere that meters tell, 45 kW are 45,011 W. Mean draws of the site in the minute before, during and after, in kW: one that obeys, and returns. */
const COURSE = [90, 45, 80] as const;
const { SENT, FAILED } = gridV1.ReportDelivery;

const reported = (it: VenRig): readonly gridV1.EventReported[] =>
  it.facts.flatMap(({ fact }) => (fact?.$case === 'eventReported' ? [fact.value] : []));
const deliveries = (it: VenRig): readonly number[] => reported(it).map(({ delivery }) => delivery);

/** From poll to poll, with a reading at each. */
async function draws(it: VenRig, kW: number, forMs: number): Promise<void> {
  for (let ms = 0; ms < forMs; ms += POLL_MS) {
    await it.meter(kW);
    await it.poll();
  }
}

/** An event of a minute, with the minutes around it, up to when its report is due. */
async function lived(reports: readonly string[] = ['USAGE']): Promise<VenRig> {
  const it = await venRig();
  const startMs = it.bench.time.nowMs() + MINUTE_MS;
  const event = importLimitEvent({ programId: it.programId, startMs, reports }, [{ durationMs: MINUTE_MS, value: 50 }]);
  must(it.bench.vtn.putEvent(event));
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  for (const kW of COURSE) await draws(it, kW, MINUTE_MS);
  return it;
}

/** Late samples, and the next look. */
const untilDue = (it: VenRig): Promise<void> => draws(it, 80, 2 * POLL_MS);

test('what was asked and what was drawn reaches the VTN once the minute after it is over, and stands on the topic', async () => {
  const it = await lived();
  expect([it.bench.vtn.reports(), reported(it)]).toEqual([[], []]);
  await untilDue(it);
  await it.until('the report', () => deliveries(it).includes(SENT));
  const [report, ...more] = it.bench.vtn.reports();
  expect(more).toEqual([]);
  const [resource] = Object(report).resources as readonly { readonly intervals: readonly unknown[] }[];
  const payloads = resource?.intervals.map((each) => Object(each).payloads as readonly object[]);
  const means = payloads?.map((list) => Object(list.find((each) => Object(each).type === 'DEMAND')).values);
  expect(means?.flat().map((kW) => Math.round(Number(kW)))).toEqual(COURSE);
  expect(payloads?.[1]).toContainEqual({ type: 'SETPOINT', values: [50] });
  expect(reported(it)[0]?.during).toMatchObject([{ askedW: 50_000n, coveredPercent: 100 }]);
  await untilDue(it);
  expect([deliveries(it), it.bench.vtn.reports().length]).toEqual([[SENT], 1]);
});

test('a VTN that does not ask gets none; the topic has it all the same', async () => {
  const it = await lived([]);
  await untilDue(it);
  await it.until('the report', () => reported(it).length === 1);
  expect([deliveries(it), it.bench.vtn.reports()]).toEqual([[gridV1.ReportDelivery.NOT_ASKED], []]);
});

test.each<Misbehaviour>([
  'answers-500',
  'answers-html',
  'hangs',
  'hangs-up',
  'body-of-10-mb',
  'cut-short',
  'redirects',
])('%s where it takes reports: told, tried again, and the polls go on', async (mode) => {
  const it = await lived();
  it.bench.vtn.misbehave(mode, 'reports');
  await draws(it, 80, 4 * POLL_MS);
  await it.until('it is told', () => deliveries(it).includes(FAILED) || deliveries(it).includes(SENT));
  // Whose 201 is too long to be read has said 201; that it is, is said.
  const isTaken = mode === 'body-of-10-mb';
  expect(deliveries(it)).toEqual([isTaken ? SENT : FAILED]);
  const odd = 'The VTN took the report; its answer has more than 4194304 bytes.';
  if (isTaken) {
    expect(reported(it)[0]?.sentence).toBe(odd);
    expect(it.lines.filter((line) => line.startsWith('grid.reported'))).toEqual([expect.stringContaining(odd)]);
  }
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
  it.bench.vtn.behave();
  await draws(it, 80, MINUTE_MS + 2 * POLL_MS);
  await it.until('the report', () => deliveries(it).at(-1) === SENT);
  expect(deliveries(it)).toEqual(isTaken ? [SENT] : [FAILED, SENT]);
});

test('an event for one circuit is reported of that circuit: what was asked of it, and what was drawn below it', async () => {
  const it = await venRig();
  const startMs = it.bench.time.nowMs() + MINUTE_MS;
  const event = importLimitEvent(
    { ...{ programId: it.programId, startMs, reports: ['USAGE'] }, targets: ['feeder-7'] },
    [{ durationMs: MINUTE_MS, value: 20 }],
  );
  must(it.bench.vtn.putEvent(event));
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  for (const kW of [30, 20, 25])
    for (let ms = 0; ms < MINUTE_MS; ms += POLL_MS) {
      await it.meter(kW, 'workshop');
      await it.meter(40);
      await it.poll();
    }
  await untilDue(it);
  await it.until('the report', () => deliveries(it).includes(SENT));
  const [first, ...more] = reported(it);
  const kWOf = (stretch: gridV1.DrawnStretch | undefined) => Math.round(Number(stretch?.meanW) / 1_000);
  expect([first?.circuitId, kWOf(first?.before), kWOf(first?.during[0]), more]).toEqual(['panel', 30, 20, []]);
  expect(first?.during).toMatchObject([{ askedW: 20_000n }]);
  expect(it.bench.vtn.reports()).toMatchObject([{ resources: [{ resourceName: 'depot/panel' }] }]);
});

test('DR-N5: a token that ended is renewed for the report', async () => {
  const it = await lived();
  it.bench.vtn.endTokens();
  await untilDue(it);
  await it.until('the report', () => deliveries(it).includes(SENT));
  expect(deliveries(it)).toEqual([SENT]);
});

test('DR-D4: a report that was taken is not sent again by the next life', async () => {
  const it = await lived();
  await untilDue(it);
  await it.until('the report', () => deliveries(it).includes(SENT));
  await it.poll();
  const second = await it.restart();
  await it.until('the second life', () => it.versions() === 2);
  await draws(it, 80, 3 * POLL_MS);
  expect([it.bench.vtn.reports().length, second.readiness()]).toEqual([1, { kind: 'ready' }]);
});

test('what was drawn before a restart is read from the log', async () => {
  const it = await lived();
  await it.restart();
  await it.until('the second life', () => it.versions() === 2);
  await untilDue(it);
  await it.until('the report', () => deliveries(it).includes(SENT));
  expect(reported(it)[0]?.during).toMatchObject([{ meanW: 45_011n, coveredPercent: 100 }]);
});
