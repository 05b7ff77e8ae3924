import type { ControlFact } from './decisions.ts';
import type { SiteFacts } from './site-facts.ts';
import type { Report } from './violation.ts';

/** What a bay does, at one instant, by its own book. */
export interface BayNow {
  /** A transaction does. */
  readonly runs: boolean;
  /** Its contactor is closed. */
  readonly isClosed: boolean;
  /** By a lease of the platform, which it keeps to: nobody beside it holds it down. */
  readonly isLeased: boolean;
}

export interface ClosingsChecker {
  /** What an owner says of limits stands in the log. */
  stored(nowMs: number, fact: ControlFact): void;
  look(nowMs: number, evseId: string, bay: BayNow): void;
  /** It was raised from nothing as often as may be within an hour: nobody has to raise it once more before that is over. */
  isSpent(nowMs: number, evseId: string): boolean;
  /** Its station has left the site. */
  gone(evseId: string): void;
}

/** Within an hour, as the documentation of the site document has it. */
const USUAL_MOST_CLOSINGS = 8;
const HOUR_MS = 3_600_000;
/** What is decided is told, taken and obeyed by then; a closing later than that has another cause. */
const FOLLOWS_WITHIN_MS = 120_000;
const NOTHING_A = 0.05;

interface Contactor {
  /** What was decided last. Unknown: its EVSE took no part in the sharing, or nobody has decided yet. */
  decided: 'unknown' | 'nothing' | 'something';
  /** When it was last decided to raise it from nothing; until it has closed for that. */
  raisedAtMs: number | undefined;
  runs: boolean;
  isClosed: boolean;
  /** In the transaction that runs it has closed by a decision already. */
  hasClosed: boolean;
  /** In which it was decided last. */
  shard: number;
  /** When that was decided of which it closed, within the last hour. */
  closedAtMs: readonly number[];
  /** What was decided last, whoever takes part in the sharing. */
  hadA: number;
  /** When it was decided to raise it from nothing, within the last hour, whether it has closed for that or not. */
  raisesAtMs: readonly number[];
}

/**
 * OD2: how often contactors close because the platform chose it (ADR 43). Only a closing counts that was decided: a raise from nothing stands in the log, the station then has a lease of the
 * platform, and the contactor closes. So none does that a station causes by itself: by its fallback, a restart, its own manager, a lease that ended; nor one that is told once more. Each raise
 * accounts for one closing at most, at the instant at which it was decided, so what came late closes no more often than was decided. The first closing of a transaction is a driver's, and counts for
 * those after it.
 *
 * An owner who takes over knows what was closed, by its snapshot and by what was decided since. The first one of all finds nothing, and does not count the first raise of each EVSE: within his first hour
 * one closing is let pass.
 */
export function createClosings(site: SiteFacts, report: Report): ClosingsChecker {
  const contactors = new Map<string, Contactor>();
  const epochs = new Map<number, number>();
  /** Of each shard, when its first owner began. */
  const begunAtMs = new Map<number, number>();

  const of = (evseId: string): Contactor => {
    const known = contactors.get(evseId);
    if (known !== undefined) return known;
    const fresh: Contactor = {
      ...{
        decided: 'unknown',
        raisedAtMs: undefined,
        runs: false,
        isClosed: false,
        hasClosed: false,
        shard: -1,
        closedAtMs: [],
        hadA: Infinity,
        raisesAtMs: [],
      },
    };
    contactors.set(evseId, fresh);
    return fresh;
  };

  const mostOf = (evseId: string): number => site.evses.get(evseId)?.mostClosingsAnHour ?? USUAL_MOST_CLOSINGS;

  const decide = (
    atMs: number,
    { limitA, isFixed }: { readonly limitA: number; readonly isFixed?: true },
    contactor: Contactor,
  ): void => {
    const before = contactor.decided;
    contactor.decided = isFixed === true ? 'unknown' : limitA < NOTHING_A ? 'nothing' : 'something';
    if (contactor.decided === 'something' && before === 'nothing') contactor.raisedAtMs = atMs;
    // Whoever shared in nothing had nothing as well.
    if (contactor.decided === 'something' && contactor.hadA < NOTHING_A)
      contactor.raisesAtMs = [...contactor.raisesAtMs.filter((each) => each > atMs - HOUR_MS), atMs];
    contactor.hadA = limitA;
    // Nobody is to close by what holds no more.
    if (contactor.decided !== 'something') contactor.raisedAtMs = undefined;
  };

  const closed = (nowMs: number, evseId: string, contactor: Contactor): void => {
    const atMs = contactor.raisedAtMs;
    contactor.raisedAtMs = undefined;
    if (atMs === undefined || nowMs - atMs > FOLLOWS_WITHIN_MS) return;
    const isFirst = !contactor.hasClosed;
    contactor.hasClosed = true;
    contactor.closedAtMs = [...contactor.closedAtMs.filter((each) => each > atMs - HOUR_MS), atMs];
    if (isFirst) return;
    const most = mostOf(evseId);
    const times = contactor.closedAtMs.length;
    const isNew = atMs < (begunAtMs.get(contactor.shard) ?? Number.NEGATIVE_INFINITY) + HOUR_MS;
    if (times <= most + Number(isNew)) return;
    const detail = `the contactor of ${evseId} was closed ${times} times within an hour by what was decided, of ${most} at most`;
    report({ checker: 'closings', atMs: nowMs, detail });
  };

  return {
    stored(nowMs, fact) {
      if (fact.kind === 'opened') {
        if (fact.epoch <= (epochs.get(fact.shard) ?? 0)) return;
        epochs.set(fact.shard, fact.epoch);
        if (!begunAtMs.has(fact.shard)) begunAtMs.set(fact.shard, nowMs);
        return;
      }
      if (fact.kind !== 'decided' || fact.epoch < (epochs.get(fact.shard) ?? 0)) return;
      for (const limit of fact.limits) {
        const contactor = of(limit.evseId);
        contactor.shard = fact.shard;
        decide(fact.decidedAtMs ?? nowMs, limit, contactor);
      }
    },
    look(nowMs, evseId, { runs, isClosed, isLeased }) {
      const contactor = of(evseId);
      if (runs && !contactor.runs) contactor.hasClosed = false;
      const closes = runs && isClosed && !(contactor.runs && contactor.isClosed);
      Object.assign(contactor, { runs, isClosed });
      if (closes && isLeased) closed(nowMs, evseId, contactor);
    },
    isSpent: (nowMs, evseId) =>
      (contactors.get(evseId)?.raisesAtMs.filter((each) => each > nowMs - HOUR_MS).length ?? 0) >= mostOf(evseId),
    gone: (evseId) => void contactors.delete(evseId),
  };
}
