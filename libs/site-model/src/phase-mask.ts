import {
  type DeciAmps,
  type EpochMs,
  GRID_PHASES,
  type GridPhase,
  type PerPhase,
  type TransactionId,
  type Watts,
} from '@headroom/kernel';
import type { EvseModel } from './model.ts';

/** Conductors of a socket bear the names of the grid's; which is which says the rotation of the EVSE (MD4). */
type SocketPhase = GridPhase;

/** A conductor that carries less is silent: the noise of a meter, the electronics of a station. */
export const CARRIES_FROM_DECI_A = 5;
/** A sample shows which conductors a car uses only while one of them carries more than this. */
export const SHOWS_ABOVE_DECI_A = 30;
/** Proof: so many samples in a row, each at least so much later than the one before ... */
export const PROOF_SAMPLES = 2;
export const PROOF_APART_MS = 1_000;
/** ... and over this time: a three-phase car may close its relays one after the other. */
export const PROOF_SPAN_MS = 20_000;
/** Knowledge is a lease too: without a sample that bears it out it ends after this time. */
export const MASK_TRUST_MS = 120_000;
/** H41: power above this many times the reported currents at nominal voltage flows through conductors not reported. */
const MOST_VOLTAGE_RATIO = 1.5;

/** What one sample says of the conductors behind a socket. An absent current was not reported: it proves nothing. */
export interface PhaseSample {
  /** Undefined: the station named none. */
  readonly transactionId: TransactionId | undefined;
  readonly current: Partial<PerPhase<DeciAmps>>;
  readonly power: Watts | undefined;
  /** As measured: neither worked out from other values nor with some of them dropped. */
  readonly isGood: boolean;
  /** Our clock. */
  readonly sampledAtMs: EpochMs;
}

/** What the samples of one transaction have shown so far. Knows no site: a document may be read later than samples. */
export interface PhaseEvidence {
  readonly transactionId: TransactionId;
  readonly startedAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
  /** Conductors that carried current in any sample of it; they only become more. */
  readonly carried: readonly SocketPhase[];
  /** Conductors proven not to be used; empty until then, and again from the moment another one carries current. */
  readonly silent: readonly SocketPhase[];
  /** When the last sample bore out that they are silent. */
  readonly supportedAtMs: EpochMs;
  /** Samples in a row that show the same conductors silent. */
  readonly run?: {
    readonly silent: readonly SocketPhase[];
    readonly firstAtMs: EpochMs;
    readonly lastAtMs: EpochMs;
    readonly samples: number;
  };
  /** The most that power came to for each ampere reported, in volts. */
  readonly mostVoltageV: number;
}

/**
 * The evidence after a sample (MD5, H41, H84). Narrowing takes good samples of one transaction, in a row, over
 * `PROOF_SPAN_MS`; widening takes any sample, also one that names no transaction or was worked out.
 *
 * @param sinceMs the station's last boot, connect or disconnect: what was sampled until then proves nothing
 */
export function learnPhases(
  before: PhaseEvidence | undefined,
  sample: PhaseSample,
  sinceMs: EpochMs,
): PhaseEvidence | undefined {
  if (sample.sampledAtMs <= sinceMs) return before;
  const known = before !== undefined && before.startedAtMs > sinceMs ? before : undefined;
  const { transactionId } = sample;
  if (transactionId === undefined) return known === undefined ? before : widen(known, sample);
  if (known?.transactionId === transactionId) return prove(widen(known, sample), known, sample);
  if (before !== undefined && sample.sampledAtMs < before.lastAtMs) return before;
  const fresh = begin(transactionId, sample);
  return prove(fresh, { ...fresh, lastAtMs: -Infinity }, sample);
}

const begin = (transactionId: TransactionId, sample: PhaseSample): PhaseEvidence => ({
  transactionId,
  startedAtMs: sample.sampledAtMs,
  lastAtMs: sample.sampledAtMs,
  carried: carrying(sample),
  silent: [],
  supportedAtMs: sample.sampledAtMs,
  mostVoltageV: 0,
});

// In either direction; an absent current compares as false with everything.
const amount = ({ current }: PhaseSample, phase: SocketPhase): number => Math.abs(current[phase] ?? Number.NaN);
const carrying = (sample: PhaseSample): readonly SocketPhase[] =>
  GRID_PHASES.filter((phase) => amount(sample, phase) >= CARRIES_FROM_DECI_A);
const silentIn = (sample: PhaseSample): readonly SocketPhase[] =>
  GRID_PHASES.filter((phase) => amount(sample, phase) < CARRIES_FROM_DECI_A);
const shows = (sample: PhaseSample): boolean => GRID_PHASES.some((phase) => amount(sample, phase) > SHOWS_ABOVE_DECI_A);

