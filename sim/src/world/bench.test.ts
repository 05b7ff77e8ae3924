import { expect, test } from '@jest/globals';
import { stationV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import type { Books } from '../checkers/books.ts';
import { WireFrame } from '../checkers/wire-profile.ts';
import { createBench, type SeatedCourt } from './bench.ts';
import type { Court } from './court.ts';
import type { Verdict } from './verdict.ts';

const VERDICT: Verdict = {
  ...{ violations: [], handovers: 1, acknowledged: 2, limited: 3, announced: 4, bookedKwh: 5, renewals: 6 },
  ...{ capacity: { kind: 'unjudged', why: 'no room for all' }, regained: undefined, fullest: 0.5 },
  ...{ excess: [], ladder: [['stop', 1]], given: { wh: 7, overS: 8, longestS: 9 }, derated: 11 },
  unrest: {
    ...{ hours: 1, evseHours: 2, sent: 3, changes: 4, reversals: 5, wideReversals: 6, mostChangesAnHour: 7 },
    ...{ sessions: 8, starts: 9, mostStarts: 10 },
  },
};

interface Heard {
  readonly told: string[];
  books: Books | undefined;
}

/** A court that notes what it is told. */
function seat(
  siteId: string,
  { shard, stationIds, verdict = VERDICT }: Omit<SeatedCourt, 'siteId' | 'court'> & { readonly verdict?: Verdict },
): SeatedCourt & Heard {
  const heard: Heard = { told: [], books: undefined };
  const note = (what: string) => (): void => void heard.told.push(what);
  const court: Court = {
    hear: {
      dialled: note('dialled'),
      written: note('written'),
      received: note('received'),
      sent: note('sent'),
    },
    stored: ({ offset }) => void heard.told.push(`stored ${offset}`),
    ...{ logAway: note('logAway'), born: note('born'), died: note('died'), databaseAway: note('databaseAway') },
    kept: ({ eventId }) => void heard.told.push(`kept ${eventId}`),
    ...{ taken: note('taken'), charges: note('charges'), asked: note('asked'), answered: note('answered') },
    ...{ warmSent: note('warmSent'), warmTaken: note('warmTaken') },
    ...{ still: note('still'), forgot: note('forgot'), forgotOffline: note('forgotOffline'), ignores: note('ignores') },
    ...{
      brings: note('brings'),
      gone: note('gone'),
      look: note('look'),
      accuse: note('accuse'),
      isGuilty: () => siteId === 'guilty',
    },
    conclude: (books) => {
      heard.books = books;
      return verdict;
    },
  };
  return Object.assign(heard, { siteId, shard, stationIds, court });
}

const stored = (key: string, partition: number, offset: bigint): StoredRecord => ({
  ...{ topic: 'headroom.dispatch.facts.v1', key, partition, offset, timestampMs: 0 },
  ...{ value: new Uint8Array(), headers: {} },
});
const GATEWAY = { name: 'ocpp-gateway-1#1', process: 'ocpp-gateway-1' };

test('one site has its own court, and nothing in between', () => {
  const only = seat('a', { shard: 1, stationIds: ['A-1'] });
  const bench = createBench([only]);
  expect(bench).toMatchObject({ ...only.court });
  expect(bench.courtOf('whoever')).toBe(only.court);
});

test('HO-15: a station that moves is judged at its new site from then on, and each court is shown what was charged before it', () => {
  const [a, b] = [seat('a', { shard: 1, stationIds: ['A-1'] }), seat('b', { shard: 2, stationIds: ['B-1', 'B-2'] })];
  const bench = createBench([a, b]);
  const turn = (stationId: string, id: string) => ({
    ...{ stationId, beganAtMs: 0, transactionId: () => id, isUnsaid: () => false, ended: () => undefined },
  });
  bench.charges(turn('B-2', 'before'));
  bench.moves('B-2', 'a');
  bench.charges(turn('B-2', 'after'));
  bench.hear.received('B-2', new WireFrame('[3,"1",{}]'));
  expect(bench.courtOf('B-2')).toBe(a.court);
  expect([a.told, b.told]).toEqual([['charges', 'received'], ['charges']]);
  // What it wrote without a site may be of before.
  bench.stored(stored('B-2', 4, 1n));
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(['stored 1', 'stored 1']);
  // Nor does a gateway that has not heard of the move yet write it under another site than before.
  const fact = stationV1.StationFact.fromPartial({ stationId: 'B-2', rawFrame: Buffer.from('[2,"7","Heartbeat",{}]') });
  const late = { ...stored('b', 2, 2n), topic: TOPICS.stationFacts.name };
  bench.stored({ ...late, value: stationV1.StationFact.encode(fact).finish() });
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(['stored 2', 'stored 2']);
  const row = (transactionId: string, sessionId = transactionId) => {
    return { stationId: 'B-2', transactionId, sessionId, state: 'closed' };
  };
  const session = (sessionId: string) => ({ stationId: 'B-2', sessionId, knownEnergyWh: 0 });
  bench.conclude({
    transactions: [row('before'), row('after'), row('of nobody'), row('before', 'both'), row('after', 'both')],
    sessions: [session('before'), session('after'), session('both'), session('empty')],
    readings: [[{ stationId: 'B-2', stationTimeMs: 1 }]],
    ...{ meterReadings: [], temperatures: [] },
  });
  const idsOf = ({ books }: Heard) => books?.transactions.map(({ transactionId }) => transactionId);
  expect([idsOf(a), idsOf(b)]).toEqual([
    ['after', 'after'],
    ['before', 'of nobody', 'before'],
  ]);
  const sessionsOf = ({ books }: Heard) => books?.sessions.map(({ sessionId }) => sessionId);
  expect([sessionsOf(a), sessionsOf(b)]).toEqual([['after', 'empty'], ['before']]);
  expect([a.books?.readings.length, b.books?.readings.length]).toEqual([1, 1]);
});

test('what a station says, and what is written to it, comes before the court of its site alone', () => {
  const [a, b] = [seat('a', { shard: 1, stationIds: ['A-1'] }), seat('b', { shard: 2, stationIds: ['B-1'] })];
  const { hear } = createBench([a, b]);
  const frame = new WireFrame('[3,"1",{}]');
  hear.dialled({ number: 1, gateway: GATEWAY, stationId: 'B-1' });
  hear.written({ number: 1, gateway: GATEWAY, stationId: 'B-1' }, frame);
  hear.received('A-1', frame);
  hear.sent(GATEWAY, 'B-1', frame);
  hear.received('C-1', frame);
  expect([a.told, b.told]).toEqual([['received'], ['dialled', 'written', 'sent']]);
});

test("a record is its site's, by its key; one of no site is the shard's, and of a station without a site its own", () => {
  const [a, b] = [seat('a', { shard: 1, stationIds: ['A-1'] }), seat('b', { shard: 2, stationIds: ['B-1'] })];
  const joined = seat('c', { shard: 1, stationIds: ['C-1'] });
  const bench = createBench([a, b, joined]);
  bench.stored(stored('a', 1, 1n));
  bench.stored(stored('b', 2, 2n));
  bench.stored(stored('epoch of shard 1', 1, 3n));
  bench.stored(stored('C-1', 5, 4n));
  // Under the name of another site it is that one's, whosever it should have been.
  bench.stored(stored('b', 1, 5n));
  expect(a.told).toEqual(['stored 1', 'stored 3']);
  expect(b.told).toEqual(['stored 2', 'stored 5']);
  expect(joined.told).toEqual(['stored 3', 'stored 4']);
});

test('what befalls the platform is told to all', () => {
  const [a, b] = [seat('a', { shard: 1, stationIds: [] }), seat('guilty', { shard: 2, stationIds: [] })];
  const bench = createBench([a, b]);
  bench.logAway(1);
  bench.born('ocpp-gateway-1');
  bench.died(1);
  bench.databaseAway(1);
  expect(a.told).toEqual(['logAway', 'born', 'died', 'databaseAway']);
  expect(b.told).toEqual(a.told);
  expect(bench.isGuilty()).toBe(true);
});

test("each court is shown the books of its own site; meters of one name are told apart; what is of no station is the first one's", () => {
  const [a, b] = [seat('a', { shard: 1, stationIds: ['A-1'] }), seat('b', { shard: 2, stationIds: ['B-1'] })];
  const row = (stationId: string) => ({ stationId, transactionId: '1', state: 'closed' });
  const read = (stationId: string) => [{ stationId, stationTimeMs: 1 }];
  const meter = (siteId: string) => ({ siteId, whose: 'building', sampledAtMs: 1, currentA: [1, 2, 3] as const });
  const warm = (siteId: string) => ({ siteId, whose: 'duct', sampledAtMs: 1, celsius: 20 });
  createBench([a, b]).conclude({
    transactions: [row('A-1'), row('B-1'), row('X-1')],
    sessions: [],
    readings: [read('B-1'), read('A-1')],
    ...{ meterReadings: [meter('a'), meter('b')], temperatures: [warm('a'), warm('b')] },
  });
  expect(a.books?.transactions.map(({ stationId }) => stationId)).toEqual(['A-1', 'X-1']);
  expect(b.books).toEqual({
    ...{ transactions: [row('B-1')], sessions: [], readings: [read('B-1')] },
    ...{ meterReadings: [meter('b')], temperatures: [warm('b')] },
  });
});

test('of all sites together: sums of what adds up, the poorest of what was used, the worst of the rest', () => {
  const verdict: Verdict = {
    ...VERDICT,
    violations: [{ checker: 'circuit', atMs: 2, detail: 'late', siteId: 'b' }],
    capacity: { kind: 'judged', share: 0.97, ofIdeal: 0.9 },
    regained: { afterS: 40 },
    fullest: 0.8,
    unrest: { ...VERDICT.unrest, mostStarts: 11 },
  };
  const first: Verdict = { ...VERDICT, violations: [{ checker: 'order', atMs: 3, detail: 'later', siteId: 'a' }] };
  const all = createBench([
    seat('a', { shard: 1, stationIds: [], verdict: first }),
    seat('b', { shard: 2, stationIds: [], verdict }),
    seat('c', { shard: 3, stationIds: [], verdict: { ...verdict, capacity: { kind: 'judged', share: 0.99 } } }),
  ]).conclude(undefined);
  expect(all.violations.map(({ siteId }) => siteId)).toEqual(['b', 'b', 'a']);
  expect(all).toMatchObject({
    ...{ handovers: 3, acknowledged: 6, limited: 9, announced: 12, bookedKwh: 15, renewals: 18, fullest: 0.8 },
    capacity: { kind: 'judged', share: 0.97, ofIdeal: 0.9 },
    regained: { afterS: 40 },
    ladder: [['stop', 3]],
    given: { wh: 21, overS: 24, longestS: 9 },
    unrest: { hours: 1, evseHours: 6, sent: 9, mostChangesAnHour: 7, starts: 27, mostStarts: 11 },
  });
});
