import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { commandId } from '../domain/command-name.ts';
import { committedOf, type Member, type MemberKind, membersOf } from '../domain/committed-set.ts';
import type { EvseControl } from '../domain/evse-control.ts';
import type { Fact } from '../domain/facts.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { controlOf, countingOf } from '../domain/site-state.ts';
import { HELD, RULES } from '../testing/bench.ts';
import { evseNumber, SITE, stationNumber, transactionOf } from '../testing/bench-site.ts';
import { type BenchLog, replayInto } from '../testing/bench-log.ts';
import { type Fate, LateWorld } from '../testing/late-stations.ts';
import { newShard, type Shard } from './shard.ts';
import { takeSnapshot } from './snapshot-sites.ts';

const STATIONS = 3;
const NUMBERS = [1, 2, 3];
const OPTIONS = { stations: STATIONS, ratingA: 40, fallbackA: 6 };

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[] }
  | { readonly kind: 'meets'; readonly number: number; readonly fate: Fate }
  | {
      readonly kind: 'obey' | 'sample' | 'disconnect' | 'reconnect' | 'reboot' | 'plug-in' | 'unplug';
      readonly number: number;
    }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'read-journal'; readonly count: number }
  | { readonly kind: 'snapshot' | 'take-over' | 'settle' }
  | {
      readonly kind: 'zombie';
      readonly number: number;
      readonly says: 'intent' | 'let-go' | 'refused';
      readonly amps: number;
    };

const number = fc.integer({ min: 1, max: STATIONS });
const amps = fc.constantFrom(0, 6, 8, 12, 16, 20, 26, 32);
const fate = fc.constantFrom<Fate>(
  ...([
    'accepts',
    'accepts',
    'accepts',
    'accepts-unheard',
    'rejects',
    'lost',
    'never-written',
    'verdict-unknown',
  ] as const),
);
const one = <K extends string>(...kinds: readonly K[]) => fc.record({ kind: fc.constantFrom(...kinds), number });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(amps, { minLength: STATIONS, maxLength: STATIONS }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('meets' as const), number, fate }) },
  { weight: 5, arbitrary: one('obey', 'sample') },
  { weight: 2, arbitrary: one('disconnect', 'reboot', 'unplug') },
  { weight: 3, arbitrary: one('reconnect', 'plug-in') },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(300, 1_000, 5_000, 11_000, 30_000, 125_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('read-journal' as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('snapshot' as const, 'snapshot' as const, 'take-over' as const, 'settle' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zombie' as const),
      number,
      says: fc.constantFrom('intent' as const, 'let-go' as const, 'refused' as const),
      amps,
    }),
  },
);
const histories = fc.record({
  skewsMs: fc.array(fc.constantFrom(0, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }),
  coins: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 40, size: 'max' }),
});

type History = typeof histories extends fc.Arbitrary<infer H> ? H : never;

/** What an owner may get wrong. */
interface Spoil {
  readonly snapshot: (snapshot: SiteSnapshot, log: BenchLog) => SiteSnapshot;
  readonly takes: (fact: Fact, epoch: number) => boolean;
}
const SOUND: Spoil = { snapshot: (snapshot) => snapshot, takes: () => true };

const onTheWire = (snapshot: SiteSnapshot): SiteSnapshot => snapshotFromWire(snapshotToWire(snapshot, 0));

/** A site with its owners, one after the other, each of which may have left a snapshot. */
class Story {
  readonly world: LateWorld;
  snapshot: SiteSnapshot | undefined;
  readonly #coins: readonly number[];
  readonly #spoil: Spoil;
  #seq = 1_000;

  constructor({ skewsMs, coins }: History, spoil: Spoil) {
    this.world = new LateWorld(OPTIONS, skewsMs);
    this.#coins = coins;
    this.#spoil = spoil;
  }

  get bench() {
    return this.world.bench;
  }

