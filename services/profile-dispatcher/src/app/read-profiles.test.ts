import { expect, test } from '@jest/globals';
import { deciAmps, type StationId } from '@headroom/kernel';
import { STATION_LIMIT_HOLDS_MS } from '@headroom/site-model';
import { stationV1, TOPICS } from '@headroom/contracts';
import { MAX_HELD_PROFILES } from '../domain/check-profiles.ts';
import { type HeldProfile, READ_AGAIN_MS, READ_EVERY_MS, READ_HELD_DOWN_MS } from '../domain/held-profiles.ts';
import { checkedFromWire, checkedToWire } from '../adapters/log/profiles-checked.ts';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import type { ProfilesReported } from '../domain/facts.ts';
import type { QuestionBatch } from '../ports.ts';
import { Bench, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { createRig, profileIn, RIG_SITE, settled } from '../testing/rig.ts';
import { ANSWER_WITHIN_MS, askStations } from './ask-stations.ts';
import type { StationState } from '../domain/site-state.ts';
import { takeSnapshot } from './snapshot-sites.ts';
import { takeProfiles } from './take-profiles.ts';

const OURS: HeldProfile = {
  ...{ evse: 1, profileId: 11, stackLevel: 0, purpose: 'TxDefaultProfile', unit: 'A', most: 60 },
};
const FOREIGN: HeldProfile = { ...OURS, profileId: 77, stackLevel: 3, most: 320 };

/** Asks whatever is due, and is told which profiles station 1 holds. Undefined: nothing was asked. */
async function read(
  bench: Bench,
  held: readonly HeldProfile[],
  change: Partial<Pick<ProfilesReported, 'isTruncated' | 'limit'>> = {},
) {
  const question = await put(bench);
  if (question === undefined) return undefined;
  const { requestId, commandId } = question;
  const of = { kind: 'profiles-reported', ...bench.of(1), requestId, isTruncated: false, ...change } as const;
  bench.take({ kind: 'profiles-answered', ...bench.of(1), commandId, outcome: 'accepted' });
  for (const [index, each] of held.entries()) {
    bench.take({ ...of, isContinued: index < held.length - 1, held: [each] });
  }
  if (held.length === 0) bench.take({ ...of, isContinued: false, held: [] });
  return requestId;
}

/** Asks whatever is due. Undefined: nobody is asked which profiles he holds. */
async function put(bench: Bench): Promise<{ readonly requestId: number; readonly commandId: string } | undefined> {
  const requests: { readonly requestId: number; readonly commandId: string }[] = [];
  const ask = async ({ questions }: QuestionBatch) => {
    for (const { act, commandId } of questions) {
      if (act.kind === 'read-profiles') requests.push({ requestId: act.requestId, commandId });
    }
    return questions.map(() => true);
  };
  const deps = { gateways: { ask, send: async () => [], fence: async () => true }, rules: RULES };
  await askStations({ ...deps, nowMs: () => bench.nowMs, monoMs: () => bench.nowMs }, bench.shard);
  return requests.at(-1);
}

const asked = async (bench: Bench): Promise<number | undefined> => (await put(bench))?.requestId;

/** Of 2.0.1, its limits taken, and known for what it can do. */
function charging(epoch = 1): Bench {
  const bench = new Bench({ stations: 1 }, epoch);
  bench.boot(1, 0, 'ocpp2.0.1');
  for (const command of bench.pass()) bench.answer(command);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  bench.startTransaction(1);
  bench.pass();
  return bench;
}
const findings = (bench: Bench) => {
  bench.pass();
  return bench.records.flatMap((record) => (record.kind === 'profiles-checked' ? [record.findings] : []));
};

test('H91: a station of 2.x is asked which profiles it holds once it has taken ours, then every hour', async () => {
  const bench = charging();
  expect(await read(bench, [OURS])).toBeGreaterThan(0);
  expect(findings(bench)).toEqual([]);
  bench.after(READ_EVERY_MS - 1);
  expect(await asked(bench)).toBeUndefined();
  bench.after(1);
  expect(await asked(bench)).toBeGreaterThan(0);
});

test('1.6 is not asked, and nobody before it has taken its permanent limit', async () => {
  const old = Bench.charging({ stations: 1 });
  old.take({ kind: 'capabilities-answered', ...old.of(1), settings: [] });
  expect(await asked(old)).toBeUndefined();
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 0, 'ocpp2.0.1');
  bench.pass();
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  expect(await asked(bench)).toBeUndefined();
});

