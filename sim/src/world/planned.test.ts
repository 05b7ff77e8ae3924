import { expect, test } from '@jest/globals';
import { HEADERS } from '@headroom/contracts';
import type { Sabotage } from './processes.ts';
import { runSeed } from './run-seed.ts';

/** Notes what kinds of records the owners write. */
function listening() {
  const written = new Map<string, number>();
  const listen: Sabotage = (_, platform) => ({
    ...platform,
    log: {
      ...platform.log,
      append: (records, options) => {
        for (const { headers } of records) {
          const type = headers[HEADERS.eventType] ?? '';
          written.set(type, (written.get(type) ?? 0) + 1);
        }
        return platform.log.append(records, options);
      },
    },
  });
  return { written, listen };
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
  120_000,
);
