import { expect, test } from '@jest/globals';
import { allocationV1, meteringV1, sessionV1, stationV1 } from '@headroom/contracts';
import { factsOfAllocation, factsOfMetering, factsOfSession } from './other-facts.ts';
import { factsOfStation, WAITED_AFTER_MS } from './station-facts.ts';

const measured = (change: Partial<meteringV1.EvseMeasured>) =>
  factsOfMetering({
    siteId: 'depot',
    fact: {
      $case: 'evseMeasured',
      value: {
        ...{ stationId: 'ST-1', evse: 1, transactionId: '', sampledAtMs: 5n, receivedAtMs: 6n },
        ...{ current: { l1DeciA: 95 }, quality: meteringV1.SampleQuality.GOOD, ...change },
      },
    },
  });
const station = (fact: stationV1.StationFact['fact'], siteId = 'depot') =>
  factsOfStation({
    ...{ stationId: 'ST-1', siteId, connectionGeneration: 4n, receivedAtMs: 1_000n, rawFrame: Buffer.alloc(0), fact },
  });

test('SI2, H92: a transaction that nobody stopped is not over for its lease, though the books are closed on it', () => {
  const closed = (reason: string) =>
    factsOfSession(
      sessionV1.SessionFact.fromPartial({
        ...{ siteId: 'depot', stationId: 'ST-1', evse: 1 },
        fact: { $case: 'transactionClosed', value: { transactionId: '17', reason } },
      }),
    );
  expect(closed('Local')).toMatchObject([{ kind: 'transaction-ended', evse: 1, transactionId: '17' }]);
  expect(closed('superseded')).toEqual([]);
});

test('a sample is the current of the phase that carries most; what is not reported is unknown, not 0', () => {
  expect(measured({ current: { l1DeciA: 95, l3DeciA: 101 } })).toMatchObject([{ draw: 101, offered: undefined }]);
  expect(measured({ current: undefined, offeredDeciA: 160 })).toMatchObject([{ draw: undefined, offered: 160 }]);
});

test('H41, MD5 a sample says which phases were reported, in which transaction, and whether anything was worked out', () => {
  expect(measured({ current: { l1DeciA: 95, l2DeciA: 0 }, transactionId: '17', powerW: 2_185n })).toMatchObject([
    { current: { l1: 95, l2: 0 }, transactionId: '17', isGood: true, power: 2_185 },
  ]);
  const [derived] = measured({ quality: meteringV1.SampleQuality.DERIVED });
  expect(derived).toMatchObject({ current: { l1: 95 }, transactionId: undefined, isGood: false, power: undefined });
  expect(derived).not.toHaveProperty('current.l2');
  expect(derived).not.toHaveProperty('given');
  expect(measured({ givenDeciA: 105 })).toMatchObject([{ given: 105 }]);
});

test('SI26, SI27 a decision says what each EVSE comes down to and when, to which power limits it keeps, and how long its leases are', () => {
  const decided = (change: Partial<allocationV1.DecisionMade>) =>
    factsOfAllocation({
      ...{ siteId: 'depot', ownerEpoch: 3n },
      fact: { $case: 'decisionMade', value: allocationV1.DecisionMade.fromPartial(change) },
    });
  const [leased] = decided({ lease: { leaseS: 300, reason: '300 s: it hardly moves.' } });
  expect(leased).toMatchObject({ leaseS: 300 });
  const allocation = { stationId: 'ST-1', evse: 1, transactionId: '17', limitDeciA: 200 };
  const [fact] = decided({
    allocations: [
      allocationV1.Allocation.fromPartial({ ...allocation, later: { fromMs: 9_000n, limitDeciA: 80 } }),
      allocationV1.Allocation.fromPartial({ ...allocation, stationId: 'ST-2' }),
    ],
    circuits: [
      allocationV1.CircuitUse.fromPartial({ circuitId: 'grid', powerLimitW: 17_940n }),
      allocationV1.CircuitUse.fromPartial({ circuitId: 'panel-a' }),
    ],
  });
  if (fact?.kind !== 'decision-made') throw new Error('no decision');
  expect([...fact.targets]).toEqual([
    ['ST-1/1', { limit: 200, later: { fromMs: 9_000, limit: 80 }, transactionId: '17' }],
    ['ST-2/1', { limit: 200, transactionId: '17' }],
  ]);
  expect([...(fact.limits ?? [])]).toEqual([['grid', 17_940]]);
  expect(decided({})[0]).not.toHaveProperty('limits');
});

test('MD17: a decision says what a car is to give back; what is not above 0 is nothing', () => {
  const allocation = { stationId: 'ST-1', evse: 1, transactionId: '17', limitDeciA: 200 };
  const targetOf = (dischargeDeciA: number | undefined) => {
    const allocations = [allocationV1.Allocation.fromPartial({ ...allocation, dischargeDeciA })];
    const value = allocationV1.DecisionMade.fromPartial({ allocations });
    const [fact] = factsOfAllocation({ siteId: 'depot', ownerEpoch: 3n, fact: { $case: 'decisionMade', value } });
    return fact?.kind === 'decision-made' ? [...fact.targets.values()] : [];
  };
  expect(targetOf(105)).toEqual([{ limit: 200, discharge: 105, transactionId: '17' }]);
  for (const none of [undefined, 0, -105]) expect(targetOf(none)).toEqual([{ limit: 200, transactionId: '17' }]);
});