test.each([
  ['missing', []],
  ['changed', [{ ...OURS, most: 61 }]],
  ['changed', [{ ...OURS, purpose: 'TxProfile' }]],
  ['changed', [{ ...OURS, unit: 'W' as const, most: 4_200 }]],
  ['changed', [{ ...OURS, evse: 2 }]],
])(
  'SI5: a permanent limit that is %s is sent again, and the EVSE counts with its maximum until it is taken',
  async (kind, held) => {
    const bench = charging();
    await read(bench, held);
    expect(bench.committedA(1)).toBe(32);
    const sent = bench.pass();
    expect(told(sent)).toEqual(['ST-1 fallback 6']);
    expect(findings(bench)).toMatchObject([[{ kind, profileId: 11, allowsMore: false }]]);
    for (const command of sent) bench.answer(command);
    expect(bench.committedA(1)).toBe(6);
    // Looked at again soon; then people are told that all is well.
    bench.after(READ_AGAIN_MS);
    await read(bench, [OURS]);
    expect(findings(bench).at(-1)).toEqual([]);
  },
);

test('H86: a station that rounds our limit down, or says it in watts, holds it', async () => {
  const bench = charging();
  await read(bench, [{ ...OURS, unit: 'W', most: 4_140 }]);
  expect(findings(bench)).toEqual([]);
});

test('NoProfiles is an answer: ours are missing', async () => {
  const bench = charging();
  const commandId = (await put(bench))?.commandId ?? '';
  bench.take({ kind: 'profiles-answered', ...bench.of(1), commandId, outcome: 'none' });
  expect(findings(bench)).toMatchObject([[{ kind: 'missing', profileId: 11 }]]);
});

test.each(['none', 'failed'] as const)(
  'HO-10: "%s" to an earlier owner’s question is not the answer to ours: a stranger’s profile that is reported then counts',
  async (outcome) => {
    const [before, bench] = [charging(1), charging(2)];
    const earlier = (await put(before))?.commandId ?? '';
    const requestId = (await asked(bench)) ?? 0;
    bench.take({ kind: 'profiles-answered', ...bench.of(1), commandId: earlier, outcome });
    expect(findings(bench)).toEqual([]);
    // It is still waited for: nobody asks a second time meanwhile.
    bench.after(ANSWER_WITHIN_MS - 1);
    expect(await asked(bench)).toBeUndefined();
    const report = { kind: 'profiles-reported', ...bench.of(1), isContinued: false, isTruncated: false } as const;
    bench.take({ ...report, requestId, held: [OURS, FOREIGN] });
    expect(findings(bench)).toMatchObject([[{ kind: 'foreign', profileId: 77 }]]);
    expect(bench.committedA(1)).toBe(32);
  },
);

test('NoProfiles that came on another connection than the question is not its answer', async () => {
  const bench = charging();
  const commandId = (await put(bench))?.commandId ?? '';
  bench.take({ kind: 'profiles-answered', ...bench.of(1), generation: 1, commandId, outcome: 'none' });
  expect(findings(bench)).toEqual([]);
  bench.take({ kind: 'profiles-answered', ...bench.of(1), commandId, outcome: 'none' });
  expect(findings(bench)).toMatchObject([[{ kind: 'missing', profileId: 11 }]]);
});

