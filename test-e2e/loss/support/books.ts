import type { LedgerMessage, Station } from '@headroom/sim';
import type { Client } from 'pg';

/** Where the stations' books and the platform's records differ. Empty: nothing acknowledged is lost or doubled. */
export interface Difference {
  readonly stationId: string;
  readonly what: string;
}

/** Everything a station was told is recorded, and nothing it said once stands there twice. */
export async function compareBooks(stations: readonly Station[], database: Client): Promise<readonly Difference[]> {
  const ids = stations.map(({ stationId }) => stationId);
  const forgotten = stations.filter((station) => station.ledger().forgotten.messages > 0);
  return [
    ...forgotten.map(({ stationId }) => ({ stationId, what: 'its book is too small to judge by' })),
    ...dropped(stations),
    ...(await transactions(stations, ids, database)),
    ...(await samples(stations, ids, database)),
  ];
}

const dropped = (stations: readonly Station[]): readonly Difference[] =>
  stations.flatMap((station) =>
    station
      .ledger()
      .messages.flatMap(({ action, dropped: why }) =>
        why === undefined ? [] : [{ stationId: station.stationId, what: `gave up a ${action}: ${why}` }],
      ),
  );

interface TransactionRow {
  readonly station_id: string;
  readonly transaction_id: string;
  readonly state: string;
  readonly start_wh: number | null;
  readonly stop_wh: number | null;
}

/**
 * A 2.x transaction is known by its id, a 1.6 start by the register it names: the station hears the id only from the answer,
 * and a start that was sent twice must still be one.
 */
async function transactions(
  stations: readonly Station[],
  ids: readonly string[],
  database: Client,
): Promise<readonly Difference[]> {
  const { rows } = await database.query(
    `select station_id, transaction_id, state, meter_start_wh::float8 as start_wh, meter_stop_wh::float8 as stop_wh
     from registry.transactions where station_id = any($1)`,
    [ids],
  );
  const all = rows as readonly TransactionRow[];
  return stations.flatMap((station) => {
    const own = all.filter((row) => row.station_id === station.stationId);
    return [...startsOf(station, own), ...stopsOf(station, own)].map((what) => ({
      stationId: station.stationId,
      what,
    }));
  });
}

function startsOf(station: Station, own: readonly TransactionRow[]): readonly string[] {
  const nameOfRow = (row: TransactionRow): string =>
    station.version === '1.6' ? String(row.start_wh) : row.transaction_id;
  const starts = station.ledger().messages.filter(isStart);
  const names = new Set([...starts.map(startName), ...own.map(nameOfRow)]);
  return [...names].flatMap((name) => {
    const said = starts.filter((message) => startName(message) === name);
    const told = said.filter(isAcknowledged).length;
    const stand = own.filter((row) => nameOfRow(row) === name).length;
    if (stand < told) return [`a start (${name}) was acknowledged ${told} times and stands ${stand} times`];
    return stand > said.length ? [`a start (${name}) was said ${said.length} times and stands ${stand} times`] : [];
  });
}

function stopsOf(station: Station, own: readonly TransactionRow[]): readonly string[] {
  return station
    .ledger()
    .messages.filter((message) => isStop(message) && isAcknowledged(message))
    .flatMap((message) => {
      const payload = payloadOf(message);
      const id = textOf(payload['transactionId'] ?? (payload['transactionInfo'] as Payload)['transactionId']);
      const rows = own.filter((row) => row.transaction_id === id);
      if (rows.length !== 1) return [`the transaction ${id} was ended and stands ${rows.length} times`];
      if (rows[0]?.state !== 'closed') return [`the transaction ${id} was ended and is ${rows[0]?.state}`];
      const { meterStop } = payload;
      if (meterStop === undefined || rows[0].stop_wh === meterStop) return [];
      return [`the transaction ${id} ended at ${textOf(meterStop)} Wh and stands with ${rows[0].stop_wh} Wh`];
    });
}

async function samples(
  stations: readonly Station[],
  ids: readonly string[],
  database: Client,
): Promise<readonly Difference[]> {
  const { rows } = await database.query(
    `select station_id, at_ms::float8 as at, count(*)::int as n
     from meter_ingestion.evse_samples where station_id = any($1) group by 1, 2`,
    [ids],
  );
  const stand = new Map(
    (rows as readonly { station_id: string; at: number; n: number }[]).map((row) => [
      `${row.station_id} ${row.at}`,
      row.n,
    ]),
  );
  const found: Difference[] = [];
  for (const { stationId, ...station } of stations.map((one) => ({ stationId: one.stationId, ledger: one.ledger() }))) {
    const everSaid = new Map<number, number>();
    for (const message of station.ledger.messages) {
      for (const atMs of instantsOf(message)) {
        everSaid.set(atMs, (everSaid.get(atMs) ?? 0) + 1);
        if (message.acknowledgedAtMs === undefined || !hasSamples(message)) continue;
        if (!stand.has(`${stationId} ${atMs}`))
          found.push({ stationId, what: `sample of ${time(atMs)} is not recorded` });
      }
    }
    for (const [atMs, times] of everSaid) {
      const n = stand.get(`${stationId} ${atMs}`) ?? 0;
      if (n > times) found.push({ stationId, what: `sample of ${time(atMs)} stands ${n} times, was said ${times}` });
    }
  }
  return found;
}

/** Instants of samples that stations were told are recorded. */
export const acknowledgedSamples = (stations: readonly Station[]): number =>
  stations.reduce(
    (sum, station) =>
      sum +
      new Set(
        station
          .ledger()
          .messages.filter((message) => isAcknowledged(message) && hasSamples(message))
          .flatMap(instantsOf),
      ).size,
    0,
  );

/** A JSON value, as text. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

type Message = Readonly<LedgerMessage>;
type Payload = Readonly<Record<string, unknown>>;

const payloadOf = ({ payload }: Message): Payload => (payload ?? {}) as Payload;
const isAcknowledged = ({ acknowledgedAtMs }: Message): boolean => acknowledgedAtMs !== undefined;
const isEvent = (message: Message, type: string): boolean =>
  message.action === 'TransactionEvent' && payloadOf(message)['eventType'] === type;
const isStart = (message: Message): boolean => message.action === 'StartTransaction' || isEvent(message, 'Started');
const isStop = (message: Message): boolean => message.action === 'StopTransaction' || isEvent(message, 'Ended');

function startName(message: Message): string {
  const payload = payloadOf(message);
  const info = payload['transactionInfo'] as Payload | undefined;
  return textOf(payload['meterStart'] ?? info?.['transactionId']);
}

const meterValues = (message: Message): readonly Payload[] => {
  const payload = payloadOf(message);
  return (payload['meterValue'] ?? payload['transactionData'] ?? []) as readonly Payload[];
};

const hasSamples = (message: Message): boolean => meterValues(message).length > 0;

/** Instants for which a message may leave a row of samples. */
const instantsOf = (message: Message): readonly number[] => {
  const sampled = meterValues(message).map(({ timestamp }) => Date.parse(textOf(timestamp)));
  const { timestamp } = payloadOf(message);
  return [...new Set(sampled.length > 0 || timestamp === undefined ? sampled : [Date.parse(textOf(timestamp))])];
};

const time = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);
