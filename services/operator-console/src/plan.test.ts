import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { planV1 } from '@headroom/contracts';
import { RpcError } from '@headroom/rpc';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { type Answered, OPTIMIZERS, type Rig, START_MS, startRig } from './testing/rig.ts';

const SITE = '/api/v1/sites/demo-depot';
const MIN_MS = 60_000;
const instant = (ms: number): string => new Date(ms).toISOString();

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  expect((await rig.ask(SITE, { method: 'PUT', body: EXAMPLE_SITE })).status).toBe(200);
});
afterEach(() => rig.stop());

const ask = (): Promise<Answered> => rig.ask(`${SITE}/plan`);
const asked = (): number => rig.calls.filter(({ method }) => method === 'getPlan').length;
const owner = (answer: Partial<planV1.GetPlanResponse>): void => {
  rig.plans.set(OPTIMIZERS[1], async () => ({ ...planV1.GetPlanResponse.create(), ...answer }));
};
const refuses =
  (code: ConstructorParameters<typeof RpcError>[0], detail = 'as the optimizer put it') =>
  async (): Promise<never> => {
    throw new RpcError(code, detail);
  };

const ALONG = { ownerEpoch: 3n, seq: 7n, ignored: '' };
const MADE = {
  mode: planV1.PlanMode.ENERGY,
  createdAtMs: BigInt(START_MS),
  intervals: [0, 5, 10].map((minute) => ({
    startMs: BigInt(START_MS + minute * MIN_MS),
    endMs: BigInt(START_MS + (minute + 5) * MIN_MS),
    importPowerW: BigInt(40_000 - minute * 1_000),
    ...{ buildingPowerW: 31_000n, pvPowerW: BigInt(minute * 100) },
  })),
  evses: [
    {
      ...{ stationId: 'ST-001', evse: 1, sessionId: 'session-1', powerW: [11_000n, 7_400n, 0n] },
      readyByMs: BigInt(START_MS + 15 * MIN_MS),
      ...{
        needEnergyWh: 4_733n,
        missingEnergyWh: 3_200n,
        risk: planV1.ReadyRisk.MISSES,
        costMicro: undefined,
        carbonG: undefined,
      },
    },
  ],
};

test('the owner of a site tells its plan, whoever else is asked: power in kW, energy in kWh, and how old it is', async () => {
  owner({ ...MADE, use: ALONG, costMicro: 1_234_500n });
  rig.pass(40_000);
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    ...{ siteId: 'demo-depot', at: instant(START_MS + 40_000), standing: 'followed', ignored: null },
    sentence: 'The last decision was made along this plan.',
    along: { ownerEpoch: '3', planSeq: '7' },
    plan: {
      ...{ mode: 'energy', createdAt: instant(START_MS), ageMs: 40_000, cost: 1.2345, carbonKg: null, forecast: null },
      intervals: [
        { from: instant(START_MS), to: instant(START_MS + 5 * MIN_MS), importKw: 40, buildingKw: 31, pvKw: 0 },
        {
          from: instant(START_MS + 5 * MIN_MS),
          to: instant(START_MS + 10 * MIN_MS),
          importKw: 35,
          buildingKw: 31,
          pvKw: 0.5,
        },
        {
          from: instant(START_MS + 10 * MIN_MS),
          to: instant(START_MS + 15 * MIN_MS),
          importKw: 30,
          buildingKw: 31,
          pvKw: 1,
        },
      ],
      evses: [
        {
          ...{ evseId: 'ST-001/1', sessionId: 'session-1', readyBy: instant(START_MS + 15 * MIN_MS) },
          ...{ needKwh: 4.733, missingKwh: 3.2, risk: 'misses', cost: null, carbonKg: null },
          // The zero at the end is left out.
          powerKw: [11, 7.4],
        },
      ],
    },
  });
  expect(asked()).toBe(OPTIMIZERS.length);
});

