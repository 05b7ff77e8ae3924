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
  readonly state: 'heard' | 'lost' | 'never-heard';
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
  /** The newest ones, newest first. */
  readonly events: readonly GridEvent[];
}

export const NO_GRID: SiteGrid = { sources: [], events: [] };

/** Segments of a timeline that are kept, the next ones. As its producer promises. */
export const SEGMENTS_KEPT_MAX = 400;

/** The segment that holds at an instant. */
export const segmentAt = (timeline: GridTimeline | undefined, atMs: EpochMs): GridSegment | undefined =>
  timeline?.segments.find(({ startMs, endMs }) => startMs <= atMs && atMs < (endMs ?? Number.POSITIVE_INFINITY));