test('somebody else’s profile that may let more flow makes its EVSE count with its maximum until it is seen gone; it is never cleared', async () => {
  const bench = charging();
  await read(bench, [OURS, FOREIGN]);
  expect(bench.committedA(1)).toBe(32);
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
  expect(told(bench.pass())).toEqual([]);
  const foreign = {
    ...{ kind: 'foreign', evse: 1, profileId: 77, stackLevel: 3 },
    ...{ purpose: 'TxDefaultProfile', allowsMore: true },
  };
  expect(findings(bench)).toEqual([[foreign]]);
  // Others wait for what it counts with: it is looked at again soon. People are told until when, if its station says it.
  bench.after(READ_HELD_DOWN_MS - 1);
  expect(await asked(bench)).toBeUndefined();
  bench.after(1);
  await read(bench, [OURS, { ...FOREIGN, endsAtMs: bench.nowMs + 60_000 }]);
  expect(findings(bench).at(-1)).toEqual([{ ...foreign, endsAtMs: bench.nowMs + 60_000 }]);
  expect(bench.committedA(1)).toBe(32);
  // A restart is no proof that it is gone.
  bench.boot(1, 0, 'ocpp2.0.1');
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.committedA(1)).toBe(32);
  await read(bench, [OURS]);
  expect(bench.committedA(1)).toBe(6);
  expect(findings(bench)).toHaveLength(3);
});

test.each([
  ['of the whole station', { evse: 0 }, true],
  ['without a limit that can be read', { most: undefined }, true],
  ['of the running transaction', { purpose: 'TxProfile', stackLevel: 0 }, true],
  ['in watts, on one phase', { unit: 'W' as const, most: 1_400 }, true],
  // 1,243 W are 6.004 A of one phase at 207 V, and 5.4 A at 230 V.
  ['in watts, on one phase at the lowest voltage', { unit: 'W' as const, most: 1_243 }, true],
  ['in watts, that never are more than ours', { unit: 'W' as const, most: 1_242 }, false],
  ['of local generation, which is added to ours', { purpose: 'LocalGeneration', most: 50 }, true],
  ['of local generation that is nothing before sunrise', { purpose: 'LocalGeneration', most: 0 }, true],
  ['that allows no more than ours', { most: 60 }, false],
  ['that only lowers', { purpose: 'ChargingStationMaxProfile' }, false],
  ['beneath ours', { evse: 0, stackLevel: 0 }, false],
])('a foreign profile %s: told, and it counts only if more may flow by it', async (_, change, isCounted) => {
  const bench = charging();
  const { most, ...rest } = { ...FOREIGN, ...change };
  await read(bench, [OURS, { ...rest, ...(most === undefined ? {} : { most }) }]);
  expect(findings(bench)).toMatchObject([[{ kind: 'foreign', allowsMore: isCounted }]]);
  expect(bench.committedA(1)).toBe(isCounted ? 32 : 6);
});

test('a lease of ours that says more than any that was told makes its EVSE count with its maximum', async () => {
  const bench = charging();
  bench.settleAt({ 1: 16 });
  const lease = { ...OURS, profileId: 12, stackLevel: 1, purpose: 'TxProfile' };
  await read(bench, [OURS, { ...lease, most: 160 }]);
  expect(findings(bench)).toEqual([]);
  bench.after(READ_EVERY_MS);
  bench.settleAt({ 1: 16 });
  await read(bench, [OURS, { ...lease, most: 161 }]);
  expect(findings(bench)).toMatchObject([[{ kind: 'changed', profileId: 12, allowsMore: true }]]);
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
});

test('what an energy manager has put on it is shown as such, and is no finding', async () => {
  const bench = charging();
  await read(bench, [OURS, { ...FOREIGN, purpose: 'ChargingStationExternalConstraints' }]);
  expect(findings(bench)).toEqual([]);
});

const EMS = { evse: 0, source: 'EMS' };
const limitOfOthers = (bench: Bench, most: number, unit: 'A' | 'W' = 'A', atMs = bench.nowMs): void =>
  bench.take({
    ...({ kind: 'station-limited', ...bench.of(1), atMs } as const),
    limit: {
      ...{ ...EMS, isGridCritical: false },
      schedules: [{ unit, steps: [{ fromMs: bench.nowMs, limit: unit === 'A' ? deciAmps(most * 10) : most }] }],
    },
  });
/** 16 A are decided, and an energy manager allows 10. */
async function heldDown(): Promise<Bench> {
  const bench = charging();
  bench.settleAt({ 1: 16 });
  await read(bench, [OURS]);
  limitOfOthers(bench, 10);
  for (const command of bench.pass()) bench.answer(command);
  return bench;
}

