import type { StoredRecord } from '@headroom/event-log';
import type { BookedTransaction, Books } from '../checkers/books.ts';
import type { Court } from './court.ts';
import { saidIn } from './said-in.ts';
import type { Verdict } from './verdict.ts';
import { together } from './together.ts';

/** The court of one site, and what comes before it. */
export interface SeatedCourt {
  readonly siteId: string;
  readonly shard: number;
  readonly stationIds: readonly string[];
  readonly court: Court;
}

/** All courts of a run: what several sites share is told here, and comes to the one that it concerns. */
export type Bench = Pick<
  Court,
  'hear' | 'stored' | 'logAway' | 'born' | 'died' | 'databaseAway' | 'kept' | 'accuse' | 'isGuilty' | 'conclude'
>;

/** Each site is judged by itself: whatever stands under the name of another, or on a socket of its stations, is not its own. */
export function createBench(seated: readonly SeatedCourt[]): Bench {
  const [first, ...others] = seated;
  if (first === undefined) throw new Error('a run has a site');
  // Of one site nothing can be another's.
  if (others.length === 0) return first.court;
  const courts = seated.map(({ court }) => court);
  const bySite = new Map(seated.map((each) => [each.siteId, each]));
  const byStation = new Map(seated.flatMap((each) => each.stationIds.map((stationId) => [stationId, each] as const)));
  const ofStation = (stationId: string): Court | undefined => byStation.get(stationId)?.court;
  /** A station of which nobody knows the site is the key itself; what is of none of both is the shard's: the mark of a new owner. */
  const concerned = ({ key, partition }: StoredRecord): readonly SeatedCourt[] => {
    const own = bySite.get(key) ?? byStation.get(key);
    return own === undefined ? seated.filter(({ shard }) => shard === partition) : [own];
  };
  return {
    hear: {
      dialled: (line) => ofStation(line.stationId)?.hear.dialled(line),
      written: (line, frame) => ofStation(line.stationId)?.hear.written(line, frame),
      received: (stationId, frame) => ofStation(stationId)?.hear.received(stationId, frame),
      sent: (gateway, stationId, frame) => ofStation(stationId)?.hear.sent(gateway, stationId, frame),
    },
    stored: (record) => concerned(record).forEach(({ court }) => court.stored(record)),
    kept: (record) => ofStation(saidIn(record)?.stationId ?? '')?.kept(record),
    logAway: (forMs) => courts.forEach((court) => court.logAway(forMs)),
    born: (process) => courts.forEach((court) => court.born(process)),
    died: (backInMs) => courts.forEach((court) => court.died(backInMs)),
    databaseAway: (forMs) => courts.forEach((court) => court.databaseAway(forMs)),
    accuse: first.court.accuse,
    isGuilty: () => courts.some((court) => court.isGuilty()),
    conclude: (books) =>
      together(seated.map((each): Verdict => each.court.conclude(books && booksOf(each, books, byStation, first)))),
  };
}

/** What stands in the books of one site. What is of no station at all is held against the first of them. */
function booksOf(
  own: SeatedCourt,
  { transactions, readings, meterReadings }: Books,
  byStation: ReadonlyMap<string, SeatedCourt>,
  first: SeatedCourt,
): Books {
  const isOwn = (stationId: string): boolean => (byStation.get(stationId) ?? first) === own;
  return {
    transactions: transactions.filter(({ stationId }: BookedTransaction) => isOwn(stationId)),
    readings: readings.filter(([newest]) => newest !== undefined && isOwn(newest.stationId)),
    meterReadings: meterReadings.filter(({ siteId }) => siteId === own.siteId),
  };
}
