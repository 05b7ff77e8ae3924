import { compareText, type EpochMs } from '@headroom/kernel';

/** Powers of an event that are kept of it; what a note lists is bounded by its producer. */
export const PERIODS_KEPT_MAX = 100;
/** Circuits likewise. */
export const CIRCUITS_KEPT_MAX = 50;

/** What is asked for a while. Half-open; without an end it holds until it is taken back. */
export interface AskedPeriod {
  readonly startMs: EpochMs;
  readonly endMs?: EpochMs;
  readonly asked: Asked;
}

export type Asked =
  | { readonly kind: 'limit'; readonly limitW: number }
  /** SIMPLE, 0 to 3. */
  | { readonly kind: 'level'; readonly level: number }
  | { readonly kind: 'price'; readonly microPerKwh: number; readonly currency: string };

export interface EventNote {
  readonly kind: 'set' | 'cancelled' | 'refused' | 'unrouted';
  readonly source: string;
  /** Empty: the object had none that could be read. */
  readonly eventId: string;
  readonly eventName: string;
  readonly programName: string;
  readonly modifiedAtMs?: EpochMs;
  readonly notedAtMs: EpochMs;
  /** Those that hold or are to come when it was noted, in order of their start. */
  readonly periods: readonly AskedPeriod[];
  /** Why it is not acted on. */
  readonly sentence: string;
  /** Circuits that are asked, where the site as a whole is not. Absent: the grid connection is. */
  readonly circuitIds?: readonly string[];
}

export interface DrawnStretch {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly askedW?: number;
  readonly meanW?: number;
  /** The highest mean of ten seconds. */
  readonly peakW?: number;
  readonly coveredPercent: number;
}

/** Building and stations together, from the meters. */
export interface EventReport {
  readonly source: string;
  /** Absent: of the site as a whole. */
  readonly circuitId?: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly reportedAtMs: EpochMs;
  readonly before?: DrawnStretch;
  readonly during: readonly DrawnStretch[];
  readonly after?: DrawnStretch;
  readonly delivery: 'not-asked' | 'sent' | 'failed';
  /** Why it was not delivered. */
  readonly sentence: string;
}

/** An event of the grid as it is kept. Plain data: written to a store and read back it is the same. */
export interface GridEvent {
  readonly source: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly programName: string;
  readonly firstNotedMs: EpochMs;
  readonly notedAtMs: EpochMs;
  readonly kind: EventNote['kind'];
  readonly periods: readonly AskedPeriod[];
  /** Why nothing of it is acted on; empty: it is. */
  readonly sentence: string;
  /** A later version that was refused: what was known before stays in force. */
  readonly refusal?: { readonly sentence: string; readonly atMs: EpochMs };
  /** Absent: the grid connection is asked. */
  readonly circuitIds?: readonly string[];
  /** One of each place: of the site first, then of circuits in the order of their ids. */
  readonly reports?: readonly EventReport[];
}

export type GridEventState = 'scheduled' | 'active' | 'completed' | 'cancelled' | 'refused';

/** The event after a note. Taking the same note again changes nothing. */
export function noted(before: GridEvent | undefined, note: EventNote): GridEvent {
  const { kind, source, eventId, notedAtMs, sentence } = note;
  if (before !== undefined && notedAtMs < before.notedAtMs) return before;
  // What was known of an event before a version that cannot be read stays (and so does what it asks).
  if (kind === 'refused' && before !== undefined && before.kind !== 'refused')
    return { ...before, refusal: { sentence, atMs: notedAtMs } };
  const {
    refusal: _over,
    circuitIds: _were,
    ...kept
  } = before ?? { firstNotedMs: notedAtMs, eventName: '', programName: '' };
  return {
    ...kept,
    ...{ source, eventId, kind, notedAtMs, sentence },
    eventName: note.eventName === '' ? kept.eventName : note.eventName,
    programName: note.programName === '' ? kept.programName : note.programName,
    periods: periodsAfter(before?.periods ?? [], note),
    ...(note.circuitIds === undefined ? {} : { circuitIds: note.circuitIds }),
  };
}

