import { expect, test } from '@jest/globals';
import { allocationV1, HEADERS, planV1, TOPICS } from '@headroom/contracts';
import type { Sabotage } from './processes.ts';
import { runSeed } from './run-seed.ts';

/** Against what hangs: others may have the processor first. */
const WAIT_MS = 600_000;

/** Notes what kinds of records the owners write, and why limits are what they are. */
function listening() {
  const written = new Map<string, number>();
  const reasons = new Set<string | undefined>();
  const modes = new Set<planV1.PlanMode>();
  const note = (value: Uint8Array): void => {
    const { fact } = allocationV1.AllocationFact.decode(value);
    if (fact?.$case === 'decisionMade') for (const { reason } of fact.value.allocations) reasons.add(reason?.code);
    if (fact?.$case === 'planMade') modes.add(fact.value.mode);
  };
  const listen: Sabotage = (_, platform) => ({
    ...platform,
    log: {
      ...platform.log,
      append: (records, options) => {
        for (const { topic, headers, value } of records) {
          if (topic === TOPICS.allocationFacts.name) note(value);
          const type = headers[HEADERS.eventType] ?? '';
          written.set(type, (written.get(type) ?? 0) + 1);
        }
        return platform.log.append(records, options);
      },
    },
  });
  return { written, reasons, modes, listen };
}

test.each([122, 7])(
  'seed %i of a site that shares along plans: whatever fails, every circuit is kept, and the same seed plans the same',
  async (seed) => {
    const { written, listen } = listening();
    const options = { seed, hours: 0.4, stations: 8, share: 'smoothed-laxity', still: false } as const;
    const first = await runSeed({ ...options, sabotage: listen });
    expect(first.violations).toEqual([]);
    // One each five minutes at the least, and many cars come and go.
    expect(written.get('planMade')).toBeGreaterThan(10);
    const again = await runSeed(options);
    expect(again.hash).toBe(first.hash);
  },
  WAIT_MS,
);

test(
  'LC6: a site whose plans seek the lowest cost keeps every circuit whatever fails, while cars wait for prices and all come at once (seed 122)',
  async () => {
    const { reasons, modes, listen } = listening();
    const options = {
      seed: 122,
      hours: 0.4,
      stations: 8,
      share: 'smoothed-laxity',
      objective: 'cost',
      still: false,
    } as const;
    const { violations } = await runSeed({ ...options, sabotage: listen });
    expect(violations).toEqual([]);
    expect(modes).toContain(planV1.PlanMode.COST);
    expect(reasons).toContain('TARIFF_WAIT');
  },
  WAIT_MS,
);
