import type { StoredRecord } from '@headroom/event-log';
import type { BookedSession, BookedTransaction, Books } from '../checkers/books.ts';
import type { CarsTurn } from '../checkers/energy.ts';
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
export interface Bench
  extends Pick<
    Court,
    'hear' | 'stored' | 'logAway' | 'born' | 'died' | 'databaseAway' | 'kept' | 'accuse' | 'isGuilty' | 'conclude'
  > {
  /** Before which this station comes. */
  courtOf(stationId: string): Court;
  /** A car begins to be charged. */
  charges(turn: CarsTurn): void;
  /** From now on it comes before the court of that site. */
  moves(stationId: string, siteId: string): void;
}

/** Each site is judged by itself: whatever stands under the name of another, or on a socket of its stations, is not its own. */
export function createBench(seated: readonly SeatedCourt[]): Bench {
  const [first, ...others] = seated;
  if (first === undefined) throw new Error('a run has a site');
  // Of one site nothing can be another's.
  if (others.length === 0) {
    const { court } = first;
    return { ...court, courtOf: () => court, moves: () => undefined };
  }
  const courts = seated.map(({ court }) => court);
  const bySite = new Map(seated.map((each) => [each.siteId, each]));
  const byStation = new Map(seated.flatMap((each) => each.stationIds.map((stationId) => [stationId, each] as const)));
  const ofStation = (stationId: string): Court | undefined => byStation.get(stationId)?.court;
  /** Where stations that have moved were before, and what was charged here and there. */
  const before = new Map<string, SeatedCourt>();
  const turns = new Map<SeatedCourt, CarsTurn[]>(seated.map((each) => [each, []]));
  /** A station of which nobody knows the site is the key itself; what is of none of both is the shard's: the mark of a new owner. */
  const concerned = (record: StoredRecord): readonly SeatedCourt[] => {
    const own = bySite.get(record.key) ?? byStation.get(record.key);
    if (own === undefined) return seated.filter(({ shard }) => shard === record.partition);
    return [...new Set([own, ...ofMoved(record)])];
  };
  /** For a while a gateway takes a station that has moved for one of its old site, or of none. */
  const ofMoved = (record: StoredRecord): readonly SeatedCourt[] => {
    const stationId = before.size === 0 ? '' : (saidIn(record)?.stationId ?? record.key);
    const [earlier, now] = [before.get(stationId), byStation.get(stationId)];
    return earlier === undefined || now === undefined ? [] : [now, earlier];
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
    courtOf: (stationId) => ofStation(stationId) ?? first.court,
    charges(turn) {
      const own = byStation.get(turn.stationId) ?? first;
      turns.get(own)?.push(turn);
      own.court.charges(turn);
    },
    moves(stationId, siteId) {
      const [from, to] = [byStation.get(stationId), bySite.get(siteId)];
      if (from === undefined || to === undefined) return;
      before.set(stationId, from);
      byStation.set(stationId, to);
    },
    isGuilty: () => courts.some((court) => court.isGuilty()),
    conclude: (books) =>
      together(seated.map((each): Verdict => each.court.conclude(books && booksOf({ each, books })))),
  };

  /** What stands in the books of one site. What is of no station at all is held against the first of them. */
  function booksOf({ each, books }: { readonly each: SeatedCourt; readonly books: Books }): Books {
    const isOwn = (stationId: string): boolean => (byStation.get(stationId) ?? first) === each;
    const isCharged = (at: SeatedCourt, row: BookedTransaction): boolean =>
      turns.get(at)?.some((turn) => turn.stationId === row.stationId && turn.transactionId() === row.transactionId) ===
      true;
    /** Of one that has moved, what it charged before. */
    const isOwnTransaction = (row: BookedTransaction): boolean => {
      const earlier = before.get(row.stationId);
      if (earlier === undefined) return isOwn(row.stationId);
      return isCharged(each, row) || (earlier === each && !seated.some((other) => isCharged(other, row)));
    };
    const ofSession = Map.groupBy(books.transactions, ({ sessionId }) => sessionId);
    /** With all of its transactions: of one that has some at either site nobody is told. */
    const isOwnSession = ({ stationId, sessionId }: BookedSession): boolean =>
      ofSession.get(sessionId)?.every(isOwnTransaction) ?? isOwn(stationId);
    return {
      transactions: books.transactions.filter(isOwnTransaction),
      sessions: books.sessions.filter(isOwnSession),
      readings: books.readings.filter(
        ([newest]) => newest !== undefined && (isOwn(newest.stationId) || before.get(newest.stationId) === each),
      ),
      meterReadings: books.meterReadings.filter(({ siteId }) => siteId === each.siteId),
      temperatures: books.temperatures.filter(({ siteId }) => siteId === each.siteId),
    };
  }
}
