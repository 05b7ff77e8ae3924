import type { Sample } from './sample.ts';

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

const station = (title: string, fact: object): Sample => ({
  topic: 'stationFacts',
  title,
  json: { ...STATION, ...fact },
});

/** Every case of a station fact. */
export const STATION_SAMPLES: readonly Sample[] = [
  station('connected', { connected: { ocppVersion: 'OCPP_VERSION_2_0_1', gatewayAddress: '127.0.0.1:9000' } }),
  station('disconnected', { disconnected: { closeCode: 1006, reason: 'gone' } }),
  station('booted', {
    booted: { vendor: 'V', model: 'M', firmwareVersion: '1.2', serialNumber: 'S', onRequest: true },
  }),
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
  station('capabilities read', {
    commandAnswered: {
      commandId: 'c3-12-4',
      status: 'COMMAND_STATUS_ACCEPTED',
      settings: [{ name: 'ChargeProfileMaxStackLevel', value: '8' }, { name: 'MaxChargingProfilesInstalled' }],
    },
  }),
  station('composite read', {
    commandAnswered: {
      ...{ commandId: 'q1-3-12-5', status: 'COMMAND_STATUS_ACCEPTED', detail: '16 A' },
      composite: {
        ...{ inWatts: true, startMs: '1764100000000', durationS: 180 },
        steps: [
          { limit: '11000', phases: 3 },
          { fromS: 118, limit: '4140' },
        ],
      },
    },
  }),
  station('charging limit notified', {
    chargingLimitNotified: {
      evse: 1,
      source: 'EMS',
      gridCritical: true,
      localGeneration: true,
      schedules: [
        { steps: [{ fromMs: '1764100000000', limit: '160' }], untilMs: '1764103600000' },
        { inWatts: true, steps: [{ fromMs: '1764100000000', limit: '11000' }] },
      ],
    },
  }),
  station('charging limit cleared', { chargingLimitCleared: { evse: 1, source: 'EMS' } }),
  station('charging profiles reported', {
    chargingProfilesReported: {
      ...{ requestId: '7', evse: 1, source: 'CSO', toBeContinued: true, truncated: true },
      profiles: [
        {
          profileId: '11',
          stackLevel: 0,
          purpose: 'TxDefaultProfile',
          inWatts: true,
          most: '4140',
          endsAtMs: '1764103600000',
        },
        { profileId: '77', stackLevel: 3, purpose: 'TxProfile' },
      ],
    },
  }),
  station('frame refused', { frameRefused: { reason: 'not-json', detail: 'unexpected end' } }),
];
