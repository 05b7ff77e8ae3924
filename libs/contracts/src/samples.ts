import { TOPICS } from './topics.ts';

/** A message of each topic and each case in JSON, every field set: what the golden bytes are made of. */
export interface Sample {
  readonly topic: keyof typeof TOPICS;
  readonly title: string;
  readonly json: object;
}

const PHASES = { l1DeciA: 160, l2DeciA: 0, l3DeciA: -15 };
const STATION = {
  stationId: 'ST-001',
  siteId: 'depot',
  connectionGeneration: '7',
  receivedAtMs: '1764100000123',
  rawFrame: 'WzJd',
};
const VALUE = {
  value: '16.0',
  measurand: 'Current.Import',
  phase: 'L1',
  unit: 'A',
  multiplier: -1,
  context: 'Sample.Periodic',
  location: 'Outlet',
};
const VALUES = [{ stationTimeMs: '1764100000000', sampledValues: [VALUE] }];
const SESSION = { sessionId: 's-1', siteId: 'depot', stationId: 'ST-001', evse: 1, occurredAtMs: '1764100000123' };
const EPOCH = { shard: 3, epoch: '12', owner: 'pod-a', openedAtMs: '1764100000123' };
const REASON = { code: 'CIRCUIT_LIMIT', circuitId: 'panel-a', row: 'l1', sentence: '4.1 kW. Panel A is full.' };
const INPUTS = [{ topic: 'headroom.metering.facts.v1', partition: 3, offset: '42' }];
const USE = {
  circuitId: 'grid',
  limit: PHASES,
  otherLoad: PHASES,
  committed: PHASES,
  powerLimitW: '200000',
  limitSource: 'contract',
  limitValidUntilMs: '1764100900000',
};

const station = (title: string, fact: object): Sample => ({
  topic: 'stationFacts',
  title,
  json: { ...STATION, ...fact },
});
const session = (title: string, fact: object): Sample => ({
  topic: 'sessionFacts',
  title,
  json: { ...SESSION, ...fact },
});

