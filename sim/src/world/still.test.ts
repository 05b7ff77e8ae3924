import { expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';
import { dithersFrom } from './sabotage.ts';

const STILL = { share: 'equal', seed: 1, hours: 0.26, stations: 2, faults: [], grid: 'none', still: true } as const;
/** Four minutes after its end. */
const AT_REST_MS = (STILL.hours * 3_600 + 240) * 1_000;
const WAIT_MS = 120_000;

test(
  'on a site where nothing changes any more nothing is said but renewals, and the books have what the cars took',
  async () => {
    const { violations, renewals, bookedKwh, unrest } = await runSeed(STILL);
    expect(violations).toEqual([]);
    // Two stations, four minutes, a lease of two that is renewed at half.
    expect(renewals).toBeGreaterThanOrEqual(6);
    expect(renewals).toBeLessThanOrEqual(10);
    expect(bookedKwh).toBeGreaterThan(0);
    expect(unrest.sent).toBeGreaterThan(renewals);
  },
  WAIT_MS,
);

test(
  'a gateway that says an ampere less every third time is heard in the silence',
  async () => {
    const { violations } = await runSeed({ ...STILL, sabotage: dithersFrom(AT_REST_MS) });
    const found = violations.filter(({ checker }) => checker === 'silence');
    expect(found.map(({ detail }) => detail.replace(/^\S+|[\d.]+/g, '#'))).toContain(
      '# is told # A after # A, though nothing has changed',
    );
  },
  WAIT_MS,
);