/** A note lists what is not over yet: what was over stays, cut where the note put an end to it. */
function periodsAfter(before: readonly AskedPeriod[], { kind, notedAtMs, periods }: EventNote): readonly AskedPeriod[] {
  // What was asked stays to be read of an event that is taken back.
  if (kind === 'cancelled') return before.length > 0 ? before : periods;
  const over = before.flatMap((period): readonly AskedPeriod[] => {
    if ((period.endMs ?? Number.POSITIVE_INFINITY) <= notedAtMs) return [period];
    const goesOn = periods.some(({ startMs }) => startMs <= period.startMs);
    return period.startMs >= notedAtMs || goesOn ? [] : [{ ...period, endMs: notedAtMs }];
  });
  return [...over, ...periods].toSorted((a, b) => a.startMs - b.startMs).slice(-PERIODS_KEPT_MAX);
}

/** The event after a report of it, which replaces the older one of its place. One that nobody has noted is made of what the report says. */
export function reported(before: GridEvent | undefined, report: EventReport): GridEvent {
  const reports = withReport(before?.reports ?? [], report);
  if (before !== undefined) return { ...before, reports };
  const { source, eventId, eventName, reportedAtMs, during, circuitId } = report;
  return {
    ...{ source, eventId, eventName, programName: '', kind: 'set', sentence: '', reports },
    ...{ firstNotedMs: reportedAtMs, notedAtMs: reportedAtMs },
    ...(circuitId === undefined ? {} : { circuitIds: [circuitId] }),
    periods: during.map(({ startMs, endMs, askedW }) => ({
      ...{ startMs, endMs },
      asked: { kind: 'limit', limitW: askedW ?? 0 },
    })),
  };
}

const placeOf = ({ circuitId = '' }: EventReport): string => circuitId;

function withReport(known: readonly EventReport[], report: EventReport): readonly EventReport[] {
  const same = known.find((each) => placeOf(each) === placeOf(report));
  if (same !== undefined && same.reportedAtMs > report.reportedAtMs) return known;
  const all = [...known.filter((each) => each !== same), report];
  // That of the site, and of so many circuits.
  return all.toSorted((a, b) => compareText(placeOf(a), placeOf(b))).slice(0, CIRCUITS_KEPT_MAX + 1);
}

/** Whether only circuits of the site are asked, and not its grid connection. */
export const isOfCircuits = ({ circuitIds = [] }: GridEvent): boolean => circuitIds.length > 0;

export const startOf = ({ periods, firstNotedMs }: GridEvent): EpochMs => periods[0]?.startMs ?? firstNotedMs;

/** Undefined: open. */
export function endOf({ periods }: GridEvent): EpochMs | undefined {
  const ends = periods.map(({ endMs }) => endMs ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends, Number.NEGATIVE_INFINITY);
  return Number.isFinite(last) ? last : undefined;
}

export function stateOf(event: GridEvent, nowMs: EpochMs): GridEventState {
  switch (event.kind) {
    case 'refused':
    case 'unrouted':
      return 'refused';
    case 'cancelled':
      return 'cancelled';
    case 'set':
      if (nowMs < startOf(event)) return 'scheduled';
      return nowMs < (endOf(event) ?? Number.POSITIVE_INFINITY) && event.periods.length > 0 ? 'active' : 'completed';
  }
}

/** What it asks at that instant; of one that has not begun, what it asks first, of one that is over, what it asked last. */
export function askedAt({ periods }: GridEvent, nowMs: EpochMs): Asked | undefined {
  const begun = periods.filter(({ startMs }) => startMs <= nowMs);
  const holding = begun.filter(({ endMs }) => (endMs ?? Number.POSITIVE_INFINITY) > nowMs);
  return (holding[0] ?? (begun.length < periods.length ? periods[begun.length] : begun.at(-1)))?.asked;
}

/** Whether it asks for less power, and not for a price alone. */
export const limitsPower = ({ periods }: GridEvent): boolean => periods.some(({ asked }) => asked.kind !== 'price');