test('a late sample is for the record, never for control', () => {
  expect(measured({ quality: meteringV1.SampleQuality.LATE })).toEqual([]);
});

test('a reading of the site meter that lacks a phase is no reading', () => {
  const read = (current: { l1DeciA: number; l2DeciA: number; l3DeciA?: number }) =>
    factsOfMetering({
      siteId: 'depot',
      fact: { $case: 'siteMeterRead', value: { meterId: 'm', sampledAtMs: 1n, receivedAtMs: 1n, current } },
    });
  expect(read({ l1DeciA: 1, l2DeciA: 2 })).toEqual([]);
  expect(read({ l1DeciA: 1, l2DeciA: 2, l3DeciA: 3 })).toHaveLength(1);
});

test('LC2: a sensor tells a temperature, and no current', () => {
  const value = { meterId: 'duct', sampledAtMs: 1n, receivedAtMs: 2n, current: undefined, temperatureDeciC: 412 };
  const current = { l1: 0, l2: 0, l3: 0 };
  expect(factsOfMetering({ siteId: 'depot', fact: { $case: 'siteMeterRead', value } })).toMatchObject([
    {
      kind: 'site-meter-read',
      reading: { meterId: 'duct', temperatureDeciC: 412, current, sampledAtMs: 1, receivedAtMs: 2 },
    },
  ]);
});

test('a message that waited in the station says nothing of its clock', () => {
  const ended = (offline: boolean) =>
    station({
      $case: 'transactionEnded',
      value: { evse: 0, transactionId: '17', reason: '', stationTimeMs: 900n, offline, meterValues: [] },
    });
  expect(ended(false)).toMatchObject([
    { kind: 'station-time-seen', stationTimeMs: 900, atMs: 1_000 },
    { kind: 'transaction-ended', evse: undefined },
  ]);
  expect(ended(true)).toMatchObject([{ kind: 'transaction-ended' }]);
});

test('SI2: of the start of a transaction it is told whether it waited in its station: by its word, or by a date a minute back', () => {
  const waited = (offline: boolean, stationTimeMs: bigint): readonly unknown[] => {
    const value = { ...stationV1.TransactionStarted.fromPartial({ evse: 1, transactionId: '17' }), offline };
    const fact = { $case: 'transactionStarted', value: { ...value, stationTimeMs } } as const;
    const wire = { siteId: 'depot', stationId: 'ST-1', receivedAtMs: 100_000n, fact };
    return factsOfStation(stationV1.StationFact.fromPartial(wire)).flatMap((each) =>
      each.kind === 'transaction-started' ? each.hasWaited : [],
    );
  };
  expect(waited(false, 100_000n)).toEqual([undefined]);
  expect(waited(true, 100_000n)).toEqual([true]);
  expect(waited(false, BigInt(100_000 - WAITED_AFTER_MS))).toEqual([undefined]);
  expect(waited(false, BigInt(99_999 - WAITED_AFTER_MS))).toEqual([true]);
  // Its station says no time.
  expect(waited(false, 0n)).toEqual([undefined]);
});

test.each([
  [stationV1.ChargingState.CHARGING, [true]],
  [stationV1.ChargingState.SUSPENDED_EVSE, [false]],
  [stationV1.ChargingState.SUSPENDED_EV, [false]],
  [stationV1.ChargingState.UNSPECIFIED, []],
])(
  'H79: what a transaction says of charging now, by %s, and nothing if it waited in the station',
  (chargingState, says) => {
    const updated = (offline: boolean) =>
      station({
        $case: 'transactionUpdated',
        value: { evse: 1, transactionId: '17', chargingState, stationTimeMs: 900n, offline, meterValues: [] },
      }).flatMap((fact) => (fact.kind === 'charging-seen' ? [fact.isCharging] : []));
    expect([updated(false), updated(true)]).toEqual([says, []]);
  },
);

test('H79: an update that names no EVSE is of its transaction', () => {
  const { CHARGING: chargingState } = stationV1.ChargingState;
  const value = { evse: 0, transactionId: '17', chargingState, stationTimeMs: 900n, offline: false, meterValues: [] };
  expect(station({ $case: 'transactionUpdated', value }).slice(1)).toMatchObject([
    { kind: 'charging-seen', evse: undefined, transactionId: '17', isCharging: true },
  ]);
});

test.each([
  [stationV1.ConnectorStatus.CHARGING, 1, [true]],
  [stationV1.ConnectorStatus.SUSPENDED_EV, 1, [false]],
  [stationV1.ConnectorStatus.SUSPENDED_EVSE, 1, [false]],
  [stationV1.ConnectorStatus.AVAILABLE, 1, [false]],
  [stationV1.ConnectorStatus.OCCUPIED, 1, []],
  [stationV1.ConnectorStatus.FAULTED, 1, []],
  [stationV1.ConnectorStatus.CHARGING, 0, []],
])('H79, H92: what the status %s of EVSE %s says of charging', (status, evse, says) => {
  const facts = station({ $case: 'statusReported', value: { evse, connector: 1, status, errorCode: '' } });
  expect(facts.flatMap((fact) => (fact.kind === 'charging-seen' ? [fact.isCharging] : []))).toEqual(says);
});

