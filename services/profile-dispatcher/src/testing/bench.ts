import {
  deciAmps,
  type EpochMs,
  type GridPhase,
  invariant,
  type PerPhase,
  perPhase,
  type TransactionId,
  watts,
} from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import { countedNow } from '../app/counted-now.ts';
import { type IntendedCommand, preparePass } from '../app/prepare-pass.ts';
import { newShard, noteOwn, type Shard, touchAll } from '../app/shard.ts';
import { takeFact } from '../app/take-fact.ts';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from '../config.ts';
import { committedOf, type Member, membersOf } from '../domain/committed-set.ts';
import { maskOf } from '../domain/counted-phases.ts';
import type { Fact, JournalFact } from '../domain/facts.ts';
import { OBEYS_WITHIN_MS } from '../domain/earlier-limit.ts';
import type { LimitOutcome } from '../domain/resolve-limit.ts';
import { controlOf, countingOf, type SiteState } from '../domain/site-state.ts';
import type { StationVersion } from '../domain/station-traits.ts';
import type { Hold } from '../ports.ts';
import { abilitiesTold } from './abilities-told.ts';
import { BenchLog, JOURNAL } from './bench-log.ts';
import {
  type BenchOptions,
  evseNumber,
  gridOf,
  type Keeps,
  SITE,
  siteModel,
  stationNumber,
  T0,
  toldLongAgo,
  transactionOf,
} from './bench-site.ts';

export const RULES = DEFAULT_PROFILE_DISPATCHER_CONFIG;
/** Ours, whatever happens. */
export const HELD: Hold = { ownsNow: () => true, acquireAgain: () => undefined };
/** What `settleAt` takes. */
export const SETTLE_MS = OBEYS_WITHIN_MS + 1_000;

/** One shard with one site, on a clock that the test moves. */
export class Bench {
  shard: Shard;
  readonly log = new BenchLog();
  nowMs = T0;
  epoch: number;
  /** What left, in order. */
  readonly sent: IntendedCommand[] = [];
  readonly records: JournalFact[] = [];
  readonly stations: number;
  /** One of 2.1 says that it follows setpoints. */
  readonly version: StationVersion;
  #decisionSeq = 0;
  #generation = 1;

  constructor(options: BenchOptions = {}, epoch = 1) {
    this.stations = options.stations ?? 2;
    this.version = options.givesA === undefined ? 'ocpp1.6' : 'ocpp2.1';
    const { watchesLeases = false } = options;
    this.shard = newShard({ shard: 0, epoch, hold: HELD, acquiredMonoMs: 0, watchesLeases });
    this.epoch = epoch;
    this.shard.phase = 'acting';
    this.shard.raising = { kind: 'allowed' };
    this.shard.fenced.add('gateway-1');
    this.take({ kind: 'dispatcher-epoch-opened', shard: 0, epoch });
    this.take({ kind: 'site-configured', siteId: SITE, model: siteModel(options) });
    if (options.newcomers !== true) toldLongAgo(this.site);
  }

  get site(): SiteState {
    const site = this.shard.sites.get(SITE);
    invariant(site !== undefined, 'no site');
    return site;
  }

  take(...facts: readonly Fact[]): void {
    for (const fact of facts) {
      const { topic, offset } = this.log.append(fact);
      this.#take(fact);
      if (topic !== 'config') this.shard.positions.set(topic, offset);
    }
  }

