import { expect, test } from '@jest/globals';
import { deciAmps, evseId } from '@headroom/kernel';
import { compositeFromWire, compositeToWire } from '../adapters/log/composite-checked.ts';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import type { Act } from '../domain/acts.ts';
import { type CompositeSaid, SAID_EVERY_MS } from '../domain/composite-said.ts';
import type { CommandAnswered } from '../domain/facts.ts';
import { controlOf } from '../domain/site-state.ts';
import type { QuestionBatch } from '../ports.ts';
import { Bench, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { evseNumber, SITE, siteModel, stationNumber } from '../testing/bench-site.ts';
import { askStations } from './ask-stations.ts';
import { takeSnapshot } from './snapshot-sites.ts';

const SECOND = evseId(stationNumber(1), 2);

type CompositeAct = Extract<Act, { readonly kind: 'read-composite' }>;
interface Asked {
  readonly act: CompositeAct;
  readonly commandId: string;
}

/** Asks whatever is due. Undefined: nobody is asked what his profiles come to. */
async function ask(bench: Bench): Promise<Asked | undefined> {
  const asked: Asked[] = [];
  const gateway = async ({ questions }: QuestionBatch) => {
    for (const { act, commandId } of questions) if (act.kind === 'read-composite') asked.push({ act, commandId });
    return questions.map(() => true);
  };
  const deps = { gateways: { ask: gateway, send: async () => [], fence: async () => true }, rules: RULES };
  await askStations({ ...deps, nowMs: () => bench.nowMs, monoMs: () => bench.nowMs }, bench.shard);
  return asked.at(-1);
}

type Steps = readonly (readonly [fromS: number, amps: number, phases?: number])[];
const inAmps = (steps: Steps, durationS = 600): CompositeSaid => ({
  unit: 'A',
  durationS,
  steps: steps.map(([fromS, amps, phases]) => ({
    ...{ fromS, limit: Math.floor(amps * 10 + 1e-6) },
    ...(phases === undefined ? {} : { phases }),
  })),
});

function answer(bench: Bench, { commandId }: Asked, change: Partial<CommandAnswered>): void {
  bench.take({ kind: 'command-answered', ...bench.of(1), commandId, outcome: 'accepted', detail: '', ...change });
}

/** Asks, and is answered so. */
async function say(bench: Bench, composite: CompositeSaid, detail = ''): Promise<void> {
  const asked = await ask(bench);
  if (asked === undefined) throw new Error('it was not asked');
  answer(bench, asked, { composite, detail });
}

/** The same, and once more when it has been told again what it has. Returns what that was. */
async function sayTwice(bench: Bench, composite: CompositeSaid, detail = ''): Promise<readonly string[]> {
  await say(bench, composite, detail);
  const again = bench.pass();
  for (const command of again) bench.answer(command);
  await say(bench, composite, detail);
  return told(again);
}

/** A station of 1.6 whose permanent limit of 6 A has been taken, known for what it can do. */
function idle(): Bench {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  return bench;
}

/** It has a lease of so many amperes, and nothing is shown of it yet but what flows. */
function leased(amps: number, drawA = 0): Bench {
  const bench = idle();
  bench.startTransaction(1);
  bench.decide({ 1: amps });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, drawA, drawA);
  bench.pass();
  return bench;
}

const findings = (bench: Bench) => {
  bench.pass();
  return bench.records.flatMap((record) => (record.kind === 'composite-checked' ? [record.findings] : []));
};
const setOf = (bench: Bench) => controlOf(bench.site, stationNumber(1), 1);
/** Seconds from now until its lease ends. */
const leaseEndS = (bench: Bench): number => ((setOf(bench).set.acknowledged?.untilMs ?? 0) - bench.nowMs) / 1_000;

test('H91: a station of 1.6 or 2.x is asked what its profiles come to once it has taken its permanent limit, then every hour', async () => {
  const unproven = new Bench({ stations: 1 });
  unproven.boot(1);
  unproven.take({ kind: 'capabilities-answered', ...unproven.of(1), settings: [] });
  unproven.pass();
  expect(await ask(unproven)).toBeUndefined();
  const bench = idle();
  await say(bench, inAmps([[0, 6]]));
  expect(findings(bench)).toEqual([]);
  bench.after(SAID_EVERY_MS - 1);
  expect(await ask(bench)).toBeUndefined();
  bench.after(1);
  expect((await ask(bench))?.act).toEqual({ kind: 'read-composite', evse: 1, unit: 'A', durationS: 60 });
});

