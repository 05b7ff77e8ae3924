import { expect, test } from '@jest/globals';
import type { Profile } from '../profiles/profile.ts';
import { FOREIGN_PROFILE_ID } from '../station/outside.ts';
import type { Station } from '../station/station.ts';
import { setByStranger } from './foreign-profiles.ts';
import { createStrangers } from './strangers.ts';

const FOR_MS = 60_000;

/** What a stranger does to a station, `kind` from 0 to 3. */
function strangerOf(kind: number, { takesIt = true, bearsA = 32 } = {}) {
  const done: unknown[] = [];
  const limits: number[] = [];
  const station = {
    stationId: 'ST-1',
    outside: {
      bearsA,
      install: (evse: number, { id, purpose, schedule }: Profile) => {
        done.push([evse, id, purpose]);
        limits.push(...schedule.periods.map(({ limit }) => limit));
        return takesIt;
      },
      remove: (id: number) => void done.push(['removes', id]),
    },
  };
  const time = { after: (delayMs: number, _: string, act: () => void) => (done.push(delayMs), act(), () => undefined) };
  const faults = {
    extent: (_: string, what: string) => (what.startsWith('kind') ? kind : what.startsWith('for') ? FOR_MS : 20),
  };
  setByStranger({ faults, trace: { tell: () => undefined }, time }, station as unknown as Station, 1);
  return { done, limits };
}

test.each([
  [0, 1, 'tx-default'],
  [1, 1, 'tx'],
  [2, 0, 'station-max'],
])('a stranger of kind %i sets a profile on EVSE %i (%s), and takes it away again', (kind, evse, purpose) => {
  const [id, removed] = [FOREIGN_PROFILE_ID, ['removes', FOREIGN_PROFILE_ID]];
  expect(strangerOf(kind).done).toEqual([[evse, id, purpose], FOR_MS, removed]);
  expect(strangerOf(kind, { takesIt: false }).done).toEqual([[evse, id, purpose]]);
});

test('what a stranger sets lies below what the hardware bears, so that it is seen to speak', () => {
  expect(strangerOf(0, { bearsA: 32 }).limits).toEqual([20]);
  expect(strangerOf(0, { bearsA: 16 }).limits).toEqual([15]);
});

test('where a stranger overrules our limits nothing of ours speaks, once told; a maximum of the station overrules none', () => {
  const began: string[] = [];
  const strangers = createStrangers((stationId) => void began.push(stationId));
  const said = (source: string, profileId?: number): string => strangers.sourceOf('ST-1', { source, profileId });
  expect([said('tx', 12), said('station-max', FOREIGN_PROFILE_ID), began]).toEqual(['tx', 'station-max', []]);
  expect([said('tx', FOREIGN_PROFILE_ID), said('tx-default', FOREIGN_PROFILE_ID), began]).toEqual([
    'hardware',
    'hardware',
    ['ST-1'],
  ]);
  said('tx', 12);
  said('tx', FOREIGN_PROFILE_ID);
  expect(began).toHaveLength(2);
});
