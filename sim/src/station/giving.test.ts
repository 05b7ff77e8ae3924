import { afterEach, expect, test } from '@jest/globals';
import type { CarSpec } from '../ev.ts';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp } from '../test-support/bench.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

const CAR: CarSpec = {
  ...HUNGRY,
  ...{ phases: 3, gives: { maxA: 16, downToSoc: 0, keepWh: 0, efficiency: 0.9 } },
};
const ABLE = { takesSetpoints: true, clockErrorMs: 0 };

const variables = (...of: readonly (readonly [component: string, variable: string, evse?: number])[]): Json => ({
  getVariableData: of.map(([name, variable, evse]) => ({
    component: { name, ...(evse === undefined ? {} : { evse: { id: evse } }) },
    variable: { name: variable },
  })),
});

/** A lease of so many seconds that takes 16 A at most, and gives back. */
const lease = (transactionId: string, period: Json, duration = 60): Json => ({
  evseId: 1,
  chargingProfile: {
    ...{ id: 12, stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', transactionId },
    chargingSchedule: [
      { id: 12, duration, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, ...period }] },
    ],
  },
});

async function charging(persona: Parameters<typeof setUp>[1]) {
  bench = await setUp('2.1', persona);
  const { station, central } = bench;
  station.start();
  await bench.online();
  const asked = (payload: Json) => central.call('SetChargingProfile', payload).then((answer) => answer[2]);
  await asked({
    evseId: 1,
    chargingProfile: {
      ...{ id: 11, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' },
      chargingSchedule: [{ id: 11, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }],
    },
  });
  station.plug(1, CAR);
  await station.tap(1, 'CARD-1');
  const transactionId = station.bay(1)?.transaction?.id ?? '';
  return { bench, station, central, asked, transactionId };
}

const BACK: Json = { operationMode: 'CentralSetpoint', setpoint: -10, dischargeLimit: -10 };

test('Q: a setpoint below 0 makes its car give back so much, its meter tells it, and with the lease it is over', async () => {
  const { bench, station, central, asked, transactionId } = await charging({ persona: ABLE });
  await central.call('SetVariables', {
    setVariableData: [
      {
        attributeValue: 'Current.Import,Current.Export,Energy.Active.Export.Register',
        component: { name: 'SampledDataCtrlr' },
        variable: { name: 'TxUpdatedMeasurands' },
      },
    ],
  });
  expect(await asked(lease(transactionId, BACK))).toEqual({ status: 'Accepted' });
  await bench.run(20);
  expect(station.bay(1)).toMatchObject({
    ...{ currentA: 0, givesA: expect.closeTo(10, 6), powerW: 0, status: 'charging' },
  });
  await bench.run(20);
  const told = JSON.stringify(central.of('TransactionEvent').at(-1)?.payload);
  expect(told).toContain(
    '"measurand":"Current.Export","location":"Outlet","unitOfMeasure":{"unit":"A"},"value":10,"phase":"L3"',
  );
  expect(told).toContain('"measurand":"Energy.Active.Export.Register"');
  expect(told).not.toContain('Power.Active');
  await bench.run(60);
  expect(station.bay(1)).toMatchObject({ givesA: 0, currentA: expect.closeTo(6, 6) });
  const backWh = station.bay(1)?.givenBackWh ?? 0;
  // 10 A on three phases of 230 V for a minute, give or take how fast its car follows.
  expect(Math.abs(backWh - (60 * 10 * 3 * 230) / 3_600)).toBeLessThan(5);
  station.unplug(1);
  station.plug(1, CAR);
  expect(station.bay(1)?.givenBackWh).toBe(0);
});

test('Q: a limit of discharge lets no more flow back than it says, and one above 0 is refused', async () => {
  const { bench, station, asked, transactionId } = await charging({ persona: ABLE });
  expect(await asked(lease(transactionId, { ...BACK, dischargeLimit: 1 }))).toMatchObject({ status: 'Rejected' });
  for (const [setpoint, dischargeLimit] of [
    [-12, -10],
    [-10, -16],
  ] as const) {
    expect(await asked(lease(transactionId, { ...BACK, setpoint, dischargeLimit }))).toEqual({ status: 'Accepted' });
    await bench.run(20);
    expect(station.bay(1)?.givesA).toBeCloseTo(10, 6);
  }
});

test('a station that knows nothing of block Q says so, refuses a setpoint, and any measurand of what flows back', async () => {
  const { station, central, asked, transactionId } = await charging({ persona: { clockErrorMs: 0 } });
  expect(await asked(lease(transactionId, BACK))).toMatchObject({ status: 'Rejected' });
  expect(station.bay(1)?.givesA).toBe(0);
  const of = async (payload: Json) => JSON.stringify((await central.call('GetVariables', payload))[2]);
  const asks = variables(['V2XChargingCtrlr', 'Enabled', 1], ['V2XChargingCtrlr', 'SupportedOperationModes', 1]);
  expect(await of(asks)).toMatch(/"attributeValue":"false".*"attributeValue":"ChargingOnly"/u);
  const [, , refused] = await central.call('SetVariables', {
    setVariableData: [
      {
        attributeValue: 'Current.Import,Current.Export',
        ...{ component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedMeasurands' } },
      },
    ],
  });
  expect(JSON.stringify(refused)).toContain('"attributeStatus":"Rejected"');
});