export const SAMPLES: readonly Sample[] = [
  station('connected', { connected: { ocppVersion: 'OCPP_VERSION_2_0_1', gatewayAddress: '127.0.0.1:9000' } }),
  station('disconnected', { disconnected: { closeCode: 1006, reason: 'gone' } }),
  station('booted', { booted: { vendor: 'V', model: 'M', firmwareVersion: '1.2', serialNumber: 'S' } }),
  station('status', {
    statusReported: {
      evse: 1,
      connector: 1,
      status: 'CONNECTOR_STATUS_CHARGING',
      errorCode: 'NoError',
      stationTimeMs: '1764100000000',
    },
  }),
  station('transaction started', {
    transactionStarted: {
      evse: 1,
      connector: 1,
      transactionId: '81',
      idTokenHash: 'ab',
      authorized: true,
      meterStartWh: '1200',
      stationTimeMs: '1764100000000',
      chargingState: 'CHARGING_STATE_CHARGING',
      seqNo: 0,
      offline: true,
      meterValues: VALUES,
    },
  }),
  station('transaction updated', {
    transactionUpdated: {
      evse: 1,
      transactionId: '81',
      chargingState: 'CHARGING_STATE_SUSPENDED_EV',
      stationTimeMs: '1764100000000',
      seqNo: 2,
      offline: true,
      meterValues: VALUES,
    },
  }),
  station('transaction ended', {
    transactionEnded: {
      evse: 1,
      transactionId: '81',
      meterStopWh: '9200',
      reason: 'Local',
      stationTimeMs: '1764100000000',
      seqNo: 9,
      offline: true,
      meterValues: VALUES,
    },
  }),
  station('meter values', { meterValuesReported: { evse: 1, transactionId: '81', meterValues: VALUES } }),
  station('command answered', {
    commandAnswered: { commandId: 'c-1', status: 'COMMAND_STATUS_REJECTED', detail: 'Rejected' },
  }),
  station('frame refused', { frameRefused: { reason: 'not-json', detail: 'unexpected end' } }),
  session('session started', { sessionStarted: {} }),
  session('transaction opened', { transactionOpened: { transactionId: '81', authorized: true, meterStartWh: '1200' } }),
  session('transaction closed', { transactionClosed: { transactionId: '81', energyWh: '8000', reason: 'Local' } }),
  session('session ended', { sessionEnded: { energyWh: '8000' } }),
  session('charging requested', { chargingRequested: { energyWh: '20000', departureAtMs: '1764110000000' } }),
  {
    topic: 'siteConfig',
    title: 'site',
    json: {
      siteId: 'depot',
      version: '4',
      configuredAtMs: '1764100000123',
      name: 'Depot',
      timezone: 'Europe/Paris',
      nominalVoltageV: 230,
      circuits: [
        { circuitId: 'panel-a', parentCircuitId: 'grid', name: 'Panel A', rating: PHASES, powerLimitW: '200000' },
      ],
      stations: [
        {
          stationId: 'ST-001',
          circuitId: 'panel-a',
          evses: [
            {
              evse: 1,
              phases: ['GRID_PHASE_L2', 'GRID_PHASE_L3', 'GRID_PHASE_L1'],
              maxCurrentDeciA: 320,
              minCurrentDeciA: 60,
              fallbackDeciA: 60,
              name: 'Bay 1',
            },
          ],
        },
      ],
      otherLoads: [{ circuitId: 'grid', worstCase: PHASES, meterId: 'building', staleAfterMs: 5000, name: 'Building' }],
      policy: { kind: 'POLICY_KIND_EQUAL_SHARE', leaseS: 120 },
      limitOverride: { powerLimitW: '100000', validUntilMs: '1764110000000', setBy: 'operator', reason: 'works' },
    },
  },
  {
    topic: 'meteringFacts',
    title: 'EVSE measured',
    json: {
      siteId: 'depot',
      evseMeasured: {
        stationId: 'ST-001',
        evse: 1,
        transactionId: '81',
        sampledAtMs: '1764100000000',
        receivedAtMs: '1764100000123',
        current: PHASES,
        powerW: '11040',
        energyRegisterWh: '5400',
        offeredDeciA: 160,
        socPercent: 55,
        quality: 'SAMPLE_QUALITY_GOOD',
      },
    },
  },
  {
    topic: 'meteringFacts',
    title: 'site meter read',
    json: {
      siteId: 'depot',
      siteMeterRead: {
        meterId: 'building',
        sampledAtMs: '1764100000000',
        receivedAtMs: '1764100000123',
        current: PHASES,
      },
    },
  },
  { topic: 'allocationFacts', title: 'epoch opened', json: { siteId: 'depot', ownerEpoch: '12', epochOpened: EPOCH } },
  {
    topic: 'allocationFacts',
    title: 'decision made',
    json: {
      siteId: 'depot',
      ownerEpoch: '12',
      decisionMade: {
        seq: '99',
        decidedAtMs: '1764100000123',
        validUntilMs: '1764100060123',
        inputs: INPUTS,
        stateHash: 'ff',
        siteConfigVersion: '4',
        trigger: 'site-meter',
        allocations: [
          { stationId: 'ST-001', evse: 1, transactionId: '81', limitDeciA: 160, reason: REASON, sessionId: 's-1' },
        ],
        circuits: [USE],
      },
    },
  },
  {
    topic: 'siteState',
    title: 'site state',
    json: {
      siteId: 'depot',
      ownerEpoch: '12',
      decisionSeq: '99',
      atMs: '1764100000123',
      name: 'Depot',
      timezone: 'Europe/Paris',
      nominalVoltageV: 230,
      inputs: INPUTS,
      limitOverride: { powerLimitW: '100000', validUntilMs: '1764110000000', setBy: 'operator', reason: 'works' },
      circuits: [
        {
          use: USE,
          name: 'Grid',
          parentCircuitId: 'x',
          measuredOtherLoad: PHASES,
          measuredAtMs: '1764100000000',
          drawn: PHASES,
        },
      ],
      evses: [
        {
          stationId: 'ST-001',
          evse: 1,
          name: 'Bay 1',
          circuitId: 'panel-a',
          phases: ['GRID_PHASE_L1'],
          connected: true,
          state: 'EVSE_PHASE_OF_SESSION_CHARGING',
          sessionId: 's-1',
          transactionId: '81',
          commandedDeciA: 160,
          committedDeciA: 160,
          offeredDeciA: 160,
          drawn: PHASES,
          drawnPowerW: '11040',
          drawnAtMs: '1764100000000',
          sessionEnergyWh: '4200',
          reason: REASON,
          sessionStartedAtMs: '1764090000000',
          requestedEnergyWh: '20000',
          departureAtMs: '1764110000000',
          leaseUntilMs: '1764100120000',
          socPercent: 55,
          maxCurrentDeciA: 320,
          fallbackDeciA: 60,
          targetDeciA: 160,
          lastDispatch: 'accepted',
        },
      ],
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'epoch opened',
    json: { siteId: 'depot', dispatcherEpoch: '12', epochOpened: EPOCH },
  },
  {
    topic: 'dispatchFacts',
    title: 'limit intended',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      limitIntended: {
        commandId: 'c-1',
        seq: '5',
        stationId: 'ST-001',
        evse: 1,
        transactionId: '81',
        purpose: 'LIMIT_PURPOSE_LEASE',
        limitDeciA: 160,
        intendedAtMs: '1764100000123',
        leaseUntilMs: '1764100120000',
        decisionSeq: '99',
        increase: true,
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'limit resolved',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      limitResolved: {
        commandId: 'c-1',
        seq: '5',
        stationId: 'ST-001',
        evse: 1,
        outcome: 'LIMIT_OUTCOME_UNANSWERED',
        detail: 'no answer in 30 s',
        resolvedAtMs: '1764100000123',
        purpose: 'LIMIT_PURPOSE_LEASE',
        limitDeciA: 160,
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'committed changed',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      committedChanged: {
        stationId: 'ST-001',
        evse: 1,
        committedDeciA: 320,
        members: [{ kind: 'unresolved', limitDeciA: 320, untilMs: '1764100120000' }],
        atMs: '1764100000123',
        commandedDeciA: 160,
        leaseUntilMs: '1764100120000',
      },
    },
  },
];
