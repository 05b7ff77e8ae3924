import { BATTERY, OFFER, OWNER_MEMORY, PLAN } from './sample-of-memory.ts';
import type { Sample } from './sample.ts';
import { DISPATCH_SAMPLES } from './samples-dispatch.ts';
import { GRID_SAMPLES } from './samples-grid.ts';
import { SITE_SAMPLE } from './samples-site.ts';
import { STATION_SAMPLES } from './samples-station.ts';

const PHASES = { l1DeciA: 160, l2DeciA: 0, l3DeciA: -15 };
const SESSION = { sessionId: 's-1', siteId: 'depot', stationId: 'ST-001', evse: 1, occurredAtMs: '1764100000123' };
const EPOCH = { shard: 3, epoch: '12', owner: 'pod-a', openedAtMs: '1764100000123' };
const LEASE = { leaseS: 300, reason: '300 s: the building hardly moves.', lookedAtMs: '1764097200000' };
const REASON = { code: 'CIRCUIT_LIMIT', circuitId: 'panel-a', row: 'l1', sentence: '4.1 kW. Panel A is full.' };
const GIVES = { code: 'V2X_DISCHARGE', circuitId: '', row: '', sentence: '6.9 kW back, as planned.' };
const INPUTS = [{ topic: 'headroom.metering.facts.v1', partition: 3, offset: '42' }];
const USE = {
  circuitId: 'grid',
  limit: PHASES,
  otherLoad: PHASES,
  committed: PHASES,
  powerLimitW: '200000',
  limitSource: 'contract',
  rise: PHASES,
  limitValidUntilMs: '1764100900000',
};

const session = (title: string, fact: object): Sample => ({
  topic: 'sessionFacts',
  title,
  json: { ...SESSION, ...fact },
});

/** A message of each topic and each case: what the golden bytes are made of. */
export const SAMPLES: readonly Sample[] = [
  ...STATION_SAMPLES,
  session('session started', { sessionStarted: {} }),
  session('transaction opened', { transactionOpened: { transactionId: '81', authorized: true, meterStartWh: '1200' } }),
  session('transaction closed', { transactionClosed: { transactionId: '81', energyWh: '8000', reason: 'Local' } }),
  session('session ended', { sessionEnded: { energyWh: '8000' } }),
  session('charging requested', {
    chargingRequested: { energyWh: '20000', departureAtMs: '1764110000000', discharge: OFFER, battery: BATTERY },
  }),
  session('boost set', { boostSet: { transactionId: '81', untilMs: '1764110000000', setBy: 'operator' } }),
  SITE_SAMPLE,
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
        exportedRegisterWh: '850',
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
  {
    topic: 'meteringFacts',
    title: 'site temperature read',
    json: {
      siteId: 'depot',
      siteMeterRead: {
        meterId: 'duct',
        sampledAtMs: '1764100000000',
        receivedAtMs: '1764100000123',
        temperatureDeciC: 412,
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
          {
            ...{ stationId: 'ST-001', evse: 1, transactionId: '81', limitDeciA: 160, reason: REASON, sessionId: 's-1' },
            later: { fromMs: '1764100300000', limitDeciA: 80 },
            credit: { amountDeciAS: '-54000', asOfMs: '1764099960000', growsDeciA: 45 },
            dischargeDeciA: 100,
            dischargeReason: GIVES,
          },
        ],
        circuits: [USE],
        drop: { atMs: '1764100306000', limits: [{ circuitId: 'grid', powerLimitW: '50000' }] },
        lease: LEASE,
        plan: { ownerEpoch: '12', seq: '6', ignored: 'expired' },
      },
    },
  },
  {
    topic: 'allocationInputs',
    title: 'inputs of a decision',
    json: {
      siteId: 'depot',
      ownerEpoch: '12',
      seq: '99',
      decidedAtMs: '1764100000123',
      stateHash: 'ab12',
      wholeSeq: '96',
      beforeSeq: '98',
      memory: OWNER_MEMORY,
      siteConfig: 'CgVkZXBvdA==',
    },
  },
  {
    topic: 'allocationFacts',
    title: 'plan made',
    json: { siteId: 'depot', ownerEpoch: '12', planMade: PLAN },
  },
  {
    topic: 'siteState',
    title: 'site state',
    json: {
      siteId: 'depot',
      ownerEpoch: '12',
      decisionSeq: '99',
      atMs: '1764100000123',
      ownerAddress: '10.0.0.7:7004',
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
          derating: {
            ...{ sensorId: 'duct', countedDeciC: 412, sampledAtMs: '1764100000000', silent: true },
            ...{ nowPercent: 90, deadPercent: 75 },
          },
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
          boostUntilMs: '1764110000000',
          boostedBy: 'operator',
          saidSocPercent: 41,
        },
      ],
      memory: OWNER_MEMORY,
      lease: LEASE,
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
        later: { fromMs: '1764100060000', limitDeciA: 80 },
        toldSkewMs: '-400',
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
  ...DISPATCH_SAMPLES,
  ...GRID_SAMPLES,
];
