import { expect, test } from '@jest/globals';
import { dispatchV1, gatewayV1, siteV1, stationV1, TOPICS } from '@headroom/contracts';
import { WHOLE_LADDER } from '@headroom/site-model';
import { createRig, RIG_SITE, settled } from '../testing/rig.ts';
import { actsOf } from '../domain/acts.ts';
import { MAX_SAID_CHARS } from '../domain/judge-sample.ts';
import { controlOf, ladderEndOf, setControl } from '../domain/site-state.ts';
import type { QuestionBatch } from '../ports.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { stationNumber, transactionOf } from '../testing/bench-site.ts';
import { ACT_AGAIN_MS, actOnLadder, MAX_ACTS_OF_TURN } from './act-on-ladder.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;
const TICK_MS = 250;

async function wait(rig: Rig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += TICK_MS) {
    rig.time.advance(Math.min(TICK_MS, ms - passed));
    await settled();
    await answerAll(rig);
  }
}

const answered = new WeakMap<Rig, Set<string>>();
/** A station that says yes to every limit, and does as it likes. */
async function answerAll(rig: Rig): Promise<void> {
  const known = answered.get(rig) ?? new Set();
  answered.set(rig, known);
  for (const command of rig.commands()) {
    if (known.has(command.commandId)) continue;
    known.add(command.commandId);
    await rig.answer(command);
  }
}

/** ST-1 was told 16 A in its transaction, and has had its time to obey. */
async function charging(policy: { readonly ladderEnd?: siteV1.LadderEnd } = {}): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(1, policy);
  await rig.assemble().start();
  await settled();
  await rig.boot('ST-1');
  await wait(rig, 1_000);
  await rig.start('ST-1');
  await rig.decide({ 'ST-1': 160 });
  await wait(rig, 12_000);
  rig.questions.length = 0;
  return rig;
}

async function draw(rig: Rig, amps: number, afterMs: number): Promise<void> {
  await wait(rig, afterMs);
  await rig.measure('ST-1', amps * 10);
  await wait(rig, 1_000);
}

/** Each sample comes when the step before it has had its time. */
async function climb(rig: Rig, steps: number): Promise<void> {
  for (const waitMs of [0, 10_000, 10_000, 20_000, 30_000, 30_000].slice(0, steps)) await draw(rig, 25, waitMs);
}

const acts = (rig: Rig) => rig.questions.map(({ action }) => [action?.$case, action?.value]);

test('E2: it is asked what it has and for a sample, once, behind the record of the step', async () => {
  const rig = await charging();
  await climb(rig, 2);
  expect(acts(rig)).toEqual([
    // To a minute beyond the end of its lease.
    ['readComposite', { evse: 1, rateUnit: gatewayV1.RateUnit.A, durationS: 168 }],
    ['triggerSample', { evse: 1 }],
  ]);
  expect(rig.journal.map(({ fact }) => fact?.$case)).toContain('evseDisobeys');
  await wait(rig, 10_000);
  expect(rig.questions).toHaveLength(2);
  expect(rig.fatal).toEqual([]);
});

test('what it says that it has stands in the record of the next step', async () => {
  const rig = await charging();
  await climb(rig, 2);
  const [reading] = rig.questions;
  await rig.put(TOPICS.stationFacts, {
    ...{ stationId: 'ST-1', siteId: RIG_SITE, connectionGeneration: 1n, receivedAtMs: BigInt(rig.time.nowMs()) },
    rawFrame: Buffer.alloc(0),
    fact: {
      $case: 'commandAnswered',
      value: {
        ...{ commandId: reading?.commandId ?? '', status: stationV1.CommandStatus.ACCEPTED },
        ...{ detail: '32 A', settings: [], composite: undefined },
      },
    },
  });
  await draw(rig, 25, 10_000);
  const told = rig.journal.flatMap(({ fact }) => (fact?.$case === 'evseDisobeys' ? [fact.value.says] : []));
  expect(told).toEqual(['', '', '32 A']);
});

test('E4, E5: its transaction is stopped, then it is taken out of service; with its next restart it comes back', async () => {
  const rig = await charging();
  await climb(rig, 5);
  expect(acts(rig).slice(2)).toEqual([
    ['stopTransaction', { transactionId: 'tx-ST-1' }],
    ['setAvailability', { evse: 1, operative: false }],
  ]);
  await rig.boot('ST-1', 2);
  await wait(rig, 2_000);
  expect(acts(rig).filter(([kind]) => kind === 'setAvailability')).toEqual([
    ['setAvailability', { evse: 1, operative: false }],
    ['setAvailability', { evse: 1, operative: true }],
  ]);
  await wait(rig, 10_000);
  expect(acts(rig).filter(([kind]) => kind === 'setAvailability')).toHaveLength(2);
});

