import type { EpochMs } from '@headroom/kernel';
import type { GridEvent } from './grid-event.ts';

/** A stretch of what the grid asks of the grid connection of a site. */
export interface GridSegment {
  readonly startMs: EpochMs;
  readonly endMs?: EpochMs;
  /** Absent: the grid limits nothing. */
  readonly limitW?: number;
  readonly cause?: {
    readonly kind: 'event' | 'return' | 'fallback';
    readonly source: string;
    /** Empty: of a fallback. */
    readonly eventId: string;
  };
  readonly price?: { readonly currency: string; readonly microPerKwh: number; readonly source: string };
}

export interface GridTimeline {
  /** Rises with each timeline of a target. */
  readonly version: number;
  readonly segments: readonly GridSegment[];
}

/** Whether a VTN is heard. */
export interface GridSource {
  readonly name: string;
  /** `silent`: the adapter itself has said nothing for long, so that nobody knows. */
  readonly state: 'heard' | 'lost' | 'never-heard' | 'silent';
  /** For people. */
  readonly sentence: string;
  readonly atMs: EpochMs;
  readonly lastHeardMs?: EpochMs;
}

/** What a site is asked, by whom, and whether they are heard. */
export interface SiteGrid {
  readonly sources: readonly GridSource[];
  /** Of the grid connection. */
  readonly timeline?: GridTimeline;
  /** Of circuits that the grid has asked something of; what it does not limit is left out. */
  readonly circuits?: ReadonlyMap<string, GridTimeline>;
  /** The newest ones, newest first. */
  readonly events: readonly GridEvent[];
}

export const NO_GRID: SiteGrid = { sources: [], events: [] };

/** The adapter says every five minutes what it has; of three times nothing was heard. */
export const SILENT_AFTER_MS = 900_000;
/** A source of which nothing is said for a day is none of ours any more. */
export const FORGOTTEN_AFTER_MS = 86_400_000;

/** Sources as they are to be believed now. */
export const sourcesNow = (sources: readonly GridSource[], nowMs: EpochMs): readonly GridSource[] =>
  sources
    .filter(({ atMs }) => nowMs - atMs <= FORGOTTEN_AFTER_MS)
    .map((source) =>
      nowMs - source.atMs > SILENT_AFTER_MS ? { ...source, state: 'silent', sentence: ADAPTER_SILENT } : source,
    );

const ADAPTER_SILENT = 'The grid adapter itself has not been heard for a quarter of an hour; see whether it runs.';

/** Segments of a timeline that are kept, the next ones. As its producer promises. */
export const SEGMENTS_KEPT_MAX = 400;

/** Circuits of a site whose timelines are at hand, in the order of their ids. */
export const CIRCUITS_AT_HAND = 100;

/** The segment that holds at an instant. */
export const segmentAt = (timeline: GridTimeline | undefined, atMs: EpochMs): GridSegment | undefined =>
  timeline?.segments.find(({ startMs, endMs }) => startMs <= atMs && atMs < (endMs ?? Number.POSITIVE_INFINITY));
