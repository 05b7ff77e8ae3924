import { type allocationV1, dispatchV1, meteringV1, sessionV1, siteStateV1, siteV1, TOPICS } from '@headroom/contracts';
import { createMemoryEpochs } from '@headroom/turn-store';
import { T0 } from './domain/given.fixture.ts';
import { tariffText } from './domain/planning/test-support/tariffs.ts';
import { start } from './ownership.fixture.ts';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import type { Planner } from './ports.ts';
import { charging, configure, decisions, meter, SITE, stationDocument } from './service.fixture.ts';

/** Tests only: a car that may give back, from the document of its site to the record of the decision. */

const HOUR_MS = 3_600_000;
const DEAR_UNTIL = '12:00';

/** It is 08:00: a kWh is dear until noon. */
const MORNING = tariffText({
  periods: undefined,
  seasons: [
    {
      ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
      periods: [
        { name: 'dear', perKwh: 0.9 },
        { name: 'cheap', perKwh: 0.1 },
      ],
      days: {
        weekday: [
          { from: '06:00', to: DEAR_UNTIL, period: 'dear' },
          { from: DEAR_UNTIL, to: '06:00', period: 'cheap' },
        ],
      },
    },
  ],
  demandCharges: undefined,
});

/** Sixteen amperes may come back from ST-1; `gives` false: its document says nothing of that. */
export const documentChange = (gives: boolean): Partial<siteV1.SiteConfig> => ({
  policy: siteV1.Policy.fromPartial({
    kind: siteV1.PolicyKind.SMOOTHED_LAXITY,
    objective: siteV1.PlanObjective.COST,
    leaseS: 120,
  }),
  tariff: MORNING,
  stations: ['ST-1', 'ST-2'].map((id) => {
    const station = stationDocument(id);
    const evses = station.evses.map((evse) => ({ ...evse, ...(gives ? { maxDischargeDeciA: 160 } : {}) }));
    return { ...station, evses };
  }),
});

/** Of a battery of 30 kWh, 5 of which stay in it; it leaves in 20 hours with 8 more. */
export const OFFER: sessionV1.DischargeOffer = {
  ...{ atPlugInWh: 30_000n, keepWh: 5_000n, efficiencyPercent: 90, wearMicroPerKwh: 10_000n },
};

export const offers = (fake: FakePlatform, stationId: string, discharge: sessionV1.DischargeOffer | null) =>
  fake.say(
    TOPICS.sessionFacts,
    SITE,
    sessionV1.SessionFact.fromPartial({
      ...{ sessionId: `session-${stationId}`, siteId: SITE, stationId, evse: 1, occurredAtMs: BigInt(T0) },
      fact: {
        $case: 'chargingRequested',
        value: {
          energyWh: 8_000n,
          departureAtMs: BigInt(T0 + 20 * HOUR_MS),
          ...(discharge === null ? {} : { discharge }),
        },
      },
    }),
  );

/** What the meter of a station says of its car. */
export function measures(fake: FakePlatform, stationId: string, exportedRegisterWh: bigint | null = 0n) {
  const atMs = BigInt(fake.time.nowMs());
  const value = meteringV1.EvseMeasured.fromPartial({
    ...{ stationId, evse: 1, transactionId: `tx-${stationId}`, sampledAtMs: atMs, receivedAtMs: atMs },
    ...{ current: { l1DeciA: 0, l2DeciA: 0, l3DeciA: 0 }, energyRegisterWh: 0n },
    ...(exportedRegisterWh === null ? {} : { exportedRegisterWh }),
    quality: meteringV1.SampleQuality.GOOD,
  });
  return fake.say(TOPICS.meteringFacts, SITE, { siteId: SITE, fact: { $case: 'evseMeasured', value } });
}

/** What the dispatcher counts an EVSE with. */
export const counts = (fake: FakePlatform, stationId: string, dischargeDeciA: number | undefined) =>
  fake.say(
    TOPICS.dispatchFacts,
    SITE,
    dispatchV1.DispatchFact.fromPartial({
      ...{ siteId: SITE, dispatcherEpoch: 1n },
      fact: {
        $case: 'committedChanged',
        value: {
          ...{ stationId, evse: 1, committedDeciA: 60, commandedDeciA: 60, atMs: BigInt(fake.time.nowMs()) },
          members: [{ kind: 'acknowledged', limitDeciA: 60 }],
          ...(dischargeDeciA === undefined ? {} : { dischargeDeciA }),
        },
      },
    }),
  );

export interface Thread {
  readonly fake: FakePlatform;
  readonly epochs: ReturnType<typeof createMemoryEpochs>;
  readonly stop: () => Promise<void>;
}

/** Two cars on a site whose building draws 10 A, and an owner that answers questions. */
export async function thread(
  planner: Planner,
  { gives = true, offered = OFFER }: { readonly gives?: boolean; readonly offered?: typeof OFFER | null } = {},
): Promise<Thread> {
  const bare = await fakePlatform();
  const fake = { ...bare, platform: { ...bare.platform, addresses: { 'allocation-optimizer': 'optimizer' } } };
  const epochs = createMemoryEpochs();
  await configure(fake, documentChange(gives));
  await meter(fake, 100);
  const first = await start(fake, { planner, epochs });
  for (const stationId of ['ST-1', 'ST-2']) {
    await charging(fake, stationId);
    await measures(fake, stationId);
  }
  await offers(fake, 'ST-1', offered);
  return { fake, epochs, stop: () => first.stop(0) };
}

/** Time goes on, and everything is read. */
export async function read(fake: FakePlatform, ms: number, buildingDeciA = 100): Promise<void> {
  const stepMs = 2_000;
  for (let passed = 0; passed < ms; passed += stepMs) {
    await fake.time.pass(Math.min(stepMs, ms - passed));
    await meter(fake, buildingDeciA);
    for (const stationId of ['ST-1', 'ST-2']) await measures(fake, stationId);
  }
}

export async function lastOf(fake: FakePlatform, stationId: string): Promise<allocationV1.Allocation> {
  const found = (await decisions(fake)).at(-1)?.decision.allocations.find((each) => each.stationId === stationId);
  if (found === undefined) throw new Error(`nothing was decided for ${stationId}`);
  return found;
}

/** What its snapshots hold, newest last. */
export async function memories(fake: FakePlatform): Promise<readonly siteStateV1.OwnerMemory[]> {
  const records = await fake.read(TOPICS.siteState.name);
  return records.flatMap(({ value }) => siteStateV1.SiteState.decode(value).memory ?? []);
}
