import { expect, test } from '@jest/globals';
import { newShard } from '../app/shard.ts';
import { Bench, HELD, RULES, told } from '../testing/bench.ts';
import { replayInto } from '../testing/bench-log.ts';
import { evseNumber, SITE } from '../testing/bench-site.ts';
import {
  afterAnswer,
  afterReconnect,
  afterReplay,
  afterTelling,
  afterTold,
  goesOn,
  isRetellDue,
  NO_PAUSE,
  type Pausing,
  RETELLS_AT_ONCE,
} from './pausing.ts';
import { BOOT_GRACE_MS } from './site-state.ts';

const says = (bench: Bench, isCharging: boolean, isSuspended?: true): void =>
  bench.take({
    ...({ kind: 'charging-seen', ...bench.of(1), evse: 1, transactionId: undefined, isCharging } as const),
    ...(isSuspended === undefined ? {} : { isSuspended }),
  });

const resumes = (bench: Bench): void => {
  says(bench, false);
  says(bench, true);
};

/** What leaves now, each taken by its station. */
function pass(bench: Bench): readonly string[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return told(commands);
}

/** It charges with 10 A, on a lease that is not renewed meanwhile. */
function alone(): Bench {
  const bench = Bench.charging({ stations: 1, ratingA: 40, leaseS: 900 });
  bench.settleAt({ 1: 10 });
  return bench;
}

test.each(['rejected', 'never-written', 'unanswered'] as const)(
  'H79: a retelling of which became "%s" is owed still, and told again after its pause',
  (outcome) => {
    const bench = alone();
    resumes(bench);
    const commands = bench.pass();
    expect(told(commands)).toEqual(['ST-1 lease 10']);
    for (const command of commands) bench.answer(command, outcome);
    bench.after(RULES.retryFirstMs);
    expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], []]);
  },
);

test.each(['rejected', 'never-written'] as const)('H79: so is a permanent limit that became "%s"', (outcome) => {
  const bench = Bench.charging({ stations: 1, ratingA: 40 });
  resumes(bench);
  for (const command of bench.pass()) bench.answer(command, outcome);
  bench.after(RULES.retryFirstMs);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 fallback 6'], []]);
});

test('H79: a permanent limit whose answer was lost with the line is told again on the next connection', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 40 });
  resumes(bench);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 6']);
  bench.disconnect(1);
  bench.connect(1);
  bench.after(BOOT_GRACE_MS);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 fallback 6'], []]);
});

test.each(['never-written', 'rejected'] as const)(
  'H79: one that became "%s" is no write to a flash: however often, those that are written are as many as ever',
  (outcome) => {
    const bench = alone();
    resumes(bench);
    for (let times = 0; times <= RETELLS_AT_ONCE; times += 1) {
      const commands = bench.pass();
      expect(told(commands)).toEqual(['ST-1 lease 10']);
      for (const command of commands) bench.answer(command, outcome);
      bench.after(RULES.retryFirstMs * 2 ** times);
    }
  },
);

test('H79: the failure of a retelling behind which another limit was sent is nothing', () => {
  const bench = alone();
  resumes(bench);
  const [retold] = bench.pass();
  bench.decide({ 1: 8 });
  const lower = bench.pass();
  expect(told(lower)).toEqual(['ST-1 lease 8']);
  for (const command of lower) bench.answer(command);
  if (retold !== undefined) bench.answer(retold, 'rejected');
  bench.after(RULES.retryMostMs);
  expect(pass(bench)).toEqual([]);
});

test.each([
  ['is suspended, then the transaction begins and it charges', ['paused', 'start', 'charging'], ['ST-1 fallback 6']],
  ['is suspended and charges, then the transaction begins', ['paused', 'charging', 'start'], ['ST-1 fallback 6']],
  ['is suspended, is free, then the transaction begins and it charges', ['paused', 'free', 'start', 'charging'], []],
  ['prepares, then the transaction begins and it charges', ['free', 'start', 'charging'], []],
] as const)('H79: 1.6 may say a status ahead of StartTransaction: one that %s', (_, steps, expected) => {
  const bench = Bench.charging({ stations: 1 });
  bench.endTransaction(1);
  for (const step of steps) {
    if (step === 'start') bench.startTransaction(1, 2);
    else says(bench, step === 'charging', step === 'paused' ? true : undefined);
  }
  expect(pass(bench)).toEqual(expected);
});

test('HO-2, H79: what an earlier owner sent for it an heir does not send once more; what came after that he does (seed 2011)', () => {
  const bench = alone();
  resumes(bench);
  const { site } = bench;
  const snapshot = bench.site.controls.get(evseNumber(1));
  const [sent] = bench.pass();
  if (sent === undefined || snapshot === undefined) throw new Error('nothing was sent');
  const heir = (resumedAtMs: number): readonly string[] => {
    site.controls.set(evseNumber(1), { ...snapshot, pausing: { owedSinceMs: resumedAtMs } });
    bench.epoch += 1;
    bench.take({ ...sent.intent, epoch: bench.epoch });
    bench.answer(sent);
    return told(bench.pass());
  };
  expect(heir(bench.nowMs)).toEqual([]);
  expect(heir(bench.nowMs + 1)).toEqual(['ST-1 lease 10']);
});