/** At once, whatever the sample's quality and order: a conductor that carried current is in use. */
function widen(known: PhaseEvidence, sample: PhaseSample): PhaseEvidence {
  const more = carrying(sample).filter((phase) => !known.carried.includes(phase));
  if (more.length === 0) return known;
  const { run: _, ...rest } = known;
  const carried = GRID_PHASES.filter((phase) => known.carried.includes(phase) || more.includes(phase));
  return { ...rest, carried, silent: [] };
}

function prove(now: PhaseEvidence, before: PhaseEvidence, sample: PhaseSample): PhaseEvidence {
  const silent = silentIn(sample);
  const reported = silent.length + carrying(sample).length;
  if (sample.sampledAtMs <= before.lastAtMs || reported === 0) return now;
  const lastAtMs = sample.sampledAtMs;
  const { run: _, ...rest } = now;
  // It shows nothing, and the run of those that do ends with it; what was proven before stands.
  if (!sample.isGood) return { ...rest, lastAtMs };
  const run = shows(sample) ? nextRun(now.run, silent, lastAtMs) : undefined;
  const proven = isProof(run) ? provenBy(run, now) : now.silent;
  return {
    ...rest,
    lastAtMs,
    silent: proven,
    supportedAtMs: proven.every((phase) => silent.includes(phase)) ? lastAtMs : now.supportedAtMs,
    ...(run === undefined ? {} : { run }),
    mostVoltageV: Math.max(now.mostVoltageV, voltageOf(sample)),
  };
}

type Run = NonNullable<PhaseEvidence['run']>;

function nextRun(run: Run | undefined, silent: readonly SocketPhase[], atMs: EpochMs): Run {
  if (run === undefined || run.silent.join() !== silent.join()) {
    return { silent, firstAtMs: atMs, lastAtMs: atMs, samples: 1 };
  }
  if (atMs - run.lastAtMs < PROOF_APART_MS) return run;
  return { ...run, lastAtMs: atMs, samples: run.samples + 1 };
}

const isProof = (run: Run | undefined): run is Run =>
  run !== undefined && run.samples >= PROOF_SAMPLES && run.lastAtMs - run.firstAtMs >= PROOF_SPAN_MS;

/** A conductor that is silent now but carried current before is in use all the same. */
const provenBy = ({ silent }: Run, { carried, silent: before }: PhaseEvidence): readonly SocketPhase[] =>
  GRID_PHASES.filter((phase) => (silent.includes(phase) || before.includes(phase)) && !carried.includes(phase));

function voltageOf(sample: PhaseSample): number {
  const sumDeciA = GRID_PHASES.reduce((sum, phase) => sum + (sample.current[phase] ?? 0), 0);
  if (sample.power === undefined || sumDeciA <= SHOWS_ABOVE_DECI_A) return 0;
  return Math.round((sample.power * 10) / sumDeciA);
}

export interface PhaseQuestion {
  /** The transaction that runs; undefined: none. */
  readonly transactionId: TransactionId | undefined;
  /** As for `learnPhases`. */
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
  readonly nominalVoltageV: number;
}

/**
 * Grid phases on which the limit of an EVSE counts (MD5): all that are wired, unless the samples of the running
 * transaction prove fewer. Then the rest still counts with what holds for the next car (`PhaseMask`).
 *
 * A car that wakes another phase later is seen with the next sample and counts on all of them from that instant; until
 * then, and until the others have gone down, its circuits may carry more than was counted: the reaction time of SI21,
 * like that of a building that jumps. How likely and how large: docs/adr/0020-phases-learned-per-transaction.md.
 */
export function phasesInUse(
  evse: EvseModel,
  evidence: PhaseEvidence | undefined,
  { transactionId, sinceMs, nowMs, nominalVoltageV }: PhaseQuestion,
): readonly GridPhase[] {
  const wired = evse.phases;
  if (evidence === undefined || evidence.silent.length === 0) return wired;
  if (evidence.transactionId !== transactionId || evidence.startedAtMs <= sinceMs) return wired;
  // Both ways: after a clock that was set back nobody knows how old a sample is.
  if (Math.abs(nowMs - evidence.supportedAtMs) > MASK_TRUST_MS) return wired;
  if (evidence.mostVoltageV > nominalVoltageV * MOST_VOLTAGE_RATIO) return wired;
  const sockets = GRID_PHASES.slice(0, wired.length);
  const used = sockets.filter((phase) => !evidence.silent.includes(phase));
  // Neither proven silent nor seen in use: not reported.
  if (used.length === 0 || !used.every((phase) => evidence.carried.includes(phase))) return wired;
  // MD4: a car on fewer phases uses the first ones of its socket. Another pattern means that the station names its
  // conductors otherwise than we do, and then nobody knows which of the grid's it is.
  if (!used.every((phase, index) => phase === sockets[index])) return wired;
  return used.length === wired.length ? wired : wired.slice(0, used.length);
}
