import type { EpochMs, TransactionId } from '@headroom/kernel';
import type { LimitOutcome } from './resolve-limit.ts';

/** H79: in the long run an EVSE that goes on after pauses is told its limit anew no more often (each may be a write to its flash) ... */
export const RETELL_EVERY_MS = 60_000;
/** ... but so many times in a row at once: a pause asks for two, when it is let go on and when its station says that it has. */
export const RETELLS_AT_ONCE = 6;

/** The command that a resume was served with; its answer is not known yet. */
interface Telling {
  readonly commandId: string;
  readonly sinceMs: EpochMs;
  /** As it was before. */
  readonly fullAtMs: EpochMs | undefined;
}

interface Replayed {
  readonly commandId: string;
  readonly atMs: EpochMs;
  /** Its station has accepted it. Absent: not, as far as was read. */
  readonly isTaken?: true;
  /** Its station has a new connection since. Its answer may have come before, and be read only later. */
  readonly isCut?: true;
}

/** What is known of the pauses of one EVSE, and what is owed to it for them. */
export interface Pausing {
  /** The transaction in which its station said last that nothing is charged. Absent: it charges, or has not said. */
  readonly pausedIn?: TransactionId;
  /**
   * What its station said before a transaction was known: 1.6 may say by a status that it is suspended, or charges again, ahead of
   * StartTransaction. It is of the one that comes.
   */
  readonly early?: { readonly kind: 'paused' } | { readonly kind: 'resumed'; readonly sinceMs: EpochMs };
  /** When it went on, or was let go on; it was told no limit since. Absent: nothing is owed. */
  readonly owedSinceMs?: EpochMs;
  readonly told?: Telling;
  /**
   * While the journal is replayed: the newest commands that earlier owners sent, but for those that failed, the newest last. Topics have no order between
   * them, so their instants are kept.
   */
  readonly replayed?: readonly Replayed[];
  /** When as many retellings as ever may leave at once. Absent: now. */
  readonly fullAtMs?: EpochMs;
}

export const NO_PAUSE: Pausing = {};

/** Of more nobody remembers: each but the last few has been answered, or was followed by one that was. */
const MAX_REPLAYED = 16;

/** Is its limit to be told once more now (H79)? */
export const isRetellDue = ({ owedSinceMs, fullAtMs = 0 }: Pausing, nowMs: EpochMs): boolean =>
  owedSinceMs !== undefined && nowMs >= fullAtMs - (RETELLS_AT_ONCE - 1) * RETELL_EVERY_MS;

/** It goes on: from here on a limit is owed to it. */
export function goesOn(pausing: Pausing, sinceMs: EpochMs): Pausing {
  const { pausedIn: _, ...going } = pausing;
  const serves = servesOf(pausing, sinceMs);
  if (serves !== undefined) return servedBy(going, serves, sinceMs);
  const { told: __, ...rest } = going;
  return { ...rest, owedSinceMs: sinceMs };
}

/** We let it go on: a limit is owed from here on. When it does its station is still to say, and then one is owed for that. */
export function letGoOn(pausing: Pausing, sinceMs: EpochMs): Pausing {
  const { pausedIn } = pausing;
  return { ...goesOn(pausing, sinceMs), ...(pausedIn === undefined ? {} : { pausedIn }) };
}

/** What an earlier owner sent after it serves it, in whatever order they are read: unless that failed, or turns out to have. */
function servedBy(going: Pausing, { commandId, atMs, isTaken }: Replayed, sinceMs: EpochMs): Pausing {
  if (going.owedSinceMs !== undefined || going.told !== undefined) return going;
  const { told, ...served } = afterTelling({ ...going, owedSinceMs: sinceMs }, commandId, atMs);
  return isTaken === true || told === undefined ? served : { ...served, told };
}

/** What an earlier owner sent after that: rather one that its station has accepted, else the newest. Undefined: nothing, as far as was read. */
function servesOf({ replayed = [] }: Pausing, sinceMs: EpochMs): Replayed | undefined {
  const after = replayed.filter(({ atMs }) => sinceMs <= atMs);
  return after.find(({ isTaken }) => isTaken === true) ?? after.at(-1);
}

/** Whatever limit was sent: it has been told, unless that fails. */
export function afterTelling(pausing: Pausing, commandId: string, nowMs: EpochMs): Pausing {
  const { owedSinceMs, told, ...rest } = pausing;
  const { fullAtMs } = pausing;
  // What leaves behind a retelling tells the same: its answer is the one that counts. The retelling may have been written, so it stays counted.
  if (owedSinceMs === undefined)
    return told === undefined ? pausing : { ...rest, told: { ...told, commandId, fullAtMs } };
  return {
    ...rest,
    told: { commandId, sinceMs: owedSinceMs, fullAtMs },
    fullAtMs: Math.max(fullAtMs ?? 0, nowMs) + RETELL_EVERY_MS,
  };
}

/**
 * What an earlier owner sent, as his journal tells: it has served a resume from before. A clock of a gateway that is behind ours may hide one
 * from after, which its renewal makes up for; one that is ahead costs a command.
 */