test('it is asked to beyond the end of its lease, and on a new connection once more', async () => {
  const bench = leased(16);
  const asked = await ask(bench);
  expect(asked?.act.durationS).toBe(Math.ceil(leaseEndS(bench)) + 60);
  expect(asked).toBeDefined();
  if (asked !== undefined)
    answer(bench, asked, {
      composite: inAmps([
        [0, 16],
        [leaseEndS(bench), 6],
      ]),
    });
  expect(await ask(bench)).toBeUndefined();
  bench.connect(1);
  bench.after(5_000);
  expect(await ask(bench)).toBeDefined();
});

test('nobody is asked while a limit is on its way to him', async () => {
  const bench = leased(16);
  bench.decide({ 1: 10 });
  bench.pass();
  expect(await ask(bench)).toBeUndefined();
});

test.each([
  ['as it was told', [[0, 16]]],
  ['a whole ampere less, since it rounds', [[0, 15]]],
  ['less than an ampere more, since it rounds', [[0, 16.9]]],
] as const)('what it says %s is no finding (H86)', async (_, [[from, amps]]) => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [from, amps],
      [leaseEndS(bench), 6],
    ]),
  );
  expect(findings(bench)).toEqual([]);
  expect(bench.committedA(1)).toBe(16);
});

test('SI5: whoever says more than it was told counts with its maximum, is told its permanent limit again, and asked once more', async () => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 20],
      [leaseEndS(bench), 6],
    ]),
    '20 A',
  );
  expect(bench.committedA(1)).toBe(32);
  const sent = bench.pass();
  expect(told(sent)).toContain('ST-1 fallback 6');
  for (const command of sent) bench.answer(command);
  // Accepted is a claim as well.
  expect(bench.committedA(1)).toBe(32);
  expect(findings(bench)).toEqual([['more']]);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench), 6],
    ]),
  );
  expect(bench.committedA(1)).toBe(16);
  expect(findings(bench)).toEqual([['more'], []]);
});

test('H87: one that goes on saying more is asked every hour, told nothing more often, and counts with its maximum all the time', async () => {
  const bench = idle();
  await say(bench, inAmps([[0, 32]]));
  for (const command of bench.pass()) bench.answer(command);
  await say(bench, inAmps([[0, 32]]));
  expect(bench.pass()).toEqual([]);
  expect(await ask(bench)).toBeUndefined();
  expect(bench.committedA(1)).toBe(32);
  // Neither is its word of another connection one, nor a restart.
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.committedA(1)).toBe(32);
});

test('H87: one of a model that is known to say too much is not asked, and costs nobody its maximum', async () => {
  for (const [model, isAsked] of [
    ['Virtual AC22 overstates', false],
    ['Virtual AC22', true],
  ] as const) {
    const bench = new Bench({ stations: 1 });
    bench.boot(1, 0, undefined, { vendor: 'Headroom', model, firmware: '1.0.0' });
    for (const command of bench.pass()) bench.answer(command);
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
    expect((await ask(bench)) !== undefined).toBe(isAsked);
    bench.after(2 * SAID_EVERY_MS);
    expect((await ask(bench)) !== undefined).toBe(isAsked);
    expect(bench.committedA(1)).toBe(6);
  }
});

test('that its permanent limit is gone shows where its lease ends', async () => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench), 32],
    ]),
  );
  expect(findings(bench)).toEqual([['more']]);
});

test('SI31: that a lease ends late by no more than its clock may be off is no finding', async () => {
  const saysAfter = async (lateS: number) => {
    const bench = leased(16, 16);
    const ahead = 3_600_000;
    bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs + ahead });
    bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
    const steps = inAmps([
      [0, 16],
      [leaseEndS(bench) + lateS, 6],
    ]);
    await say(bench, { ...steps, startMs: bench.nowMs });
    return findings(bench);
  };
  expect(await saysAfter(60)).toEqual([]);
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench) + 4, 6],
    ]),
  );
  expect(findings(bench)).toEqual([]);
});

