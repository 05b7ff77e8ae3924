import { expect } from '@jest/globals';
import { createKafkaEventLog } from '@headroom/event-log';
import { eventually } from '../../support/eventually.ts';
import { gridEar, orderLimit } from '../../support/grid.ts';
import { takesAway, whenGenerous } from '../support/control.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { expectInTime, reportKill } from '../support/report.ts';

const WITHIN_MS = 10_000;
/** From the death of the one that acted: its lease, the longest wait until the next look at it, and one poll (ADR 26). */
const HEARD_WITHIN_MS = 10_000 + 2_500 + 2_000;
const ANSWERED_WITHIN_MS = 40_000;
const HOUR_MS = 3_600_000;

/** Whom nobody waits for: what it has announced stands in the log, and holds there without it. */
export function killGridAdaptersTitle({ on, at, calm }: Pair): void {
  const names = ['grid-adapter-1', 'grid-adapter-2'];

  on(
    'both grid adapters are killed: what they have announced stands, control goes on, and an event that came meanwhile joins it in a higher version once the lease of the dead is over',
    async () => {
      calm();
      const { running, site } = at();
      const { stack } = running;
      const { siteId } = site.order;
      const brokers = (stack.servers.endpoints.kafka ?? '').split(',');
      const log = await createKafkaEventLog({ brokers, clientId: 'grid' });
      const ear = await gridEar(log);
      const { utility } = stack;
      try {
        // Far off: the site is not moved by it.
        const early = orderLimit(utility, { kW: 90, startMs: Date.now() + HOUR_MS, durationMs: HOUR_MS });
        const before = await eventually('the first event', WITHIN_MS, () => ear.timelineWith(siteId, early));
        await whenGenerous(site, 60_000);
        const killedAtMs = Date.now();
        for (const name of names) stack.kill(name, 'SIGKILL');
        const late = orderLimit(utility, { kW: 80, startMs: Date.now() + 3 * HOUR_MS, durationMs: HOUR_MS });
        const answersMs = await takesAway(site, killedAtMs, ANSWERED_WITHIN_MS);
        expectInTime(at(), { sinceMs: killedAtMs, backMs: answersMs });
        const standing = ear.timelineOf(siteId);
        const announced = ({ segments }: typeof before) => segments.filter(({ cause }) => cause !== undefined);
        // It may have been published once more between the first word of it and the kill; nobody has since.
        expect(standing && announced(standing)).toEqual(announced(before));
        expect(Number(standing?.publishedAtMs)).toBeLessThanOrEqual(killedAtMs);
        const startedAtMs = Date.now();
        await Promise.all(names.map((name) => stack.restart(name)));
        const after = await eventually('the event that came meanwhile', HEARD_WITHIN_MS, () =>
          ear.timelineWith(siteId, late),
        );
        const heardMs = Date.now() - startedAtMs;
        reportKill('grid adapters', `an announced event; control answered after ${answersMs} ms without them`, heardMs);
        expect(after.segments.flatMap(({ cause }) => cause?.eventId ?? [])).toEqual(
          expect.arrayContaining([early, late]),
        );
        const versions = ear.versionsOf(siteId);
        expect(new Set(versions).size).toBe(versions.length);
        expect(after.version).toBeGreaterThan(standing?.version ?? before.version);
        for (const id of [early, late]) utility.vtn.cancelEvent(id);
        await eventually('a timeline without them', WITHIN_MS, () =>
          ear.timelineOf(siteId)?.segments.every(({ cause }) => cause === undefined) === true ? true : undefined,
        );
        expectNothingOver(at());
      } finally {
        await ear.stop();
        await log.close();
      }
    },
    120_000,
  );
}
