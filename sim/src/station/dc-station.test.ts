import { afterEach, expect, test } from '@jest/globals';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp } from '../test-support/bench.ts';

/** Of each watt that its supply gives 0.9 come out: a limit of 6210 W is 10 A on each of three phases of 230 V. */
const OUTPUT_PART = 0.9;
const LIMIT_W = 10 * 3 * 230 * OUTPUT_PART;

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

const permanent = (limit: number, chargingRateUnit: 'A' | 'W'): Json => ({
  connectorId: 1,
  csChargingProfiles: {
    ...{ chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' },
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});

test('MD12: a DC station takes watts of its output, draws for them from all phases of its supply, and meters what comes out', async () => {
  bench = await setUp('1.6', { outputPart: OUTPUT_PART, persona: { clockErrorMs: 0, rateUnits: ['W'] } });
  const { station, central } = bench;
  station.start();
  await bench.online();
  const tell = async (limit: number, unit: 'A' | 'W') =>
    (await central.call('SetChargingProfile', permanent(limit, unit)))[2];
  expect(await tell(10, 'A')).toEqual({ status: 'Rejected' });
  expect(await tell(LIMIT_W, 'W')).toEqual({ status: 'Accepted' });
  // On one phase of AC it would be a third of it.
  station.plug(1, { ...HUNGRY, phases: 1 });
  await station.tap(1, 'CARD-1');
  await bench.run(10);
  const bay = station.bay(1);
  expect(bay).toMatchObject({ currentA: expect.closeTo(10, 6), phasesUsed: 3, powerW: expect.closeTo(LIMIT_W, 3) });
  expect(JSON.stringify(central.of('MeterValues').at(-1)?.payload)).toContain('"measurand":"Power.Active.Import"');
  const before = station.bay(1)?.registerWh ?? 0;
  await bench.run(360);
  expect((station.bay(1)?.registerWh ?? 0) - before).toBeCloseTo(LIMIT_W / 10, 0);
});

test('MD12: what is too little for the pilot of AC is something to a DC station', async () => {
  bench = await setUp('1.6', { outputPart: OUTPUT_PART, persona: { clockErrorMs: 0, rateUnits: ['W'] } });
  const { station, central } = bench;
  station.start();
  await bench.online();
  await central.call('SetChargingProfile', permanent(LIMIT_W / 4, 'W'));
  station.plug(1, HUNGRY);
  await station.tap(1, 'CARD-1');
  await bench.run(10);
  expect(station.bay(1)).toMatchObject({ offeredA: 2.5, currentA: expect.closeTo(2.5, 6), status: 'charging' });
});