test('K13: who is held down by somebody else is asked sooner whether that still is; what it does not name holds it down no more, and all are told (simulation, seed 363)', async () => {
  const bench = await heldDown();
  const toldAtMs = bench.nowMs;
  bench.after(READ_HELD_DOWN_MS - 1);
  expect(await asked(bench)).toBeUndefined();
  bench.after(1);
  await read(bench, [OURS]);
  expect(told(bench.pass())).toEqual(['ST-1 lease 16']);
  const checked = bench.records.filter(({ kind }) => kind === 'profiles-checked');
  expect(checked).toMatchObject([{ findings: [], missing: [{ ...EMS, toldAtMs }] }]);
  // Nobody holds it down: it is asked as seldom as before.
  bench.after(READ_HELD_DOWN_MS);
  expect(await asked(bench)).toBeUndefined();
});

test.each([
  ['names it still', { limit: EMS }],
  ['has not told of all', { isTruncated: true }],
] as const)('K13: a station that %s is held down further', async (_, change) => {
  const bench = await heldDown();
  bench.after(READ_HELD_DOWN_MS);
  await read(bench, [OURS], change);
  bench.settleAt({ 1: 16 });
  expect(told(bench.pass())).not.toContain('ST-1 lease 16');
  expect(findings(bench)).toEqual([]);
});

test('K13: what it was told by others after it had been asked is not missed', async () => {
  const bench = charging();
  const requestId = (await asked(bench)) ?? 0;
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(1_000);
  limitOfOthers(bench, 10);
  const report = { kind: 'profiles-reported', ...bench.of(1), isContinued: false, isTruncated: false } as const;
  bench.take({ ...report, requestId, held: [OURS] });
  expect(told(bench.pass())).toEqual(['ST-1 lease 10']);
});

test('HO-7: a limit that is missed may hold for all that: an offer that it would explain proves nothing, one beyond it does', async () => {
  const proves = async (offeredA: number) => {
    const bench = await heldDown();
    bench.after(READ_HELD_DOWN_MS);
    await read(bench, [OURS]);
    bench.settleAt({ 1: 16 });
    bench.decide({ 1: 14 });
    for (const command of bench.pass()) bench.answer(command);
    bench.after(SETTLE_MS);
    bench.measure(1, offeredA, offeredA);
    return bench.committedA(1);
  };
  expect(await proves(10)).toBe(16);
  expect(await proves(14)).toBe(14);
});

test('HO-7: watts are the most amperes at the lowest voltage: an offer that a limit that is missed explains there proves nothing', async () => {
  const proves = async (offeredA: number) => {
    const bench = charging();
    limitOfOthers(bench, 6_200, 'W');
    bench.after(1);
    await read(bench, [OURS]);
    bench.settleAt({ 1: 32 });
    bench.decide({ 1: 30 });
    for (const command of bench.pass()) bench.answer(command);
    bench.after(SETTLE_MS);
    bench.measure(1, offeredA, offeredA);
    return bench.committedA(1);
  };
  expect(await proves(26)).toBe(32);
  // 6,200 W at 207 V.
  expect(await proves(29.9)).toBe(32);
});

test('HO-7: a listed limit in watts is the fewest amperes at the highest voltage: an offer that it explains there proves nothing', async () => {
  const bench = charging();
  bench.settleAt({ 1: 32 });
  limitOfOthers(bench, 20_000, 'W');
  bench.decide({ 1: 27 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  // 20 kW on three phases of 253 V.
  bench.measure(1, 26.3, 26.3);
  expect(bench.committedA(1)).toBe(32);
});

test('K13: what was told while the answer was on its way is not missed, though its gateway’s clock is behind ours', async () => {
  const bench = charging();
  const requestId = (await asked(bench)) ?? 0;
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(1_000);
  limitOfOthers(bench, 10, 'A', bench.nowMs - 2_000);
  const report = { kind: 'profiles-reported', ...bench.of(1), isContinued: false, isTruncated: false } as const;
  bench.take({ ...report, requestId, held: [OURS] });
  expect(told(bench.pass())).toEqual(['ST-1 lease 10']);
});

test('K13: what is missed is told with each reading: who was told it before the notice itself, or did not know the word yet, hears it again', async () => {
  const bench = await heldDown();
  const missed = () => {
    bench.pass();
    return bench.records.flatMap((record) => (record.kind === 'profiles-checked' ? [record.missing] : []));
  };
  bench.after(READ_HELD_DOWN_MS);
  await read(bench, [OURS]);
  expect(missed()).toHaveLength(1);
  bench.after(READ_EVERY_MS);
  await read(bench, [OURS]);
  expect(missed()).toHaveLength(2);
  expect(missed()[1]).toEqual(missed()[0]);
  // Not once it is forgotten.
  bench.after(STATION_LIMIT_HOLDS_MS);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [] });
  expect(await read(bench, [OURS])).toBeGreaterThan(0);
  expect(missed()).toHaveLength(2);
});