test('HO-13: a lease that was told by a clock which was set back since ends late, and that is no finding, however long ago', async () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 15_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  bench.startTransaction(1);
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, 16, 16);
  for (let message = 0; message < 20; message += 1)
    bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench) + 15, 6],
    ]),
  );
  expect(findings(bench)).toEqual([]);
  // By no clock that it was told by does the next one last a minute longer.
  bench.after(2 * SAID_EVERY_MS);
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench) + 75, 6],
    ]),
  );
  expect(findings(bench)).toEqual([['never-ends']]);
});

test('H27: a start that lies far from now is that of another clock, or of a profile: it counts from when it was said', async () => {
  for (const startMs of [0, 4_000_000_000_000]) {
    const bench = leased(16, 16);
    await say(bench, {
      ...inAmps([
        [0, 16],
        [leaseEndS(bench), 32],
      ]),
      startMs,
    });
    expect(findings(bench)).toEqual([['more']]);
  }
  // One that is near is meant: what it says from there on is over, or yet to come.
  const bench = leased(16, 16);
  await say(bench, {
    ...inAmps([
      [0, 32],
      [30, 16],
      [leaseEndS(bench) + 30, 6],
    ]),
    startMs: bench.nowMs - 30_000,
  });
  expect(findings(bench)).toEqual([]);
});

test('E1: whoever does not obey is told its limits again, and then says what they come to', async () => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench), 6],
    ]),
  );
  bench.after(20_000);
  bench.measure(1, 25, 25);
  expect(setOf(bench).disobedience?.step).toBe('resend');
  expect(await ask(bench)).toBeDefined();
});

test('R13: of the EVSEs of a station one is asked after the other', async () => {
  const bench = new Bench({ stations: 1 });
  const model = siteModel({ stations: 1, version: 2 });
  const evses = [...model.evses.values()].flatMap((one) => [
    [one.evseId, one] as const,
    [SECOND, { ...one, evseId: SECOND, evse: 2 }] as const,
  ]);
  bench.take({ kind: 'site-configured', siteId: SITE, model: { ...model, evses: new Map(evses) } });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  const first = await ask(bench);
  expect(first?.act.evse).toBe(1);
  expect(await ask(bench)).toBeUndefined();
  if (first !== undefined) answer(bench, first, { composite: inAmps([[0, 6]]) });
  expect((await ask(bench))?.act.evse).toBe(2);
});

test('H89: a lease that goes on, by its own word, counts as one that never ends, and is no higher than what fits for ever', async () => {
  const bench = leased(16, 16);
  await say(bench, inAmps([[0, 16]]));
  expect(findings(bench)).toEqual([['never-ends']]);
  const view = bench.records.findLast((record) => record.kind === 'committed-changed');
  expect(view?.kind === 'committed-changed' && view.leaseAtMost).toBeDefined();
  bench.after(3_600_000);
  expect(bench.committedA(1)).toBe(16);
});

test('SI31: one whose clock was moved ends its lease late, and ends it: it may let more flow meanwhile, and is none that keeps its leases', async () => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench) + 20, 6],
    ]),
  );
  expect(findings(bench)).toEqual([['more']]);
});

