import { expect, test } from '@jest/globals';
import { shrinkSeed } from './batch.ts';
import { runSeed } from './run-seed.ts';
import { acknowledgesFirst } from './sabotage.ts';

const SMALL = { seed: 6, hours: 0.26, stations: 2, faults: ['late-apply', 'clock-error', 'link-loss'] } as const;
/** Against what hangs: others may have the processor first. */
const WAIT_MS = 600_000;

test(
  'DS-9 shrinking: a fault that is left out does not fire, and the others keep their names',
  async () => {
    const { firings } = await runSeed(SMALL);
    const [first] = firings;
    expect(firings.length).toBeGreaterThan(1);
    const again = await runSeed({ ...SMALL, only: [first?.key ?? ''] });
    expect(again.firings.map(({ key }) => key)).toEqual([first?.key]);
  },
  WAIT_MS,
);

test(
  'DS-9 shrinking: a sabotaged gateway fails without any fault, and the line that replays it says so',
  async () => {
    const lines: string[] = [];
    const shrunk = await shrinkSeed({
      ...SMALL,
      say: (line) => void lines.push(line),
      run: (options) => runSeed({ ...options, sabotage: acknowledgesFirst }),
    });
    expect(shrunk?.keys).toEqual([]);
    expect(lines.at(-1)).toBe(
      'replay: npm run sim -- --seed 6 --hours 0.26 --stations 2 --faults late-apply,clock-error,link-loss --only none --trace',
    );
  },
  WAIT_MS,
);
