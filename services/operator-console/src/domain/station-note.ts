import type { EpochMs, StationId } from '@headroom/kernel';

/** One thing that is known of a station, in plain words. */
export interface StationNote {
  /** For programs: `wholeAmps`, `no-lease`, `foreign`. */
  readonly code: string;
  /** Of one EVSE. Absent: of the station. */
  readonly evse?: number;
  readonly sentence: string;
  /** What we do about it, or what it costs. Absent: nothing. */
  readonly does?: string;
  /** What was seen: of such stations, or of this one. */
  readonly seen?: string;
  /** Of the report or rule behind it: H86. */
  readonly id?: string;
  /** Where the documentation says more, with its heading. */
  readonly docs?: string;
  /** When it ends. Absent: no end is known. */
  readonly untilMs?: EpochMs;
}

export interface CardContext {
  readonly stationId: StationId;
  readonly nowMs: EpochMs;
  /** As the site document calls its EVSEs, by number. */
  readonly names: ReadonlyMap<number, string>;
}
