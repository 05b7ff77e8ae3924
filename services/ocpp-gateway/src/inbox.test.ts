import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { settle } from '@headroom/testing';
import { eventIdOf, type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, connect, refused, roundTrip, type TestStation, until } from './testing/station.ts';

const AT = new Date(START_MS).toISOString();
const start = (meterStart: number) => ({ connectorId: 1, idTag: 'TAG', meterStart, timestamp: AT });
let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  rig.store.mode = 'works';
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

/** Sends, lets it arrive, and lets the clock go on; says whether an answer came. */
async function answeredAfter(answer: Promise<unknown>, ms: number): Promise<boolean> {
  const state = { answered: false };
  void answer.then(() => {
    state.answered = true;
  });
  await roundTrip(station);
  await rig.time.pass(ms);
  await roundTrip(station);
  return state.answered;
}

const startsInLog = () => rig.log.of('transactionStarted').map(({ meterStartWh }) => Number(meterStartWh));
/** Until the relay has had its turn. */
const relayed = () =>
  until(async () => {
    await rig.time.pass(1_000);
    return (await rig.store.inbox.waitingOf([rig.stationId]))?.size === 0;
  });

test('I1: while the log answers the inbox stays empty', async () => {
  expect((await station.call('StartTransaction', start(1)))[0]).toBe(3);
  expect((await rig.store.inbox.waitingOf([rig.stationId]))?.size).toBe(0);
});

test.each(['hangs', 'fails'] as const)(
  'I2, F5, OW-07: the log %s: answered from the inbox, after two seconds at most, and in the log once that is back',
  async (mode) => {
    rig.log.mode = mode;
    const answer = station.call('StartTransaction', start(1));
    if (mode === 'hangs') {
      expect(await answeredAfter(answer, 1_999)).toBe(false);
      await rig.time.pass(1);
    } else await answeredAfter(answer, 0);
    expect((await answer)[0]).toBe(3);
    expect(startsInLog()).toEqual([]);
    rig.log.mode = 'works';
    await relayed();
    expect(startsInLog()).toEqual([1]);
    expect(rig.gateway.readiness().kind).toBe('ready');
  },
);

test('I2: while records of a station wait, its further ones go behind them; then to the log again', async () => {
  rig.log.mode = 'fails';
  await station.call('StartTransaction', start(1));
  rig.log.mode = 'works';
  // The log is back, and the relay has not had its turn.
  await station.call('StartTransaction', start(2));
  expect(startsInLog()).toEqual([]);
  await relayed();
  await station.call('StartTransaction', start(3));
  expect(startsInLog()).toEqual([1, 2, 3]);
  expect(await rig.store.inbox.waitingOf([rig.stationId])).toEqual(new Set());
});

test('I2: another gateway takes over what one that died had kept, and its station goes behind that there', async () => {
  rig.log.mode = 'fails';
  await station.call('StartTransaction', start(1));
  // The other one shares log and store; this one is cut off from both, as a dead one is.
  const other = await startRig({}, { log: rig.log, store: rig.store });
  rig.log.mode = 'works';
  station = await connect(other.url);
  await station.call('StartTransaction', start(2));
  expect(startsInLog()).toEqual([]);
  await other.time.pass(1_000);
  await until(() => startsInLog().length === 2);
  expect(startsInLog()).toEqual([1, 2]);
  await other.stop();
});

test.each([
  ['fails', 'fails'],
  ['hangs', 'hangs'],
  ['hangs', 'fails'],
  ['fails', 'hangs'],
] as const)(
  'I3, F8: the log %s and the store %s: no answer, and after five seconds 1013 and 503',
  async (log, store) => {
    rig.log.mode = log;
    rig.store.mode = store;
    const answer = station.call('StartTransaction', start(1));
    expect(await answeredAfter(answer, 5_000)).toBe(false);
    expect(rig.gateway.readiness().kind).toBe('ready');
    await rig.time.pass(1_000);
    expect((await station.closed).code).toBe(1013);
    expect(rig.gateway.readiness().kind).toBe('not-ready');
    expect((await refused(rig.url)).status).toBe(503);
  },
);