  take(at: Step): void {
    const { world } = this;
    switch (at.kind) {
      case 'decide':
        return world.decide(at.targetsA);
      case 'meets':
        return world.meets(at.number, at.fate);
      case 'obey':
        return world.station(at.number).obeyNext();
      case 'sample':
        return world.sample(at.number);
      case 'disconnect':
        return world.disconnect(at.number);
      case 'reconnect':
        return world.reconnect(at.number);
      case 'reboot':
        return world.reboot(at.number);
      case 'plug-in':
        return world.plugIn(at.number);
      case 'unplug':
        return world.unplug(at.number);
      case 'wait':
        return world.wait(at.ms, () => world.pass());
      case 'settle':
        return world.settle();
      case 'read-journal':
        return this.bench.readJournal(at.count);
      case 'snapshot':
        this.snapshot = takeSnapshot(this.bench.shard, this.bench.site, this.bench.nowMs);
        return;
      case 'take-over':
        return this.takeOver();
      case 'zombie':
        return this.zombie(at);
    }
  }

  /** An owner of the epoch before says something that only now stands in the log. */
  zombie({ number: n, says, amps: limitA }: Extract<Step, { readonly kind: 'zombie' }>): void {
    const { bench } = this;
    this.#seq += 1;
    const order = { epoch: bench.epoch - 1, seq: this.#seq };
    const limit = deciAmps(limitA * 10);
    const id = commandId({ purpose: 'lease', evse: 1, limit, shard: 0, order });
    const of = {
      siteId: SITE,
      stationId: stationNumber(n),
      evse: 1,
      ...order,
      commandId: id,
      purpose: 'lease',
      limit,
    } as const;
    const intent: Fact = {
      ...{ kind: 'limit-intended', ...of, untilMs: bench.nowMs + 120_000, intendedAtMs: bench.nowMs },
      ...{ transactionId: transactionOf(n, this.world.station(n).round), decisionSeq: 1, increase: true },
    };
    const letGo: Fact = {
      ...{ kind: 'committed-changed', siteId: SITE, stationId: stationNumber(n), evse: 1, epoch: order.epoch },
      ...{ committed: deciAmps(60), members: [{ kind: 'fallback', limit: deciAmps(60) }], atMs: bench.nowMs },
    };
    const known = bench.site.controls.get(evseNumber(n))?.set.attempts.at(-1);
    const refused: Fact = {
      ...{ kind: 'limit-resolved', ...of, commandId: known?.commandId ?? id, limit: known?.limit ?? limit },
      ...{ outcome: 'rejected', detail: '', atMs: bench.nowMs },
    };
    bench.log.append({ intent, 'let-go': letGo, refused }[says]);
  }

  /** What a new owner knows that begins with this. */
  heir(snapshot: SiteSnapshot | undefined, epoch: number): Shard {
    const shard = newShard({ shard: 0, epoch, hold: HELD, acquiredMonoMs: 0 });
    shard.fenced.add('gateway-1');
    const { log } = this.bench;
    const snapshots = snapshot === undefined ? [] : [this.#spoil.snapshot(onTheWire(snapshot), log)];
    const found = { configured: new Set([SITE]), snapshots };
    const read = log.shuffled(this.#coins).filter(({ fact }) => this.#spoil.takes(fact, epoch));
    return replayInto(shard, { found, read, nowMs: this.bench.nowMs, rules: RULES });
  }

  takeOver(): void {
    const { bench } = this;
    bench.epoch += 1;
    bench.log.append({ kind: 'dispatcher-epoch-opened', shard: 0, epoch: bench.epoch });
    bench.shard = this.heir(this.snapshot, bench.epoch);
    bench.pass();
  }

  committed(shard: Shard, n: number): number {
    return committedOf(this.#members(shard, n));
  }

  /** The kind of member that it counts with. */
  highest(shard: Shard, n: number): MemberKind | undefined {
    return this.#members(shard, n).toSorted((a, b) => b.limit - a.limit)[0]?.kind;
  }

  #members(shard: Shard, n: number): readonly Member[] {
    const site = shard.sites.get(SITE);
    const evse = site?.model?.evses.get(evseNumber(n));
    if (site === undefined || evse === undefined) throw new Error('no site');
    const { nowMs } = this.bench;
    const counting = countingOf(site, evse, { leaseNowMs: nowMs, marginMs: RULES.leaseMarginMs });
    return membersOf(controlOf(site, evse.stationId, 1).set, counting);
  }
}

/** Every owner but the first begins with the newest snapshot, through `spoil`; the last one is compared. */
function live(history: History, spoil: Spoil = SOUND): { readonly story: Story; readonly restored: Shard } {
  const story = new Story(history, spoil);
  for (const at of history.steps) {
    story.take(at);
    story.world.pass();
  }
  story.bench.readJournal();
  return { story, restored: story.heir(story.snapshot, story.bench.epoch + 1) };
}

const tooLow = ({ story, restored }: ReturnType<typeof live>): readonly number[] =>
  NUMBERS.filter((n) => story.committed(restored, n) < story.world.station(n).obeys(story.bench.nowMs));

test('what is restored from any snapshot and the rest of the log counts every limit that a station may obey', () => {
  const seen = { compared: 0, sameAsLive: 0, sameAsFromStart: 0, snapshots: 0, owners: 0 };
  fc.assert(
    fc.property(histories, (history) => {
      const { story, restored } = live(history);
      const fromStart = story.heir(undefined, story.bench.epoch + 1);
      expect(tooLow({ story, restored })).toEqual([]);
      expect(tooLow({ story, restored: fromStart })).toEqual([]);
      seen.snapshots += Number(story.snapshot !== undefined);
      seen.owners += story.bench.epoch;
      for (const n of NUMBERS) {
        const [mine, whole, owner] = [restored, fromStart, story.bench.shard].map((shard) => story.committed(shard, n));
        seen.compared += 1;
        seen.sameAsLive += Number(mine === owner);
        seen.sameAsFromStart += Number(mine === whole);
        // Lower than the owner that lived on only by a sample that is read in another order, and shows more so: then an
        // earlier limit is settled (SI4). An attempt without an answer, and what was answered, are never let go of.
        if ((mine ?? 0) < (owner ?? 0)) expect(story.highest(story.bench.shard, n)).toBe('unsettled');
      }
    }),
    { numRuns: 200 },
  );
  expect(seen.snapshots).toBeGreaterThan(100);
  expect(seen.owners).toBeGreaterThan(250);
  // From the start it is now and then higher: a stray that a sample has settled meanwhile, a fold that came earlier.
  expect(seen.sameAsLive / seen.compared).toBeGreaterThan(0.98);
  expect(seen.sameAsFromStart / seen.compared).toBeGreaterThan(0.95);
});

test.each<readonly [string, Spoil]>([
  [
    'takes its predecessor’s own records in a second time',
    { ...SOUND, snapshot: (snapshot) => ({ ...snapshot, ownOffset: undefined }) },
  ],
  [
    'believes it has read more than the snapshot contains',
    { ...SOUND, snapshot: (snapshot, log) => ({ ...snapshot, positions: log.ends() }) },
  ],
  ['lets a zombie conclude', { ...SOUND, takes: ({ kind }) => kind !== 'dispatcher-epoch-opened' }],
  [
    'drops the intents of lower epochs',
    { ...SOUND, takes: (fact, epoch) => !(fact.kind === 'limit-intended' && fact.epoch < epoch) },
  ],
])('an owner that %s is caught', (_, spoil) => {
  const outcome = fc.check(
    fc.property(histories, (history) => tooLow(live(history, spoil)).length === 0),
    { numRuns: 4_000, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});

test('restore(snapshot(state)) is the state, save that nobody waits for answers any more', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { story } = live(history);
      const { shard, site, nowMs } = story.bench;
      const snapshot = takeSnapshot(shard, site, nowMs);
      const back = onTheWire(snapshot);
      expect(snapshotToWire(back, 0)).toEqual(snapshotToWire(snapshot, 0));
      expect(back.stations).toEqual(snapshot.stations);
      expect(back.decision).toEqual(snapshot.decision);
      expect([...back.controls.values()]).toEqual([...snapshot.controls.values()].map(waitingForNobody));
    }),
    { numRuns: 60 },
  );
});

const waitingForNobody = (control: EvseControl): EvseControl => ({
  ...control,
  set: {
    ...control.set,
    attempts: control.set.attempts.map((attempt) => ({ ...attempt, answerDueMs: undefined })),
    fallbacks: control.set.fallbacks.map((attempt) => ({ ...attempt, answerDueMs: undefined })),
  },
});