export function afterTold(
  pausing: Pausing,
  { commandId, intendedAtMs: atMs }: { readonly commandId: string; readonly intendedAtMs: EpochMs },
): Pausing {
  const { replayed: before = [] } = pausing;
  const replayed = [...before.filter((each) => each.commandId !== commandId), { commandId, atMs }]
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-MAX_REPLAYED);
  const known = { ...pausing, replayed };
  const sinceMs = known.owedSinceMs ?? known.told?.sinceMs ?? Infinity;
  return sinceMs <= atMs ? afterTelling(known, commandId, atMs) : known;
}

/** The replay is over: from here on what is heard of has just happened, and what was not answered before a connection ended will not be. */
export function afterReplay(pausing: Pausing): Pausing {
  const { replayed, ...rest } = pausing;
  if (replayed === undefined) return pausing;
  const told = replayed.find(({ commandId }) => commandId === rest.told?.commandId);
  return told?.isCut === true ? afterReconnect(rest) : rest;
}

/** Its station did not take what it was told for going on: it is owed still. One that was never written, or refused, was none: no flash wears by it. */
export function afterAnswer(
  pausing: Pausing,
  { commandId, outcome }: { readonly commandId: string; readonly outcome: LimitOutcome },
): Pausing {
  const replayed = pausing.replayed?.find((each) => each.commandId === commandId);
  if (replayed !== undefined && replayed.isTaken !== true) return afterReplayed(pausing, replayed, outcome);
  const { told, ...rest } = pausing;
  if (told?.commandId !== commandId) return pausing;
  if (outcome === 'accepted') return rest;
  const { sinceMs, fullAtMs: before } = told;
  if (outcome === 'unanswered') return { ...rest, owedSinceMs: sinceMs };
  const { fullAtMs: _, ...uncounted } = rest;
  return { ...uncounted, owedSinceMs: sinceMs, ...(before === undefined ? {} : { fullAtMs: before }) };
}

/** The same of what an earlier owner sent. Where it failed, what was sent beside it may have told the same. */
function afterReplayed(pausing: Pausing, command: Replayed, outcome: LimitOutcome): Pausing {
  const { replayed = [], owedSinceMs = Infinity } = pausing;
  const others = replayed.filter((each) => each !== command);
  if (outcome === 'accepted') {
    const taken = {
      ...pausing,
      replayed: replayed.map((each) => (each === command ? { ...each, isTaken: true as const } : each)),
    };
    const { owedSinceMs: _, told: __, ...served } = taken;
    return Math.min(owedSinceMs, pausing.told?.sinceMs ?? Infinity) <= command.atMs ? served : taken;
  }
  const { commandId } = command;
  const { told } = pausing;
  const instead = told?.commandId === commandId ? servesOf({ replayed: others }, told.sinceMs) : undefined;
  if (instead === undefined || told === undefined)
    return afterAnswer({ ...pausing, replayed: others }, { commandId, outcome });
  return { ...pausing, replayed: others, told: { ...told, commandId: instead.commandId } };
}

/** Answers do not cross connections: whether it was told nobody learns any more, but from what an heir has still to read. */
export function afterReconnect(pausing: Pausing): Pausing {
  const { told, replayed } = pausing;
  if (told === undefined) return pausing;
  if (replayed?.some(({ commandId }) => commandId === told.commandId) === true) {
    const cut = (each: Replayed): Replayed => (each.commandId === told.commandId ? { ...each, isCut: true } : each);
    return { ...pausing, replayed: replayed.map(cut) };
  }
  return afterAnswer(pausing, { commandId: told.commandId, outcome: 'unanswered' });
}

/** What was of its last transaction, or of the time before its restart, is over; how often it was told is not. */
export function afterPauses({ fullAtMs, replayed }: Pausing): Pausing {
  if (fullAtMs === undefined && replayed === undefined) return NO_PAUSE;
  return { ...(fullAtMs === undefined ? {} : { fullAtMs }), ...(replayed === undefined ? {} : { replayed }) };
}

/** A transaction begins: what its station said ahead of it is of it. */
export function afterStart(pausing: Pausing, transactionId: TransactionId): Pausing {
  const fresh = afterPauses(pausing);
  switch (pausing.early?.kind) {
    case undefined:
      return fresh;
    case 'paused':
      return { ...fresh, pausedIn: transactionId };
    case 'resumed':
      return goesOn(fresh, pausing.early.sinceMs);
  }
}

/** Said while no transaction is known. A bay that is free, or prepares, pauses nobody. */
export function saidEarly(
  pausing: Pausing,
  {
    isCharging,
    isSuspended,
    atMs,
  }: { readonly isCharging: boolean; readonly isSuspended: boolean; readonly atMs: EpochMs },
): Pausing {
  const { early, ...rest } = pausing;
  if (isSuspended) return { ...rest, early: { kind: 'paused' } };
  if (!isCharging) return early === undefined ? pausing : rest;
  return early?.kind === 'paused' ? { ...rest, early: { kind: 'resumed', sinceMs: atMs } } : pausing;
}
