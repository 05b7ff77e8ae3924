import { deciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { newShard, type Shard } from '../app/shard.ts';
import { takeSnapshot } from '../app/snapshot-sites.ts';
import { commandId } from '../domain/command-name.ts';
import { committedOf, type Member, membersOf } from '../domain/committed-set.ts';
import type { Fact } from '../domain/facts.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { controlOf, countingOf } from '../domain/site-state.ts';
import { HELD, RULES } from './bench.ts';
import { type BenchLog, replayInto } from './bench-log.ts';
import { evseNumber, SITE, stationNumber, transactionOf } from './bench-site.ts';
import { type Fate, LateWorld } from './late-stations.ts';
import { takeStep, type WorldStep } from './world-step.ts';

const STATIONS = 3;
export const NUMBERS = [1, 2, 3];
const OPTIONS = { stations: STATIONS, ratingA: 40, fallbackA: 6, newcomers: true };

export type Step =
  | WorldStep
  | { readonly kind: 'read-journal'; readonly count: number }
  | { readonly kind: 'snapshot' | 'take-over' | 'settle' }
  /** A station says who it is, and what it can do, or refuses to. */
  | { readonly kind: 'tells'; readonly number: number; readonly firmware: string; readonly level: string | undefined }
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
const announced = fc.option(
  fc.record({
    inMs: fc.constantFrom(3_000, 11_000, 40_000, 130_000),
    targetsA: fc.array(amps, { minLength: STATIONS, maxLength: STATIONS }),
  }),
  { nil: undefined },
);
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(amps, { minLength: STATIONS, maxLength: STATIONS }),
      later: announced,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('meets' as const), number, fate }) },
  { weight: 5, arbitrary: one('obey', 'sample') },
  { weight: 2, arbitrary: one('disconnect', 'reboot', 'unplug') },
  { weight: 1, arbitrary: one('set-right') },
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
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tells' as const),
      number,
      firmware: fc.constantFrom('1', '2'),
      level: fc.constantFrom('0', '8', 'many', undefined),
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
export const histories = fc.record({
  skewsMs: fc.array(fc.constantFrom(0, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }),
  coins: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 40, size: 'max' }),
});

export type History = typeof histories extends fc.Arbitrary<infer H> ? H : never;

/** What an owner may get wrong. */
export interface Spoil {
  readonly snapshot: (snapshot: SiteSnapshot, log: BenchLog) => SiteSnapshot;
  readonly takes: (fact: Fact, epoch: number) => boolean;
}
export const SOUND: Spoil = { snapshot: (snapshot) => snapshot, takes: () => true };

export const onTheWire = (snapshot: SiteSnapshot): SiteSnapshot => snapshotFromWire(snapshotToWire(snapshot, 0));

interface Luck {
  readonly skewsMs: readonly number[];
  /** In which order the topics are read. */
  readonly coins: readonly number[];
}

/** A site with its owners, one after the other, each of which may have left a snapshot. */
export class Story {
  readonly world: LateWorld;
  snapshot: SiteSnapshot | undefined;
  readonly #coins: readonly number[];
  readonly #spoil: Spoil;
  #seq = 1_000;

  constructor({ skewsMs, coins }: Luck, spoil: Spoil, world?: LateWorld) {
    this.world = world ?? new LateWorld(OPTIONS, skewsMs);
    this.#coins = coins;
    this.#spoil = spoil;
  }

  get bench() {
    return this.world.bench;
  }

  take(at: Step): void {
    const { world } = this;
    switch (at.kind) {
      case 'settle':
        return world.settle();
      case 'read-journal':
        return this.bench.readJournal(at.count);
      case 'snapshot':
        this.snapshot = takeSnapshot(this.bench.shard, this.bench.site, this.bench.nowMs);
        return;
      case 'take-over':
        return this.takeOver();
      case 'tells':
        return this.tells(at);
      case 'zombie':
        return this.zombie(at);
      default:
        return takeStep(world, at, () => world.pass());
    }
  }

  tells({ number: n, firmware, level }: Extract<Step, { readonly kind: 'tells' }>): void {
    const { bench } = this;
    const identity = { vendor: 'Wallbox', model: 'M', firmware };
    const settings = level === undefined ? undefined : [{ name: 'ChargeProfileMaxStackLevel', value: level }];
    bench.take(
      { kind: 'station-booted', ...bench.of(n), onRequest: true, identity },
      { kind: 'capabilities-answered', ...bench.of(n), settings },
    );
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
      generation: bench.of(n).generation,
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

  /**
   * What the owner that lives on counts with at least, in whatever order it had read the topics. The rest may be gone for one
   * that reads them in another order: an earlier limit that a sample settles (SI4), and a stray of a lower epoch that it reads
   * before the station's answer to a command of a higher one, which overwrote it (no gateway writes it after that). Of what was
   * measured the margin of SI6: a lease whose first period has surely ended here may still count there, and covers what flowed. And
   * a newcomer that has booted counts with its maximum for a moment after its permanent limit, for longer where its boot was read behind a lease (HO-15).
   */
  firm(n: number): number {
    const { shard, site } = this.bench;
    const { attempts, sample, earlier } = controlOf(site, stationNumber(n), 1).set;
    const isWeak = earlier !== undefined && earlier.limit === undefined && earlier.isLease !== true;
    const strays = new Set(attempts.filter(({ isStray }) => isStray === true).map(({ limit }) => limit));
    const members = this.#members(shard, n).filter(
      ({ kind, limit, untilMs }) =>
        kind !== 'unsettled' &&
        !(kind === 'unresolved' && strays.has(limit)) &&
        !(kind === 'hardware-maximum' && untilMs !== undefined && isWeak),
    );
    const drawn = sample?.draw ?? deciAmps(0);
    return committedOf(members.map((member) => (member.kind === 'measured' ? { ...member, limit: drawn } : member)));
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