test('K13: a limit that has ended, or names no amount, holds nobody down: its station is asked no sooner for it', async () => {
  for (const schedules of [[], [{ unit: 'A' as const, steps: [{ fromMs: 0, limit: deciAmps(100) }], untilMs: 1 }]]) {
    const bench = charging();
    await read(bench, [OURS]);
    bench.take({
      ...({ kind: 'station-limited', ...bench.of(1) } as const),
      limit: { ...EMS, isGridCritical: false, schedules },
    });
    bench.after(READ_HELD_DOWN_MS);
    expect(await asked(bench)).toBeUndefined();
  }
});

test('HO-11: that a limit of others is missed crosses to the heir: by the snapshot, and by the journal', async () => {
  const bench = await heldDown();
  const heir = await heldDown();
  bench.after(READ_HELD_DOWN_MS);
  await read(bench, [OURS]);
  bench.pass();
  const state = snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0);
  const limitsOf = ({ stations }: { readonly stations: ReadonlyMap<StationId, StationState> }) =>
    [...stations.values()][0]?.limits;
  expect(limitsOf(bench.site)).toMatchObject([{ ...EMS, isUnlisted: true }]);
  expect(limitsOf(snapshotFromWire(state))).toEqual(limitsOf(bench.site));
  const checked = bench.records.find((record) => record.kind === 'profiles-checked');
  if (checked?.kind !== 'profiles-checked') throw new Error('nothing was told');
  heir.take(checkedFromWire({ siteId: checked.siteId, epoch: 2 }, checkedToWire(checked)));
  expect(limitsOf(heir.site)).toEqual(limitsOf(bench.site));
});

test('of a report that was cut nothing is said to be missing', async () => {
  for (const held of [
    { profiles: [] as readonly HeldProfile[], isTruncated: true },
    { profiles: Array.from({ length: MAX_HELD_PROFILES + 1 }, () => ({ ...FOREIGN, most: 0 })), isTruncated: false },
  ]) {
    const bench = charging();
    await read(bench, held.profiles, { isTruncated: held.isTruncated });
    expect(findings(bench).flat()).not.toContainEqual(expect.objectContaining({ kind: 'missing' }));
    expect(bench.committedA(1)).toBe(6);
  }
});

test('what nobody asked for, or before its last boot, is left out', async () => {
  const bench = charging();
  const report = {
    kind: 'profiles-reported',
    ...bench.of(1),
    isContinued: false,
    isTruncated: false,
    held: [],
  } as const;
  bench.take({ ...report, requestId: 1 });
  const requestId = await asked(bench);
  bench.take({ ...report, requestId: (requestId ?? 0) + 1 });
  bench.boot(1, 0, 'ocpp2.0.1');
  for (const command of bench.pass()) bench.answer(command);
  takeProfiles(bench.shard, { ...report, requestId: requestId ?? 0 });
  expect(findings(bench)).toEqual([]);
  expect(bench.committedA(1)).toBe(6);
});

test('HO-10: what an earlier owner had asked for is left out: its answer may be from before what this one was told', async () => {
  const [before, bench] = [charging(1), charging(2)];
  const requestId = (await asked(before)) ?? 0;
  expect(await asked(bench)).toBeGreaterThan(0);
  const report = { kind: 'profiles-reported', ...bench.of(1), isContinued: false, isTruncated: false } as const;
  bench.take({ ...report, requestId, held: [] });
  expect(findings(bench)).toEqual([]);
  // Of 32 bits, whatever the epoch.
  expect(await asked(charging(2 ** 40 + 5))).toBeLessThan(2 ** 31);
});

