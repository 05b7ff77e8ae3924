import { describe, expect } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { orderLimit, reportsOf, watchEvent } from '../support/grid.ts';
import { heldKwAt } from '../support/station-book.ts';
import { SITE, type Thread } from './open-thread.ts';

/** An event of a minute takes a fifth of what the site draws. */
const EVENT_SHARE = 0.8;
const EVENT_MS = 60_000;
/** Less than the platform would like (20 s), and enough for it: its utility calls. */
const ANNOUNCED_MS = 15_000;
/** The minute after the event, the wait for late samples, and the next looks. */
const REPORTED_WITHIN_MS = 120_000;
/** Meters tell every ten seconds, the books are looked at four times a second. */
const REPORT_TOLERANCE = 0.1;

/** Means of the stations' own books, in kW. */
interface Ordered {
  readonly eventId: string;
  readonly endMs: number;
  readonly kW: number;
  readonly during: number;
  readonly after: Promise<number>;
}

/** `meanwhile`: what the site may be asked in the minute that its report waits for. */
export function describeEvent(thread: Thread, meanwhile: () => void): void {
  let ordered: Ordered | undefined;

  describe('5. an event', () => {
    thread.on(
      'an event of 60 s at x1: by the stations’ own books the site is under its limit from its first second to its last, and rises by a ramp of 20 s',
      async () => {
        ordered = await followEvent(thread);
        await risesAgain(thread, ordered.endMs);
      },
      170_000,
    );
  });

  meanwhile();

  describe('5. an event, told', () => {
    thread.on(
      'its report arrives at the VTN, once: what was asked, what the meters say of before, during and after; the console lists the same',
      async () => {
        if (ordered === undefined) throw new Error('no event was ordered');
        await compareReport(thread, ordered);
      },
      REPORTED_WITHIN_MS + 10_000,
    );
  });
}

async function followEvent(thread: Thread): Promise<Ordered> {
  await eventually('a loaded site', 60_000, () => (thread.siteKw() > 120 ? true : undefined));
  const kW = Math.floor(thread.siteKw() * EVENT_SHARE);
  const startMs = Date.now() + ANNOUNCED_MS;
  const endMs = startMs + EVENT_MS;
  const eventId = orderLimit(thread.running.stack.utility, {
    kW,
    startMs,
    durationMs: EVENT_MS,
    asksReport: true,
  });
  const seen = await watchEvent({ startMs, endMs, siteKw: () => thread.siteKw() });
  const heldKw = thread.demo.stations.reduce((sum, station) => sum + heldKwAt(station, startMs), 0);
  process.stdout.write(
    `event: ${kW} kW asked, ${heldKw.toFixed(1)} held by stations at its start, ${seen.mostKw.toFixed(1)} drawn at most\n`,
  );
  expect(seen.samples).toBeGreaterThan(100);
  expect(seen.mostKw).toBeLessThanOrEqual(kW);
  const minuteAfter = watchEvent({ startMs: endMs, endMs: endMs + EVENT_MS, siteKw: () => thread.siteKw() });
  return { eventId, endMs, kW, during: seen.meanKw, after: minuteAfter.then(({ meanKw }) => meanKw) };
}

async function risesAgain(thread: Thread, endMs: number): Promise<void> {
  // What they hold at the end, and what the last of the ramp lets them hold.
  const held = (atMs: number): number =>
    thread.demo.stations.reduce((sum, station) => sum + heldKwAt(station, atMs), 0);
  await eventually('more once it is over', 25_000, () => (held(Date.now()) > held(endMs) + 5 ? true : undefined));
}

async function compareReport(thread: Thread, ordered: Ordered): Promise<void> {
  const { eventId, kW } = ordered;
  const { utility } = thread.running.stack;
  const [report] = await eventually('the report at the VTN', REPORTED_WITHIN_MS, () => {
    const reports = reportsOf(utility, eventId);
    return reports.length > 0 ? reports : undefined;
  });
  const [before, during, after] = report?.stretches ?? [];
  const books = [ordered.during, await ordered.after] as const;
  process.stdout.write(
    `report: ${JSON.stringify(report)}; by the books ${books.map((mean) => mean.toFixed(1)).join(', ')}\n`,
  );
  expect(report?.resourceNames).toEqual([SITE]);
  // Of the minute before, a site that has just begun has not all.
  expect(report?.stretches.map(({ id }) => id)).toEqual([-1, 0, 1]);
  expect([during?.quality, after?.quality]).toEqual(['OK', 'OK']);
  expect([before?.setpoint, during?.setpoint, after?.setpoint]).toEqual([undefined, kW, undefined]);
  // Two ways to the same figure: the meters through the platform, and the stations' own books.
  expect(during?.demand).toBeLessThanOrEqual(kW);
  for (const [told, mean] of [
    [during?.demand ?? Number.NaN, books[0]] as const,
    [after?.demand ?? Number.NaN, books[1]] as const,
  ])
    expect(Math.abs(told - mean)).toBeLessThan(REPORT_TOLERANCE * mean);
  expect(before?.demand).toBeGreaterThan(0);
  const listed = await eventually('the report in the console', 10_000, async () => {
    const items = await thread.running.api.items(`/api/v1/sites/${SITE}/grid-events?limit=5`);
    const own = items.find((each) => each['eventId'] === eventId);
    return Array.isArray(own?.['reports']) && own['reports'].length > 0 ? own : undefined;
  });
  expect(listed).toMatchObject({
    state: 'completed',
    reports: [
      {
        ...{
          delivery: 'sent',
          circuitId: null,
          before: { meanKw: before?.demand },
          after: { meanKw: after?.demand },
        },
        during: [{ askedKw: kW, meanKw: during?.demand }],
      },
    ],
  });
  expect(reportsOf(utility, eventId)).toHaveLength(1);
}