  #take(fact: Fact): void {
    takeFact(this.shard, fact, { nowMs: this.nowMs, rules: RULES });
  }

  /** So many records of our own topic at most are read back, with those of others among them. */
  readJournal(count = Number.POSITIVE_INFINITY): void {
    const read = this.shard.positions.get(JOURNAL) ?? -1n;
    const unread = this.log.of(JOURNAL).filter(({ offset }) => offset > read);
    for (const { offset, fact } of unread.slice(0, count)) {
      this.#take(fact);
      this.shard.positions.set(JOURNAL, offset);
    }
  }

  after(ms: number): void {
    this.nowMs += ms;
  }

  pass(): readonly IntendedCommand[] {
    touchAll(this.shard);
    const time = { nowMs: this.nowMs, leaseNowMs: this.nowMs };
    const pass = preparePass(this.shard, time, RULES);
    this.sent.push(...pass.commands);
    for (const record of [...pass.intended, ...countedNow(this.shard, pass.sites, { time, rules: RULES })]) {
      this.records.push(record);
      noteOwn(this.shard, this.log.append(record).offset);
    }
    return pass.commands;
  }

  of(number: number) {
    return { siteId: SITE, stationId: stationNumber(number), generation: this.#generation, atMs: this.nowMs };
  }

  connect(number: number, skewMs = 0, version: StationVersion = this.version): void {
    this.#generation += 1;
    this.take(
      { kind: 'station-connected', ...this.of(number), gatewayAddress: 'gateway-1', version },
      { kind: 'station-time-seen', ...this.of(number), stationTimeMs: this.nowMs + skewMs },
    );
  }

  disconnect(number: number): void {
    this.take({ kind: 'station-disconnected', ...this.of(number) });
  }

  boot(number: number, skewMs = 0, version?: StationVersion, identity?: StationIdentity): void {
    this.connect(number, 0, version);
    this.take(
      { kind: 'station-booted', ...this.of(number), ...(identity === undefined ? {} : { identity }) },
      { kind: 'station-time-seen', ...this.of(number), stationTimeMs: this.nowMs + skewMs },
    );
    if (this.version === 'ocpp2.1') this.take(abilitiesTold(this.of(number)));
  }

  startTransaction(number: number, round = 1): void {
    this.take({
      kind: 'transaction-started',
      ...this.of(number),
      evse: 1,
      transactionId: transactionOf(number, round),
    });
  }

  endTransaction(number: number, round = 1): void {
    this.take({ kind: 'transaction-ended', ...this.of(number), evse: 1, transactionId: transactionOf(number, round) });
  }

  answer({ intent }: IntendedCommand, outcome: LimitOutcome = 'accepted'): void {
    const answer: Fact = {
      kind: 'command-answered',
      siteId: SITE,
      stationId: intent.stationId,
      generation: this.#generation,
      atMs: this.nowMs,
      commandId: intent.commandId,
      outcome,
      detail: '',
    };
    // Verdicts of a gateway, and their absence, stand in no topic but ours.
    if (outcome === 'never-written' || outcome === 'unanswered') this.#take(answer);
    else this.take(answer);
  }

  /** Amperes. */
  measure(number: number, draw: number, offered?: number, sampledAtMs = this.nowMs): void {
    this.measurePhases(number, { l1: draw, l2: draw, l3: draw }, { offered, sampledAtMs });
  }

  /** Amperes on each conductor of the socket; one that is left out was not reported. */
  measurePhases(
    number: number,
    amps: Partial<PerPhase<number>>,
    sample: {
      readonly offered?: number | undefined;
      readonly sampledAtMs?: EpochMs;
      readonly isGood?: boolean;
      readonly transactionId?: TransactionId | undefined;
      readonly powerW?: number | undefined;
      /** What flows back. Absent: its station does not say. */
      readonly givenA?: number;
    } = {},
  ): void {
    const current = Object.fromEntries(
      Object.entries(amps).map(([phase, value]) => [phase, deciAmps(Math.round(value * 10))]),
    );
    const control = this.site.controls.get(evseNumber(number));
    this.take({
      kind: 'evse-measured',
      siteId: SITE,
      stationId: stationNumber(number),
      evse: 1,
      draw: deciAmps(Math.round(Math.max(0, ...Object.values(amps)) * 10)),
      current,
      power: sample.powerW === undefined ? undefined : watts(sample.powerW),
      transactionId: 'transactionId' in sample ? sample.transactionId : control?.transactionId,
      isGood: sample.isGood ?? true,
      offered: sample.offered === undefined ? undefined : deciAmps(Math.round(sample.offered * 10)),
      ...(sample.givenA === undefined ? {} : { given: deciAmps(Math.round(sample.givenA * 10)) }),
      sampledAtMs: sample.sampledAtMs ?? this.nowMs,
    });
  }

  readMeter(amps: number): void {
    const current = perPhase(() => deciAmps(amps * 10));
    const reading = { meterId: 'building', current, sampledAtMs: this.nowMs, receivedAtMs: this.nowMs };
    this.take({ kind: 'site-meter-read', siteId: SITE, reading });
  }

  /** Targets in amperes by station number, for its first transaction or the round given. */
  decide(targetsA: Readonly<Record<number, number>>, validMs = 600_000, round = 1, keeps: Keeps = {}): void {
    this.#decisionSeq += 1;
    const targets = Object.entries(targetsA).map(([number, amps]) => {
      const later = keeps.later?.targetsA[Number(number)];
      const gives = keeps.givesA?.[Number(number)] ?? 0;
      const target = {
        limit: deciAmps(Math.round(amps * 10)),
        ...(later === undefined ? {} : { later: { fromMs: keeps.later?.fromMs ?? 0, limit: deciAmps(later * 10) } }),
        ...(gives === 0 ? {} : { discharge: deciAmps(Math.round(gives * 10)) }),
        transactionId: transactionOf(Number(number), round),
      };
      return [evseNumber(Number(number)), target] as const;
    });
    this.take({
      kind: 'decision-made',
      siteId: SITE,
      epoch: 1,
      seq: this.#decisionSeq,
      validUntilMs: this.nowMs + validMs,
      targets: new Map(targets),
      ...(keeps.powerW === undefined ? {} : { limits: gridOf(keeps.powerW) }),
      ...(keeps.drop === undefined ? {} : { drop: { atMs: keeps.drop.atMs, limits: gridOf(keeps.drop.powerW) } }),
      ...(keeps.leaseS === undefined ? {} : { leaseS: keeps.leaseS }),
    });
  }

  /** All stations booted, their fallbacks accepted, a transaction each. */
  static charging(options: BenchOptions = {}): Bench {
    const bench = new Bench(options);
    for (let number = 1; number <= bench.stations; number += 1) bench.boot(number);
    for (const command of bench.pass()) bench.answer(command);
    for (let number = 1; number <= bench.stations; number += 1) bench.startTransaction(number);
    bench.pass();
    return bench;
  }

  /** Gives each of these its limit in amperes, answered, and obeyed for a while. */
  settleAt(limitsA: Readonly<Record<number, number>>): void {
    this.decide(limitsA);
    for (const command of this.pass()) this.answer(command);
    this.after(SETTLE_MS);
    for (const [number, amps] of Object.entries(limitsA)) this.measure(Number(number), amps, amps);
    this.pass();
  }

  members(number: number): readonly Member[] {
    const evse = this.site.model?.evses.get(evseNumber(number));
    invariant(evse !== undefined, `no station ${number}`);
    const counting = countingOf(this.site, evse, { leaseNowMs: this.nowMs, marginMs: RULES.leaseMarginMs });
    return membersOf(controlOf(this.site, evse.stationId, 1).set, counting);
  }

  /** Grid phases on which it counts with all of its members. */
  phases(number: number): readonly GridPhase[] {
    const evse = this.site.model?.evses.get(evseNumber(number));
    invariant(evse !== undefined, `no station ${number}`);
    const mask = maskOf(this.site, evse, { members: this.members(number), nowMs: this.nowMs });
    return mask?.phases ?? evse.phases;
  }

  /** A second later, samples over so many seconds that show a car on socket L1 alone, in amperes. */
  proveSingle(number: number, amps: number, seconds = 20): void {
    this.after(1_000);
    for (let passed = 0; passed <= seconds; passed += 10) {
      this.measurePhases(number, { l1: amps, l2: 0, l3: 0 }, { offered: amps });
      if (passed < seconds) this.after(10_000);
    }
  }

  /** Amperes. */
  committedA(number: number): number {
    return committedOf(this.members(number)) / 10;
  }

  kinds(number: number): readonly string[] {
    return this.members(number).map(({ kind, limit }) => `${kind} ${limit / 10}`);
  }
}

/** `ST-1 16`: station and amperes of each command. */
export const told = (commands: readonly IntendedCommand[]): readonly string[] =>
  commands.map(({ intent: { stationId, purpose, limit } }) => `${stationId} ${purpose} ${limit / 10}`);