test('a stop that could not leave before its transaction was over stops nobody: the next car has done nothing', async () => {
  const bench = new Bench({ stations: 1 });
  const control = controlOf(bench.site, stationNumber(1), 1);
  const due = { sinceMs: 0, step: 'stop', steppedAtMs: 0, isDue: true } as const;
  const next = { ...control, transactionId: transactionOf(1, 2) };
  expect(actsOf({ ...next, disobedience: due }, WHOLE_LADDER)).toEqual([
    { kind: 'stop-transaction', transactionId: transactionOf(1, 2) },
  ]);
  expect(actsOf({ ...next, disobedience: { ...due, leftAtMs: 5 } }, WHOLE_LADDER)).toEqual([]);
});

test('SI23: while no document is read nobody is stopped', () => {
  expect(ladderEndOf({ model: undefined })).toBe('forbid');
});

test('SI23: a stop that is due when the document comes to forbid it stops nobody', () => {
  const bench = Bench.charging({ stations: 1 });
  const control = controlOf(bench.site, stationNumber(1), 1);
  const due = { ...control, disobedience: { sinceMs: 0, step: 'stop', steppedAtMs: 0, isDue: true } } as const;
  expect(actsOf(due, 'stop')).toHaveLength(1);
  expect(actsOf(due, 'forbid')).toEqual([]);
});

test('SI23: where the ladder ends at `forbid`, nobody is stopped nor put out of service, and the alarm comes', async () => {
  const rig = await charging({ ladderEnd: siteV1.LadderEnd.FORBID });
  await climb(rig, 6);
  expect(acts(rig).map(([kind]) => kind)).toEqual(['readComposite', 'triggerSample']);
  const told = rig.journal.flatMap(({ fact }) => (fact?.$case === 'evseDisobeys' ? [fact.value.step] : []));
  const { RESEND, ASK, FORBID, ALARM } = dispatchV1.ObedienceStep;
  expect(told).toEqual([RESEND, ASK, FORBID, ALARM]);
});

test('of what a station says no more is kept than is bounded', () => {
  const bench = new Bench({ stations: 1 });
  const control = controlOf(bench.site, stationNumber(1), 1);
  setControl(bench.site, { ...control, disobedience: { sinceMs: 0, step: 'ask', steppedAtMs: 0 } });
  const answer = { kind: 'command-answered', ...bench.of(1), commandId: 'r1-0-1-1', outcome: 'accepted' } as const;
  bench.take({ ...answer, detail: 'x'.repeat(MAX_SAID_CHARS + 1) });
  expect(controlOf(bench.site, stationNumber(1), 1).disobedience?.says).toHaveLength(MAX_SAID_CHARS);
});

test('the first EVSE over the bound of a turn has its turn next', async () => {
  const bench = new Bench({ stations: MAX_ACTS_OF_TURN + 1, ratingA: 10_000 });
  for (let n = 1; n <= bench.stations; n += 1) {
    bench.boot(n);
    const control = controlOf(bench.site, stationNumber(n), 1);
    setControl(bench.site, { ...control, service: 'returning' });
  }
  const asked: number[] = [];
  const ask = async ({ questions }: QuestionBatch) => {
    asked.push(questions.length);
    return questions.map(() => true);
  };
  const gateways = { ask, send: async () => [], fence: async () => true };
  const deps = { gateways, rules: RULES, nowMs: () => bench.nowMs, monoMs: () => 0 };
  for (let turn = 0; turn < 3; turn += 1) await actOnLadder(deps, bench.shard);
  expect(asked).toEqual([MAX_ACTS_OF_TURN, 1]);
});

test('a step that its gateway does not write is tried again soon', async () => {
  const rig = await charging();
  await climb(rig, 1);
  rig.answerWith(() => 'fails');
  await draw(rig, 25, 10_000);
  const before = rig.questions.length;
  expect(before).toBeGreaterThan(0);
  await wait(rig, ACT_AGAIN_MS);
  expect(rig.questions.length).toBe(before + 2);
});