test('a cost that nobody knows is null, and not 0', async () => {
  owner({ ...MADE, use: ALONG });
  expect((await ask()).json()).toMatchObject({ plan: { cost: null, carbonKg: null } });
  owner({ ...MADE, use: ALONG, costMicro: 0n });
  expect((await ask()).json()).toMatchObject({ plan: { cost: 0 } });
});

test('whose forecast it was and how wrong it was in the last days stand with it; of what was not judged nothing is said', async () => {
  const building = { quarters: 672, meanErrorW: 3_140n, share: 0.0816 };
  const told = { by: 'same quarter of the last days', building, pv: undefined };
  owner({ ...MADE, use: ALONG, forecast: told });
  expect((await ask()).json()).toMatchObject({
    plan: { forecast: { by: told.by, building: { quarters: 672, meanKw: 3.14, percent: 8.2 }, pv: null } },
  });
  owner({ ...MADE, use: ALONG, forecast: { ...told, building: { ...building, share: undefined } } });
  expect((await ask()).json()).toMatchObject({ plan: { forecast: { building: { percent: null } } } });
});

test('what is expected of one car stands beside its budget', async () => {
  const evses = MADE.evses.map((evse) => ({ ...evse, costMicro: -250_000n, carbonG: 1_250n }));
  owner({ ...MADE, evses, use: ALONG, carbonG: 9_000n });
  expect((await ask()).json()).toMatchObject({ plan: { carbonKg: 9, evses: [{ cost: -0.25, carbonKg: 1.25 }] } });
});

test('a site that shares in a way that follows no plan says so, also where an old plan is still known', async () => {
  owner({});
  const none = { standing: 'not-planned', ignored: null, along: null, plan: null };
  expect((await ask()).json()).toMatchObject({ ...none, sentence: expect.stringContaining('share: smoothed-laxity') });
  owner(MADE);
  expect((await ask()).json()).toMatchObject(none);
});

test('where none was made, none is shown, and the sentence says when one comes', async () => {
  owner({ use: { ...ALONG, ignored: 'none' } });
  expect((await ask()).json()).toMatchObject({
    ...{ standing: 'none', ignored: 'none', along: null, plan: null },
    sentence: expect.stringMatching(/^There is no plan\..*every limit is kept/),
  });
});

test.each([
  ['too-old', 'too-old', 'more than ten minutes old'],
  ['expired', 'expired', 'more than ten minutes old'],
  ['from-the-future', 'from-the-future', 'clocks of two processes differ'],
  ['other-site-version', 'other-site-version', 'another version of the site document'],
  ['word-of-a-newer-release', 'other', 'does not know'],
])('a plan that was set aside as %s is shown with the word of the decision', async (word, ignored, words) => {
  owner({ ...MADE, use: { ...ALONG, ignored: word } });
  expect((await ask()).json()).toMatchObject({
    ...{ standing: 'ignored', ignored, along: { ownerEpoch: '3', planSeq: '7' } },
    sentence: expect.stringContaining(words),
    plan: { createdAt: instant(START_MS) },
  });
});

test('where nobody answers for the site it is a 503 that says to come back; where its owner is out of reach, what it said', async () => {
  rig.plans.set(OPTIMIZERS[1], refuses('failed-precondition'));
  expect(await ask()).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
  rig.plans.set(OPTIMIZERS[1], refuses('deadline-exceeded'));
  expect((await ask()).status).toBe(504);
});

test('another optimizer that is down or hangs does not hide the plan of the owner', async () => {
  owner({ ...MADE, use: ALONG });
  rig.plans.set(OPTIMIZERS[0], refuses('unavailable'));
  expect((await ask()).json()).toMatchObject({ standing: 'followed' });
  rig.plans.set(OPTIMIZERS[0], () => new Promise(() => {}));
  expect((await ask()).json()).toMatchObject({ standing: 'followed' });
});

test('a site that is nowhere is not found, and no optimizer is asked', async () => {
  expect((await rig.ask('/api/v1/sites/of-somebody-else/plan')).status).toBe(404);
  expect(asked()).toBe(0);
});
