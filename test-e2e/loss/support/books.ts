import type { LedgerMessage, Station } from '@headroom/sim';
import type { Client } from 'pg';

/** Where the stations' books and the platform's records differ. Empty: nothing acknowledged is lost or doubled. */
export interface Difference {
  readonly stationId: string;
  readonly what: string;
}

/**
 * Everything a station was told until `toldUntilMs` is recorded, and nothing it said once stands there twice. What is told
 * later may still be on its way to the records.
 */
export async function compareBooks(
  stations: readonly Station[],
  database: Client,
  toldUntilMs = Number.POSITIVE_INFINITY,
): Promise<readonly Difference[]> {
  const isTold: IsTold = ({ acknowledgedAtMs }) => acknowledgedAtMs !== undefined && acknowledgedAtMs <= toldUntilMs;
  const ids = stations.map(({ stationId }) => stationId);
  const forgotten = stations.filter((station) => station.ledger().forgotten.messages > 0);
  return [
    ...forgotten.map(({ stationId }) => ({ stationId, what: 'its book is too small to judge by' })),
    ...dropped(stations),
    ...(await transactions({ stations, ids, database, isTold })),
    ...(await samples({ stations, ids, database, isTold })),
  ];
}

type IsTold = (message: Message) => boolean;

interface Comparison {
  readonly stations: readonly Station[];
  readonly ids: readonly string[];
  readonly database: Client;
  readonly isTold: IsTold;
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
async function transactions({ stations, ids, database, isTold }: Comparison): Promise<readonly Difference[]> {
  const { rows } = await database.query(
    `select station_id, transaction_id, state, meter_start_wh::float8 as start_wh, meter_stop_wh::float8 as stop_wh
     from registry.transactions where station_id = any($1)`,
    [ids],
  );
  const all = rows as readonly TransactionRow[];
  return stations.flatMap((station) => {
    const own = all.filter((row) => row.station_id === station.stationId);
    return [...startsOf(station, own, isTold), ...stopsOf(station, own, isTold)].map((what) => ({
      stationId: station.stationId,
      what,
    }));
  });
}

function startsOf(station: Station, own: readonly TransactionRow[], isTold: IsTold): readonly string[] {
  const nameOfRow = (row: TransactionRow): string =>
    station.version === '1.6' ? String(row.start_wh) : row.transaction_id;
  const starts = station.ledger().messages.filter(isStart);
  const names = new Set([...starts.map(startName), ...own.map(nameOfRow)]);
  return [...names].flatMap((name) => {
    const said = starts.filter((message) => startName(message) === name);
    const told = said.filter(isTold).length;
    const rows = own.filter((row) => nameOfRow(row) === name);
    const stand = rows.length;
    if (stand < told) return [`a start (${name}) was acknowledged ${told} times and stands ${stand} times`];
    const register = said.map(registerOf).find((wh) => wh !== undefined);
    const wrong = told === 0 ? undefined : rows.find(({ start_wh }) => register !== undefined && start_wh !== register);
    if (wrong !== undefined) return [`the start (${name}) was at ${register} Wh and stands with ${wrong.start_wh} Wh`];
    return stand > said.length ? [`a start (${name}) was said ${said.length} times and stands ${stand} times`] : [];
  });
}

function stopsOf(station: Station, own: readonly TransactionRow[], isTold: IsTold): readonly string[] {
  return station
    .ledger()
    .messages.filter((message) => isStop(message) && isTold(message))
    .flatMap((message) => {
      const payload = payloadOf(message);
      const id = textOf(payload['transactionId'] ?? (payload['transactionInfo'] as Payload)['transactionId']);
      const rows = own.filter((row) => row.transaction_id === id);
      if (rows.length !== 1) return [`the transaction ${id} was ended and stands ${rows.length} times`];
      if (rows[0]?.state !== 'closed') return [`the transaction ${id} was ended and is ${rows[0]?.state}`];
      const register = registerOf(message);
      if (register === undefined || rows[0].stop_wh === register) return [];
      return [`the transaction ${id} ended at ${register} Wh and stands with ${rows[0].stop_wh} Wh`];
    });
}

async function samples({ stations, ids, database, isTold }: Comparison): Promise<readonly Difference[]> {
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
        if (!isTold(message) || !hasSamples(message)) continue;
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

/** How many acknowledged messages of each kind there are to compare. */
export function toldOf(stations: readonly Station[]) {
  const told = stations.flatMap((station) => station.ledger().messages).filter(isAcknowledged);
  return {
    starts: told.filter(isStart).length,
    stops: told.filter(isStop).length,
    samples: told.filter(hasSamples).length,
  };
}

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

/** The energy register that a start or an end names: in 1.6 as such, in 2.x as the one sample of it. */
function registerOf(message: Message): number | undefined {
  const { meterStart, meterStop } = payloadOf(message);
  const named = meterStart ?? meterStop;
  if (typeof named === 'number') return named;
  const sampled = meterValues(message).flatMap(({ sampledValue }) => sampledValue as readonly Payload[]);
  const value = sampled.find(({ measurand }) => measurand === 'Energy.Active.Import.Register')?.['value'];
  return typeof value === 'number' ? value : undefined;
}

const hasSamples = (message: Message): boolean => meterValues(message).length > 0;

/** Instants for which a message may leave a row of samples. */
const instantsOf = (message: Message): readonly number[] => {
  const sampled = meterValues(message).map(({ timestamp }) => Date.parse(textOf(timestamp)));
  const { timestamp } = payloadOf(message);
  return [...new Set(sampled.length > 0 || timestamp === undefined ? sampled : [Date.parse(textOf(timestamp))])];
};

const time = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);