test('H89: one that comes down with its newest lease keeps none, though it comes down to more than ours, and an older one would have lasted longer', async () => {
  const bench = leased(24, 24);
  bench.decide({ 1: 16 }, 600_000, 1, { leaseS: 60 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(1_000);
  // 11 A beneath it: somebody else's.
  await say(
    bench,
    inAmps([
      [0, 16],
      [leaseEndS(bench), 11],
    ]),
  );
  expect(findings(bench)).toEqual([['more']]);
});

test('what it does not say of the time after its lease is no finding', async () => {
  const bench = leased(16, 16);
  await say(bench, inAmps([[0, 16]], Math.floor(leaseEndS(bench))));
  expect(findings(bench)).toEqual([]);
  bench.after(SAID_EVERY_MS);
  const { durationS: _, ...endless } = inAmps([[0, 6]]);
  bench.pass();
  await say(bench, endless);
  expect(findings(bench)).toEqual([]);
});

test('H87, H91: one that says less than its lease is told that once more; one that goes on saying so is offered no more, and nothing is freed by its word', async () => {
  const bench = leased(16, 8);
  const less = inAmps([
    [0, 8],
    [leaseEndS(bench), 6],
  ]);
  expect(await sayTwice(bench, less, '8 A')).toEqual(['ST-1 lease 16']);
  expect(findings(bench)).toEqual([['less'], ['less']]);
  expect(told(bench.sent).at(-1)).toBe('ST-1 lease 8');
  expect(bench.committedA(1)).toBe(16);
  // HO-7: that it offers 8 A is no proof of what it was told last.
  const last = bench.sent.at(-1);
  if (last !== undefined) bench.answer(last);
  bench.after(SETTLE_MS);
  bench.measure(1, 8, 8);
  expect(bench.committedA(1)).toBe(16);
});

test('H76, H91: one that had lost its lease has it back when it was told that once more, and is held down by nothing', async () => {
  const bench = leased(16);
  await say(bench, inAmps([[0, 6]]));
  expect(findings(bench)).toEqual([['less']]);
  expect(setOf(bench).composite?.atMost).toBeUndefined();
  // Nobody asks before it was told.
  expect(await ask(bench)).toBeUndefined();
  const [again] = bench.sent.slice(-1);
  expect(told(bench.sent).at(-1)).toBe('ST-1 lease 16');
  if (again !== undefined) bench.answer(again);
  const held = inAmps([
    [0, 16],
    [leaseEndS(bench), 6],
  ]);
  await say(bench, held);
  expect(findings(bench)).toEqual([['less'], []]);
  expect([setOf(bench).composite?.findings, told(bench.pass())]).toEqual([[], []]);
});

test('H87: what is seen to flow weighs more than what is said: nothing bounds it', async () => {
  const bench = leased(16, 16);
  await say(
    bench,
    inAmps([
      [0, 8],
      [leaseEndS(bench), 6],
    ]),
  );
  expect(findings(bench)).toEqual([['less']]);
  expect(setOf(bench).composite?.atMost).toBeUndefined();
  const later = leased(16, 0);
  await sayTwice(
    later,
    inAmps([
      [0, 8],
      [leaseEndS(later), 6],
    ]),
  );
  expect(setOf(later).composite?.atMost).toBe(80);
  later.measure(1, 9.5, 9.5);
  expect(setOf(later).composite?.atMost).toBeUndefined();
});

test('one that says nothing at all is let charge: what bounds it is never below its least, and ends with its transaction', async () => {
  const bench = leased(16);
  await sayTwice(bench, inAmps([[0, 0]]));
  expect(setOf(bench).composite?.atMost).toBe(60);
  bench.endTransaction(1);
  expect(setOf(bench).composite?.atMost).toBeUndefined();
});

test('where somebody else is said to limit it, that is why it says less', async () => {
  const bench = leased(16);
  bench.take({
    ...({ kind: 'station-limited', ...bench.of(1) } as const),
    limit: {
      ...{ evse: 0, source: 'EMS', isGridCritical: false },
      schedules: [{ unit: 'A', steps: [{ fromMs: bench.nowMs, limit: deciAmps(80) }] }],
    },
  });
  await say(
    bench,
    inAmps([
      [0, 8],
      [leaseEndS(bench), 6],
    ]),
  );
  expect(findings(bench)).toEqual([]);
});

test('H82: what it says in the other unit is more only if no voltage explains it', async () => {
  const saysW = async (limit: number, phases?: number) => {
    const bench = leased(16, 16);
    const said = { ...inAmps([[0, 0]], 30), unit: 'W' as const };
    await say(bench, { ...said, steps: [{ fromS: 0, limit, ...(phases === undefined ? {} : { phases }) }] });
    return findings(bench);
  };
  expect(await saysW(16 * 230 * 3)).toEqual([]);
  expect(await saysW(16 * 253 * 3)).toEqual([]);
  expect(await saysW(18 * 253 * 3)).toEqual([['more']]);
  expect(await saysW(16 * 230 * 3, 1)).toEqual([['more']]);
});

test('K01.FR.49, 1.6 7.14: W that name no number of phases are spread over three', async () => {
  const saysW = async (limit: number, phases?: number) => {
    const bench = new Bench({ stations: 1 });
    bench.boot(1);
    const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power' }];
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
    for (const command of bench.pass()) bench.answer(command);
    const asked = await ask(bench);
    if (asked === undefined) throw new Error('it was not asked');
    expect(asked.act.unit).toBe('W');
    const step = { fromS: 0, limit, ...(phases === undefined ? {} : { phases }) };
    answer(bench, asked, { composite: { unit: 'W', durationS: 60, steps: [step] } });
    return findings(bench);
  };
  // It is told 6 A at the lowest voltage, on one phase.
  const toldW = 6 * 207;
  expect(await saysW(toldW)).toEqual([]);
  expect(await saysW(3 * toldW)).toEqual([]);
  expect(await saysW(3 * toldW, 3)).toEqual([]);
  expect(await saysW(3 * toldW, 1)).toEqual([['more']]);
  expect(await saysW(3 * (toldW + 231))).toEqual([['more']]);
});

test.each(['NotSupported', 'NotImplemented'])(
  'H70: one that answers %s is not asked for a day, whatever connects',
  async (detail) => {
    const bench = idle();
    const asked = await ask(bench);
    if (asked !== undefined) answer(bench, asked, { outcome: 'unanswered', detail });
    bench.connect(1);
    bench.after(23 * 3_600_000);
    expect(await ask(bench)).toBeUndefined();
    expect(bench.committedA(1)).toBe(6);
    bench.after(3_600_000);
    bench.pass();
    expect(asked).toBeDefined();
  },
);

test('one that refuses, or names no limit, is asked again ever more seldom', async () => {
  for (const change of [{ outcome: 'rejected' }, { outcome: 'unanswered' }, {}] as const) {
    const bench = idle();
    const hours: number[] = [];
    for (let hour = 0; hour <= 8; hour += 1) {
      const asked = await ask(bench);
      if (asked !== undefined) {
        hours.push(hour);
        answer(bench, asked, change);
      }
      bench.after(3_600_000);
    }
    expect(hours).toEqual([0, 1, 3, 7]);
  }
});

test('HO-10: what an earlier owner had asked for is left out, and what was said on an earlier connection', async () => {
  const bench = idle();
  const asked = await ask(bench);
  if (asked === undefined) throw new Error('it was not asked');
  const [, rest] = asked.commandId.split('-0-1-');
  answer(bench, { ...asked, commandId: `q1-0-9-${rest}` }, { composite: inAmps([[0, 32]]) });
  answer(bench, asked, { composite: inAmps([[0, 32]]), generation: 1 });
  expect(findings(bench)).toEqual([]);
  answer(bench, asked, { composite: inAmps([[0, 32]]) });
  expect(findings(bench)).toEqual([['more']]);
});

test('HO-11: what was found crosses to the heir: by the snapshot, and by the journal', async () => {
  const bench = leased(16);
  await sayTwice(bench, inAmps([[0, 8]]), '8 A');
  bench.pass();
  expect(setOf(bench).composite).toMatchObject({ findings: ['never-ends', 'less'], atMost: 80, says: '8 A' });
  const state = snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0);
  expect(snapshotFromWire(state).controls.get(evseNumber(1))?.composite).toEqual(setOf(bench).composite);
  const checked = bench.records.findLast((record) => record.kind === 'composite-checked');
  if (checked?.kind !== 'composite-checked') throw new Error('nothing was told');
  const heir = leased(16);
  heir.take(compositeFromWire({ siteId: checked.siteId, epoch: 2 }, compositeToWire(checked)));
  expect(setOf(heir).composite).toEqual(setOf(bench).composite);
});

test('H65: what is answered to a question that nobody answered in time is of another hour, and is left out; the next one counts', async () => {
  const bench = leased(16, 16);
  const asked = await ask(bench);
  if (asked === undefined) throw new Error('it was not asked');
  answer(bench, asked, { outcome: 'unanswered', detail: 'no answer in time' });
  bench.endTransaction(1);
  bench.pass();
  // By then another car may stand there, and the lease of the last one is gone.
  answer(bench, asked, { composite: inAmps([[0, 16]]) });
  expect(findings(bench)).toEqual([]);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  bench.after(SAID_EVERY_MS);
  await say(bench, inAmps([[0, 16]]));
  expect(findings(bench)).toEqual([['more']]);
});