test('one that says Accepted and tells nothing, or cannot tell, is asked again ever more seldom', async () => {
  for (const outcome of ['accepted', 'failed'] as const) {
    const bench = charging();
    const waits: number[] = [];
    for (let minute = 0; minute <= 8; minute += 1) {
      const commandId = (await put(bench))?.commandId;
      if (commandId !== undefined) {
        waits.push(minute);
        bench.take({ kind: 'profiles-answered', ...bench.of(1), commandId, outcome });
      }
      bench.after(60_000);
    }
    expect(waits).toEqual([0, 1, 3, 7]);
  }
});

test('what was found crosses to the heir: by the snapshot, and by the journal', async () => {
  const bench = charging();
  await read(bench, [OURS, FOREIGN]);
  bench.pass();
  const station = [...bench.site.stations.values()][0];
  const state = snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0);
  expect([...snapshotFromWire(state).stations.values()][0]?.profiles).toEqual(station?.profiles);
  const checked = bench.records.find(({ kind }) => kind === 'profiles-checked');
  if (checked === undefined) throw new Error('nothing was told');
  const heir = charging();
  heir.take({ ...checked, epoch: 0 });
  expect(heir.committedA(1)).toBe(6);
  heir.take({ ...checked, epoch: 2 });
  expect(heir.committedA(1)).toBe(32);
});

test('E2: an EVSE that does not obey makes its station tell which profiles it holds', async () => {
  const rig = await createRig();
  await rig.configure(1);
  await rig.assemble().start();
  await settled();
  await rig.boot('ST-1');
  const wait = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      rig.time.advance(1_000);
      await settled();
    }
  };
  const answerLast = async (settings: stationV1.ReportedSetting[] = []): Promise<void> => {
    const question = rig.questions.at(-1);
    if (question !== undefined) await rig.answer(question, stationV1.CommandStatus.ACCEPTED, 1, settings);
  };
  await wait(1_000);
  await answerLast();
  const answeredTo = new Set<string>();
  const answerLimits = async (): Promise<void> => {
    for (const command of rig.commands()) {
      if (profileIn(command.action) === undefined || answeredTo.has(command.commandId)) continue;
      answeredTo.add(command.commandId);
      await rig.answer(command);
    }
  };
  await answerLimits();
  await wait(1_000);
  const readings = () =>
    rig.questions.flatMap(({ action }) => (action?.$case === 'readProfiles' ? [action.value] : []));
  expect(readings()).toHaveLength(1);
  await answerLast();
  const report = (most: bigint) =>
    rig.put(TOPICS.stationFacts, {
      ...{ stationId: 'ST-1', siteId: RIG_SITE, connectionGeneration: 1n, receivedAtMs: BigInt(rig.time.nowMs()) },
      rawFrame: Buffer.alloc(0),
      fact: {
        $case: 'chargingProfilesReported',
        value: {
          ...{ requestId: BigInt(readings().at(-1)?.requestId ?? 0), evse: 1, source: 'CSO', toBeContinued: false },
          truncated: false,
          profiles: [{ profileId: 11n, stackLevel: 0, purpose: 'TxDefaultProfile', inWatts: false, most }],
        },
      },
    });
  await report(60n);
  await wait(ANSWER_WITHIN_MS);
  expect(readings()).toHaveLength(1);
  for (let second = 0; second < 40 && readings().length < 2; second += 1) {
    await rig.measure('ST-1', 160);
    await answerLimits();
    await wait(1_000);
  }
  expect(readings()).toHaveLength(2);
  await report(320n);
  await wait(1_000);
  const checked = rig.journal.flatMap(({ fact }) => (fact?.$case === 'profilesChecked' ? [fact.value.findings] : []));
  expect(checked).toMatchObject([[{ profileId: 11n, evse: 1, purpose: 'TxDefaultProfile' }]]);
  expect(rig.warned).toContain('dispatch-profiles-differ');
  expect(rig.fatal).toEqual([]);
});
