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
  readonly lastAtMs: EpochMs;
  /** Conductors that carried current in any sample of it; they only become more. */
  readonly carried: readonly SocketPhase[];
  /** Conductors proven not to be used; empty until then, and again from the moment another one carries current. */
  readonly silent: readonly SocketPhase[];
  /** The first sample of the proof. */
  readonly provenFromMs: EpochMs;
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
 * `PROOF_SPAN_MS`; widening takes any sample, also one that names no transaction, was worked out or comes late.
 *
 * @param sinceMs the station's last boot, connect or disconnect: what was sampled until then proves nothing
 */
export function learnPhases(
  before: PhaseEvidence | undefined,
  sample: PhaseSample,
  sinceMs: EpochMs,
): PhaseEvidence | undefined {
  const { transactionId, sampledAtMs } = sample;
  if (transactionId === undefined) return before === undefined ? undefined : widen(before, sample);
  const known = before?.transactionId === transactionId ? before : undefined;
  // A straggler of an earlier transaction.
  if (known === undefined && before !== undefined && sampledAtMs < before.lastAtMs) return before;
  const wider = widen(known ?? nothingOf(transactionId), sample);
  return sampledAtMs > wider.lastAtMs && sampledAtMs > sinceMs ? prove(wider, sample, sinceMs) : wider;
}

const nothingOf = (transactionId: TransactionId): PhaseEvidence => ({
  transactionId,
  lastAtMs: 0,
  carried: [],
  silent: [],
  provenFromMs: 0,
  supportedAtMs: 0,
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
  const mostVoltageV = Math.max(known.mostVoltageV, voltageOf(sample));
  const more = carrying(sample).filter((phase) => !known.carried.includes(phase));
  if (more.length === 0) return mostVoltageV === known.mostVoltageV ? known : { ...known, mostVoltageV };
  const { run: _, ...rest } = known;
  const carried = GRID_PHASES.filter((phase) => known.carried.includes(phase) || more.includes(phase));
  return { ...rest, carried, silent: [], mostVoltageV };
}

function prove(now: PhaseEvidence, sample: PhaseSample, sinceMs: EpochMs): PhaseEvidence {
  const silent = silentIn(sample);
  if (silent.length + carrying(sample).length === 0) return now;
  const { run: before, ...rest } = now;
  const lastAtMs = sample.sampledAtMs;
  // It shows nothing, and the run of those that do ends with it; what was proven before stands.
  if (!sample.isGood) return { ...rest, lastAtMs };
  const unbroken = before !== undefined && before.firstAtMs > sinceMs ? before : undefined;
  const run = shows(sample) ? nextRun(unbroken, silent, lastAtMs) : undefined;
  const proven = isProof(run) ? provenBy(run, now, sinceMs) : now;
  const isBorneOut = proven.silent.every((phase) => silent.includes(phase));
  return {
    ...rest,
    lastAtMs,
    silent: proven.silent,
    provenFromMs: proven.provenFromMs,
    supportedAtMs: isBorneOut ? lastAtMs : now.supportedAtMs,
    ...(run === undefined ? {} : { run }),
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
function provenBy(
  { silent, firstAtMs }: Run,
  { carried, silent: earlier, provenFromMs }: PhaseEvidence,
  sinceMs: EpochMs,
): Pick<PhaseEvidence, 'silent' | 'provenFromMs'> {
  const stands = earlier.length > 0 && provenFromMs > sinceMs;
  const known = stands ? [...earlier, ...silent] : silent;
  return {
    silent: GRID_PHASES.filter((phase) => known.includes(phase) && !carried.includes(phase)),
    provenFromMs: stands ? provenFromMs : firstAtMs,
  };
}

function voltageOf(sample: PhaseSample): number {
  const sumDeciA = GRID_PHASES.reduce((sum, phase) => sum + (sample.current[phase] ?? 0), 0);
  if (!sample.isGood || sample.power === undefined || sumDeciA <= SHOWS_ABOVE_DECI_A) return 0;
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
  // Its station knows one conductor, and both carry what it says of that one; or it measures what flows to a battery.
  if (evse.wiring !== undefined || evse.dc !== undefined) return wired;
  if (evidence === undefined || evidence.silent.length === 0) return wired;
  if (evidence.transactionId !== transactionId || evidence.provenFromMs <= sinceMs) return wired;
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
