import { expect, test } from '@jest/globals';
import { type BookedReading, type BookedTransaction, type Books, createBooksChecker } from './books.ts';
import { WireFrame } from './wire-profile.ts';

const AT = '2026-01-12T09:00:00.000Z';
const AT_MS = Date.parse(AT);
const LATER_MS = AT_MS + 3_600_000;
const [OLD, NEW] = ['ST-16', 'ST-201'];

const value = (timestamp: string, wh?: number) => ({
  timestamp,
  sampledValue: [
    { measurand: 'Power.Active.Import', value: 3 },
    ...(wh === undefined ? [] : [{ measurand: 'Energy.Active.Import.Register', value: wh }]),
  ],
});
const event = (eventType: string, wh: number, timestamp = AT) =>
  [
    'TransactionEvent',
    { eventType, transactionInfo: { transactionId: 'tx' }, meterValue: [value(timestamp, wh)] },
  ] as const;

function rig() {
  const details: string[] = [];
  const checker = createBooksChecker(({ detail }) => void details.push(detail));
  let count = 0;
  const say = (stationId: string, action: string, payload: object, id = `m-${(count += 1)}`): string => {
    checker.sent(stationId, new WireFrame(JSON.stringify([2, id, action, payload])));
    return id;
  };
  const answer = (stationId: string, id: string, payload: object = {}, atMs = AT_MS): void =>
    checker.written(atMs, stationId, new WireFrame(JSON.stringify([3, id, payload])));
  const compare = (books: Partial<Books>, nowMs = LATER_MS): readonly string[] => {
    checker.compare(nowMs, { transactions: [], sessions: [], readings: [], ...books });
    return details.splice(0);
  };
  return { say, answer, compare };
}

const reading = (stationId: string, stationTimeMs = AT_MS, energyRegisterWh?: number): BookedReading => ({
  ...{ stationId, stationTimeMs, energyRegisterWh },
});
const row = (change: Partial<BookedTransaction> = {}): BookedTransaction => ({
  ...{ stationId: OLD, transactionId: '7', state: 'closed', meterStartWh: 100, meterStopWh: 160, energyWh: 60 },
  ...change,
});

/** A transaction of OCPP 1.6 that was begun and ended, both acknowledged; its start was sent twice. */
function charged() {
  const rigged = rig();
  const { say, answer } = rigged;
  const start = { connectorId: 1, meterStart: 100, timestamp: AT };
  const id = say(OLD, 'StartTransaction', start);
  say(OLD, 'StartTransaction', start, id);
  answer(OLD, id, { transactionId: 7 });
  answer(OLD, say(OLD, 'StopTransaction', { transactionId: 7, meterStop: 160, transactionData: [value(AT)] }));
  return rigged;
}
const BOOKED = [[reading(OLD)]];

test('books: what was acknowledged stands there once, with what the station said of it', () => {
  expect(charged().compare({ transactions: [row()], readings: BOOKED })).toEqual([]);
  const of = (...transactions: readonly BookedTransaction[]) => charged().compare({ transactions, readings: BOOKED });
  expect(of()).toEqual([
    'transaction 7 of ST-16 was acknowledged and stands 0 times',
    'transaction 7 of ST-16 was ended and is nowhere',
  ]);
  expect(of(row({ state: 'open' }))).toEqual(['transaction 7 of ST-16 was ended and is open']);
  expect(of(row({ meterStartWh: 98, energyWh: 62 }))[0]).toBe(
    'transaction 7 of ST-16 began at 100 Wh and stands with 98 Wh',
  );
  expect(of(row({ meterStopWh: 158 }))).toEqual(['transaction 7 of ST-16 ended at 160 Wh and stands with 158 Wh']);
  expect(of(row({ energyWh: 120 }))).toEqual(['transaction 7 of ST-16 took 60 Wh and stands with 120 Wh']);
});

test('books: a transaction that stands twice is told, by its name or by another', () => {
  const of = (transactionId: string) =>
    charged().compare({ transactions: [row(), row({ transactionId })], readings: BOOKED });
  const twice = 'a start of ST-16 at 100 Wh was said 1 times and stands 2 times';
  expect(of('7')).toEqual(['transaction 7 of ST-16 was acknowledged and stands 2 times', twice]);
  expect(of('8')).toEqual([twice]);
});

test('books: a transaction of OCPP 2.0.1 is known by its own id and its registers', () => {
  const { say, answer, compare } = rig();
  for (const [action, payload] of [event('Started', 100), event('Updated', 130), event('Ended', 160)]) {
    answer(NEW, say(NEW, action, payload));
  }
  const known = { stationId: NEW, transactionId: 'tx' };
  const readings = [[reading(NEW, AT_MS, 130)]];
  expect(compare({ transactions: [row(known)], readings })).toEqual([]);
  expect(compare({ transactions: [row({ ...known, meterStopWh: 130, energyWh: 30 })], readings })).toEqual([
    'transaction tx of ST-201 ended at 160 Wh and stands with 130 Wh',
  ]);
});

