import { expect, test } from '@jest/globals';
import { loseLink } from './site-trouble.ts';

test.each(['link-loss', 'cut-answer'] as const)(
  'who reads that a link is cut reads by which class of fault: %s',
  (by) => {
    const told: string[] = [];
    const did: string[] = [];
    const trace = { tell: (line: string) => void told.push(line) };
    const time = {
      after: (delayMs: number, what: string, act: () => void) => {
        did.push(`${what} ${delayMs}`);
        act();
        return () => {};
      },
    };
    const station = {
      stationId: 'ST-1',
      cutLink: () => void did.push('cut'),
      restoreLink: () => void did.push('restored'),
    };
    loseLink({ trace, time }, station, { by, forMs: 1_234.4 });
    expect(told).toEqual([`ST-1 loses its link for 1234 ms (${by})`]);
    expect(did).toEqual(['cut', 'link of ST-1 1234.4', 'restored']);
  },
);