test('I3: a store that keeps a record and loses its answer acknowledges nothing, and the repeat is one record', async () => {
  rig.log.mode = 'fails';
  rig.store.mode = 'loses-answers';
  const answer = station.call('StartTransaction', start(1));
  expect(await answeredAfter(answer, 4_500)).toBe(false);
  rig.store.mode = 'works';
  const again = station.call('StartTransaction', start(1));
  await answeredAfter(again, 1_000);
  expect((await again)[0]).toBe(3);
  rig.log.mode = 'works';
  await relayed();
  expect(startsInLog()).toEqual([1]);
});

test('I4: open again after ten seconds in which one of the two stores took everything', async () => {
  rig.log.mode = 'fails';
  rig.store.mode = 'fails';
  void station.call('StartTransaction', start(1));
  await roundTrip(station);
  await rig.time.pass(7_000);
  await station.closed;
  await settle();
  rig.store.mode = 'works';
  await rig.time.pass(9_000);
  expect(rig.gateway.readiness().kind).toBe('not-ready');
  await rig.time.pass(8_000);
  expect(rig.gateway.readiness().kind).toBe('ready');
  station = await connect(rig.url);
  expect((await station.call('StartTransaction', start(1)))[0]).toBe(3);
});

test('I5: heartbeat and status are answered at once, whatever is away; what they say is recorded by the inbox too', async () => {
  rig.log.mode = 'hangs';
  const status = { connectorId: 1, status: 'Charging', errorCode: 'NoError' };
  expect((await station.call('StatusNotification', status))[0]).toBe(3);
  expect((await station.call('Heartbeat', {}))[0]).toBe(3);
  await rig.time.pass(2_000);
  expect(await rig.store.inbox.waitingOf([rig.stationId])).toEqual(new Set(['ST-1']));
  rig.log.mode = 'works';
  await relayed();
  expect(rig.log.of('statusReported')).toHaveLength(1);
});

test('I7: a repeat of what the inbox acknowledged gets the same answer, and is no second record', async () => {
  rig.log.mode = 'fails';
  const first = await station.call('StartTransaction', start(1));
  expect((await station.call('StartTransaction', start(1)))[2]).toEqual(first[2]);
  rig.log.mode = 'works';
  await relayed();
  expect(startsInLog()).toEqual([1]);
});

test('I7: the log took it after all, late: the same event stands in it twice, under one id', async () => {
  const append = rig.log.append.bind(rig.log);
  const late: (() => unknown)[] = [];
  rig.log.append = (records) => new Promise((resolve) => late.push(() => resolve(append(records))));
  const answer = station.call('StartTransaction', start(1));
  await answeredAfter(answer, 2_000);
  expect((await answer)[0]).toBe(3);
  rig.log.append = append;
  for (const write of late) write();
  await relayed();
  expect(startsInLog()).toEqual([1, 1]);
  expect(new Set(rig.log.records.slice(-2).map(eventIdOf)).size).toBe(1);
});

test('a station whose records wait in a store that is away is closed alone, and kept away until it is back', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
  const other = await booted(rig.url, { stationId: 'ST-2', password: 'pw' });
  rig.log.mode = 'fails';
  await station.call('StartTransaction', start(1));
  rig.log.mode = 'works';
  rig.store.mode = 'fails';
  const answer = station.call('StartTransaction', start(2));
  expect(await answeredAfter(answer, 4_500)).toBe(false);
  // Nothing may overtake the first; the log alone will do for everybody else.
  expect((await other.call('StartTransaction', start(7)))[0]).toBe(3);
  await rig.time.pass(1_000);
  expect((await station.closed).code).toBe(1013);
  expect((await refused(rig.url)).status).toBe(503);
  expect(startsInLog()).toEqual([7]);
  rig.store.mode = 'works';
  await relayed();
  station = await connect(rig.url);
  await station.call('StartTransaction', start(2));
  expect(startsInLog()).toEqual([7, 1, 2]);
});
