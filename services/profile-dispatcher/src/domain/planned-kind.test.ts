import { expect, test } from '@jest/globals';
import { Bench } from '../testing/bench.ts';
import { plannedKind } from './planned-kind.ts';
import { setStation, stationOf } from './site-state.ts';

const BOX = { vendor: 'Headroom', model: 'Virtual AC22', firmware: '1' };
const WHOLE_AMPS = { ...BOX, model: 'Virtual AC22 whole amps' };

test('what plans depend on is the same object until the station or the document is another one', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  const { site } = bench;
  const [evse] = site.model?.evses.values() ?? [];
  if (evse === undefined || site.model === undefined) throw new Error('the bench has a station');
  const first = plannedKind(site, evse);
  expect(plannedKind(site, evse)).toBe(first);
  const { traits } = stationOf(site, evse.stationId);
  setStation(site, evse.stationId, { traits: { ...traits, identity: WHOLE_AMPS } });
  const other = plannedKind(site, evse);
  expect([first.quirks.wholeAmps, other.quirks.wholeAmps]).toEqual([false, true]);
  const model = { ...site.model, nominalVoltageV: 240 };
  expect(plannedKind({ ...site, model }, evse).place.voltageV).toBe(240);
  expect(plannedKind(site, evse)).toEqual(other);
});
