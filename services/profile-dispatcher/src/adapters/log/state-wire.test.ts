import { expect, test } from '@jest/globals';
import { siteId, stationId } from '@headroom/kernel';
import { observeClock, perhapsSet, UNKNOWN_CLOCK } from '../../domain/clock-skew.ts';
import { newSite, UNSEEN_STATION } from '../../domain/site-state.ts';
import { snapshotFromWire } from './state-from-wire.ts';
import { snapshotToWire } from './state-to-wire.ts';

test('HO-13: how far a clock was away before it was perhaps set crosses to the heir', () => {
  const clock = perhapsSet(observeClock(UNKNOWN_CLOCK, 1_025_000, 1_000_000));
  const site = newSite(siteId('site-1'));
  const station = stationId('ST-1');
  const stations = new Map([[station, { ...UNSEEN_STATION, clock }]]);
  const { decision, controls, readings } = site;
  const of = { siteId: site.siteId, epoch: 1, seq: 1, takenAtMs: 1, positions: new Map<string, bigint>() };
  const rest = { ownOffset: undefined, openedEpoch: 1, optimizerEpoch: 1, told: [] };
  const wire = snapshotToWire({ ...of, ...rest, decision, controls, readings, stations }, 0);
  expect(snapshotFromWire(wire).stations.get(station)?.clock).toEqual({ kind: 'unknown', recentMs: [25_000] });
});