test('H79: of a status that says so it is known that a car is there and paused: a free bay pauses nobody', () => {
  const suspended = Object.values(stationV1.ConnectorStatus).filter((status) =>
    station({ $case: 'statusReported', value: { evse: 1, connector: 1, status, errorCode: '' } }).some(
      (fact) => fact.kind === 'charging-seen' && fact.isSuspended === true,
    ),
  );
  expect(suspended).toEqual([stationV1.ConnectorStatus.SUSPENDED_EV, stationV1.ConnectorStatus.SUSPENDED_EVSE]);
});

test('a station of no site concerns nobody here', () => {
  expect(station({ $case: 'disconnected', value: { closeCode: 1006, reason: '' } }, '')).toEqual([]);
});

test.each([
  [stationV1.CommandStatus.ACCEPTED, 'accepted'],
  [stationV1.CommandStatus.REJECTED, 'rejected'],
  [stationV1.CommandStatus.FAILED, 'unanswered'],
  [stationV1.CommandStatus.UNANSWERED, 'unanswered'],
  [stationV1.CommandStatus.UNRECOGNIZED, 'unanswered'],
])('H64: only Accepted and Rejected are answers: %s is %s', (status, outcome) => {
  const value = { commandId: 'c', status, detail: '', settings: [], composite: undefined };
  expect(station({ $case: 'commandAnswered', value })).toMatchObject([{ outcome }]);
});

test('K08: what a station says that its profiles come to is read as it says it', () => {
  const composite = {
    ...{ inWatts: true, startMs: 5_000n, durationS: 60 },
    steps: [
      { fromS: 0, limit: 4_140n, phases: 3 },
      { fromS: 30, limit: 1_380n, phases: 0 },
    ],
  };
  const value = {
    commandId: 'q1-3-7-12',
    status: stationV1.CommandStatus.ACCEPTED,
    detail: '4140 W',
    settings: [],
    composite,
  };
  expect(station({ $case: 'commandAnswered', value })).toMatchObject([
    {
      ...{ kind: 'command-answered', outcome: 'accepted', detail: '4140 W' },
      composite: {
        ...{ unit: 'W', startMs: 5_000, durationS: 60 },
        steps: [
          { fromS: 0, limit: 4_140, phases: 3 },
          { fromS: 30, limit: 1_380 },
        ],
      },
    },
  ]);
});

test.each([
  [stationV1.CommandStatus.ACCEPTED, '', 'accepted'],
  [stationV1.CommandStatus.REJECTED, 'NoProfiles', 'none'],
  [stationV1.CommandStatus.REJECTED, 'Other', 'failed'],
  [stationV1.CommandStatus.UNANSWERED, '', 'failed'],
])('the answer %s "%s" to which profiles it holds is "%s", and names its question', (status, detail, outcome) => {
  const value = { commandId: 'p3-7-12', status, detail, settings: [], composite: undefined };
  expect(station({ $case: 'commandAnswered', value })).toMatchObject([
    { kind: 'profiles-answered', generation: 4, commandId: 'p3-7-12', outcome },
  ]);
});

test('H91: of each profile that a station holds its place, its highest limit and its end are known, as far as it told them', () => {
  const profiles = [
    { profileId: 77n, stackLevel: 3, purpose: 'TxProfile', inWatts: true, most: 7_400n, endsAtMs: 9_000n },
    { profileId: 78n, stackLevel: 0, purpose: 'TxDefaultProfile', inWatts: false },
  ];
  const value = { requestId: 7n, evse: 1, source: 'CSO', toBeContinued: false, truncated: false, profiles };
  expect(station({ $case: 'chargingProfilesReported', value })).toMatchObject([
    {
      held: [
        { evse: 1, profileId: 77, stackLevel: 3, purpose: 'TxProfile', unit: 'W', most: 7_400, endsAtMs: 9_000 },
        { evse: 1, profileId: 78, stackLevel: 0, purpose: 'TxDefaultProfile', unit: 'A' },
      ],
    },
  ]);
});

test('K09 a report with a limit of somebody beside us names him; one with profiles alone names nobody', () => {
  const reported = (purpose: string) =>
    station({
      $case: 'chargingProfilesReported',
      value: stationV1.ChargingProfilesReported.fromPartial({
        ...{ requestId: 3n, evse: 2, source: 'EMS' },
        profiles: [
          { profileId: 7n, purpose: 'TxProfile' },
          { profileId: 8n, purpose, most: 100n },
        ],
      }),
    });
  expect(reported('ChargingStationExternalConstraints')).toMatchObject([{ limit: { evse: 2, source: 'EMS' } }]);
  expect(reported('TxDefaultProfile')[0]).not.toHaveProperty('limit');
});