test('books: an end whose start nobody heard (H73: the queue of the station was full) stands with its register', () => {
  const orphan = { stationId: NEW, transactionId: 'tx', state: 'orphan', meterStartWh: undefined, energyWh: undefined };
  const of = (change: Partial<BookedTransaction>, first = 'Updated') => {
    const { say, answer, compare } = rig();
    for (const [action, payload] of [event(first, 100), event('Ended', 160)]) answer(NEW, say(NEW, action, payload));
    return compare({ transactions: [row({ ...orphan, ...change })], readings: [[reading(NEW, AT_MS, 160)]] });
  };
  expect(of({})).toEqual([]);
  expect(of({ meterStopWh: 100 })).toEqual(['transaction tx of ST-201 ended at 160 Wh and stands with 100 Wh']);
  expect(of({ state: 'open' })).toEqual(['transaction tx of ST-201 was ended and is open']);
  // Its start was acknowledged: then both halves are one transaction.
  expect(of({ meterStartWh: 100 }, 'Started')).toEqual(['transaction tx of ST-201 was ended and is orphan']);
});

test('books: a reading that was acknowledged is there, as often as it was said at most, if it is not too old to be kept', () => {
  const { say, answer, compare } = rig();
  const values = (atMs: number) => ({ connectorId: 1, meterValue: [value(new Date(atMs).toISOString())] });
  answer(OLD, say(OLD, 'MeterValues', values(AT_MS)));
  // Said again under another id, and once more without an answer: one content.
  say(OLD, 'MeterValues', values(AT_MS));
  say(OLD, 'MeterValues', values(AT_MS + 1_000));
  expect(compare({ readings: [[reading(OLD)]] })).toEqual([]);
  expect(compare({ readings: [[reading(OLD, AT_MS - 1)]] })).toEqual([
    'the reading of ST-16 at 2026-01-12T09:00:00.000Z was acknowledged and stands nowhere',
  ]);
  expect(compare({ readings: [[reading(OLD, AT_MS + 1)]] })).toEqual([]);
  const twice = [[reading(OLD), reading(OLD, AT_MS + 1_000), reading(OLD, AT_MS + 1_000)]];
  expect(compare({ readings: twice })).toHaveLength(1);
  // Two messages of one instant.
  say(OLD, 'MeterValues', { ...values(AT_MS + 1_000), transactionId: 7 });
  expect(compare({ readings: twice })).toEqual([]);
  expect(compare({ readings: [[reading(OLD), reading(OLD)]] })).toEqual([
    'the reading of ST-16 at 2026-01-12T09:00:00.000Z was said 1 times and stands 2 times',
  ]);
});

test('books: a reading stands there with the register that was said with it, and without one where none was', () => {
  const of = (wh: number | undefined, ...stands: readonly (number | undefined)[]) => {
    const { say, compare } = rig();
    say(OLD, 'MeterValues', { connectorId: 1, meterValue: [value(AT, wh)] });
    say(OLD, 'MeterValues', { connectorId: 1, meterValue: [value(AT, wh)], transactionId: 7 });
    return compare({ readings: [stands.map((each) => reading(OLD, AT_MS, each))] });
  };
  for (const wh of [5_000, undefined]) expect(of(wh, wh, wh)).toEqual([]);
  const said = 'the reading of ST-16 at 2026-01-12T09:00:00.000Z was said with';
  expect(of(5_000, 5_000, 5_001, 5_002)).toContain(`${said} 5000 Wh and stands with 5002 Wh`);
  expect(of(5_000, undefined)).toEqual([`${said} 5000 Wh and stands with no register`]);
  expect(of(undefined, 5)).toEqual([`${said} no register and stands with 5 Wh`]);
});

test('books: a session has the energy of those of its transactions that have ended', () => {
  const transactions = [
    row({ sessionId: 'a' }),
    row({ transactionId: '8', meterStartWh: 160, energyWh: 40, sessionId: 'a' }),
    row({ transactionId: '9', meterStartWh: 200, energyWh: undefined, sessionId: 'a' }),
    row({ transactionId: '10', meterStartWh: 300, energyWh: 7, state: 'open', sessionId: 'a' }),
    row({ transactionId: '11', meterStartWh: 400, energyWh: 9, sessionId: 'b' }),
  ];
  const of = (a: number, b = 9) => {
    const { say, compare } = rig();
    for (const meterStart of [100, 160, 200, 300, 400]) say(OLD, 'StartTransaction', { connectorId: 1, meterStart });
    const sessions = Object.entries({ a, b, c: 0 });
    return compare({
      transactions,
      sessions: sessions.map(([sessionId, knownEnergyWh]) => ({ stationId: OLD, sessionId, knownEnergyWh })),
    });
  };
  expect(of(100)).toEqual([]);
  expect(of(60)).toEqual(['the session a stands with 60 Wh, and its transactions with 100 Wh']);
  expect(of(100, 18)).toEqual(['the session b stands with 18 Wh, and its transactions with 9 Wh']);
});

test('books: what was not acknowledged, or only within the last minute, need not stand there yet', () => {
  const { say, answer, compare } = rig();
  answer(NEW, say(NEW, ...event('Started', 100)), {}, LATER_MS - 59_000);
  say(NEW, ...event('Ended', 160));
  expect(compare({})).toEqual([]);
  expect(compare({}, LATER_MS + 1_000)).toHaveLength(2);
  // The first answer is the promise.
  answer(NEW, say(NEW, ...event('Started', 100)), {}, LATER_MS);
  expect(compare({}, LATER_MS + 1_000)).toHaveLength(2);
});
