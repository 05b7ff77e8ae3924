import { expect } from '@jest/globals';
import type { Api } from './api.ts';
import { eventually } from './eventually.ts';
import { type ForeignStation, foreignStation } from './foreign-client.ts';
import { newStation, newToken } from './site.ts';

const CARD = 'FOREIGN-CARD';
const now = (): string => new Date().toISOString();

interface Dialect {
  readonly protocol: 'ocpp1.6' | 'ocpp2.0.1';
  boot(station: ForeignStation): Promise<unknown>;
  plug(station: ForeignStation): Promise<unknown>;
  authorize(station: ForeignStation, card: string): Promise<string>;
  /** The transaction's id. */
  start(station: ForeignStation): Promise<string>;
  meter(station: ForeignStation, transactionId: string, wh: number, amps: number): Promise<unknown>;
  stop(station: ForeignStation, transactionId: string, wh: number): Promise<unknown>;
}

const textOf = (value: unknown, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  return String(found);
};

const V16: Dialect = {
  protocol: 'ocpp1.6',
  boot: (s) => s.call('BootNotification', { chargePointVendor: 'Other', chargePointModel: 'Client' }),
  plug: (s) =>
    s.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing', timestamp: now() }),
  authorize: async (s, idTag) => textOf(await s.call('Authorize', { idTag }), 'idTagInfo', 'status'),
  start: async (s) =>
    textOf(
      await s.call('StartTransaction', { connectorId: 1, idTag: CARD, meterStart: 1000, timestamp: now() }),
      'transactionId',
    ),
  meter: (s, id, wh, amps) =>
    s.call('MeterValues', {
      connectorId: 1,
      transactionId: Number(id),
      meterValue: [
        {
          timestamp: now(),
          sampledValue: sampled(wh, amps).map((value) => ({ ...value, value: String(value.value) })),
        },
      ],
    }),
  stop: (s, id, wh) =>
    s.call('StopTransaction', { transactionId: Number(id), meterStop: wh, timestamp: now(), reason: 'Local' }),
};

const TRANSACTION = 'foreign-transaction-1';
let seqNo = 0;

const V201: Dialect = {
  protocol: 'ocpp2.0.1',
  boot: (s) =>
    s.call('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'Other', model: 'Client' } }),
  plug: (s) =>
    s.call('StatusNotification', { timestamp: now(), connectorStatus: 'Occupied', evseId: 1, connectorId: 1 }),
  authorize: async (s, idToken) =>
    textOf(await s.call('Authorize', { idToken: { idToken, type: 'ISO14443' } }), 'idTokenInfo', 'status'),
  start: async (s) => {
    await s.call(
      'TransactionEvent',
      event('Started', 1000, 0, { triggerReason: 'Authorized', idToken: { idToken: CARD, type: 'ISO14443' } }),
    );
    return TRANSACTION;
  },
  meter: (s, _id, wh, amps) =>
    s.call('TransactionEvent', event('Updated', wh, amps, { triggerReason: 'MeterValuePeriodic' })),
  stop: (s, _id, wh) => s.call('TransactionEvent', event('Ended', wh, 0, { triggerReason: 'StopAuthorized' })),
};

function event(eventType: string, wh: number, amps: number, more: object): object {
  seqNo += 1;
  const values = sampled(wh, amps).map(({ unit, ...value }) => ({ ...value, unitOfMeasure: { unit } }));
  return {
    eventType,
    timestamp: now(),
    seqNo,
    transactionInfo: { transactionId: TRANSACTION, chargingState: eventType === 'Ended' ? 'EVConnected' : 'Charging' },
    evse: { id: 1, connectorId: 1 },
    meterValue: [{ timestamp: now(), sampledValue: values }],
    ...more,
  };
}

const sampled = (wh: number, amps: number) => [
  { value: wh, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
  { value: amps, measurand: 'Current.Import', phase: 'L1', unit: 'A' },
  { value: amps, measurand: 'Current.Import', phase: 'L2', unit: 'A' },
  { value: amps, measurand: 'Current.Import', phase: 'L3', unit: 'A' },
];

export const DIALECTS = [V16, V201];

/** From a station that nobody knew to a closed transaction with its energy: every step by a client that is not ours. */
export async function foreignJourney(api: Api, ocppUrl: string, dialect: Dialect): Promise<void> {
  const name = dialect.protocol.replaceAll('.', '-');
  const stationId = `FOREIGN-${name}`;
  const password = await newStation(api, `site-of-${name}`, stationId);
  await newToken(api, CARD);
  const station = await foreignStation({ ocppUrl, stationId, password, protocol: dialect.protocol });
  try {
    expect(textOf(await dialect.boot(station), 'status')).toBe('Accepted');
    await dialect.plug(station);
    expect(await dialect.authorize(station, 'NOBODY-KNOWS-THIS')).not.toBe('Accepted');
    expect(await dialect.authorize(station, CARD)).toBe('Accepted');
    const transactionId = await dialect.start(station);
    await eventually(
      'a fallback and then a lease above it',
      15_000,
      async () => {
        await dialect.meter(station, transactionId, 1100, 6);
        const fallback = station.profiles.find(({ purpose }) => purpose === 'TxDefaultProfile');
        const lease = station.profiles.find(({ purpose, limitA }) => purpose === 'TxProfile' && limitA > 6);
        return (
          (fallback !== undefined &&
            fallback.limitA <= 6 &&
            fallback.durationS === undefined &&
            lease?.transactionId === transactionId &&
            (lease.durationS ?? 0) > 0) ||
          undefined
        );
      },
      500,
    );
    await dialect.meter(station, transactionId, 1500, 16);
    await dialect.stop(station, transactionId, 3400);
    const closed = await eventually('the closed transaction in the records', 5_000, async () => {
      const found = await api.items(`/api/v1/transactions?stationId=${stationId}&limit=10`);
      return found.find(({ endedAt }) => typeof endedAt === 'string');
    });
    expect(closed).toMatchObject({ transactionId, stationId });
    const evse = encodeURIComponent(`${stationId}/1`);
    const samples = await api.items(`/api/v1/evses/${evse}/meter-values?limit=50`);
    expect(samples.length).toBeGreaterThanOrEqual(2);
  } finally {
    await station.close();
  }
}