test.each([[[0]], [[1]], [[0, 1]], [[1, 0, 0]], [[2, 1]]])(
  'HO-2, H79: so it is in whatever order an heir reads the topics; each heir of a chain of them sends nothing (seed 2020; coins %j)',
  (coins) => {
    const bench = alone();
    bench.settleAt({ 1: 0 });
    bench.decide({ 1: 10 });
    expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], ['ST-1 lease 10']]);
    resumes(bench);
    bench.after(1_000);
    expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], []]);
    for (let heirs = 0; heirs < 3; heirs += 1) {
      bench.epoch += 1;
      bench.log.append({ kind: 'dispatcher-epoch-opened', shard: 0, epoch: bench.epoch });
      const shard = newShard({ shard: 0, epoch: bench.epoch, hold: HELD, acquiredMonoMs: 0 });
      shard.fenced.add('gateway-1');
      const found = { configured: new Set([SITE]), snapshots: [] };
      bench.shard = replayInto(shard, { found, read: bench.log.shuffled(coins), nowMs: bench.nowMs, rules: RULES });
      expect(pass(bench)).toEqual([]);
    }
    // What comes from here on is heard.
    bench.after(1_000);
    resumes(bench);
    expect(pass(bench)).toEqual(['ST-1 lease 10']);
  },
);

test.each([
  ['accepted', undefined],
  ['rejected', 900],
  ['unanswered', 900],
  ['never-written', 900],
] as const)(
  'HO-2, H79: a resume that an heir reads behind the command that left after it is owed still unless that became "accepted": %s',
  (outcome, owedSinceMs) => {
    const answer = { commandId: 'sent', outcome };
    const intended = afterTold(NO_PAUSE, { commandId: 'sent', intendedAtMs: 1_000 });
    const readFirst = afterAnswer(goesOn(intended, 900), answer);
    const readLast = goesOn(afterAnswer(intended, answer), 900);
    expect([readFirst, readLast].map((pausing) => afterReplay(pausing).owedSinceMs)).toEqual([
      owedSinceMs,
      owedSinceMs,
    ]);
    expect([readFirst, readLast].map(({ told }) => told)).toEqual([undefined, undefined]);
  },
);

test('HO-2, H79: that counts among its retellings, in whatever order an heir reads', () => {
  const sent = { commandId: 'sent', intendedAtMs: 1_000 };
  const [before, behind] = [afterTold(goesOn(NO_PAUSE, 900), sent), goesOn(afterTold(NO_PAUSE, sent), 900)];
  expect(behind).toEqual(before);
});

test('H79: a retelling that was written counts, though what left behind it was not: as many at once as ever, and no more', () => {
  let pausing = goesOn(NO_PAUSE, 1);
  let written = 0;
  while (isRetellDue(pausing, 1_000) && written <= RETELLS_AT_ONCE) {
    written += 1;
    for (const id of [`retold-${written}`, `lower-${written}`]) pausing = afterTelling(pausing, id, 1_000);
    pausing = afterAnswer(pausing, { commandId: `retold-${written}`, outcome: 'accepted' });
    pausing = afterAnswer(pausing, { commandId: `lower-${written}`, outcome: 'never-written' });
  }
  expect(written).toBe(RETELLS_AT_ONCE);
});

/** In every order: what three topics say of one command that served a resume, and of a later one that was never written. */
test('HO-2, H79: what a station has taken serves, whatever failed after it, though its connection ended before an heir reads of it', () => {
  const said: readonly ((pausing: Pausing) => Pausing)[] = [
    (pausing) => goesOn(pausing, 900),
    (pausing) => afterTold(pausing, { commandId: 'taken', intendedAtMs: 1_000 }),
    (pausing) => afterTold(pausing, { commandId: 'failed', intendedAtMs: 2_000 }),
    (pausing) => afterAnswer(pausing, { commandId: 'failed', outcome: 'never-written' }),
    afterReconnect,
  ];
  const [GOES, TAKEN, FAILED, FAILS, CUT] = [0, 1, 2, 3, 4];
  const orders = [
    [GOES, TAKEN, FAILED, FAILS, CUT],
    [GOES, CUT, TAKEN, FAILED, FAILS],
    [TAKEN, FAILED, FAILS, GOES, CUT],
    [TAKEN, FAILED, FAILS, CUT, GOES],
    [TAKEN, GOES, CUT, FAILED, FAILS],
  ];
  const read = (order: readonly number[], isAnswered: boolean): Pausing => {
    const before = order.reduce((pausing, n) => said[n]?.(pausing) ?? pausing, NO_PAUSE);
    // An answer waits until the intents are read.
    return afterReplay(isAnswered ? afterAnswer(before, { commandId: 'taken', outcome: 'accepted' }) : before);
  };
  for (const order of orders) {
    const pausing = read(order, true);
    expect([order, pausing.owedSinceMs, pausing.told]).toEqual([order, undefined, undefined]);
  }
  // Nobody knows whether it was taken.
  expect(read([GOES, TAKEN, CUT], false).owedSinceMs).toBe(900);
  // It is on its way on the connection of now.
  expect(read([GOES, TAKEN], false)).toMatchObject({ told: { commandId: 'taken', sinceMs: 900 } });
});
