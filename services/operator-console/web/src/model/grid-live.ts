/** What the grid asks of the site, as the page works with it. An unknown number is null. */

export type GridEventState = 'scheduled' | 'active' | 'returning' | 'completed' | 'cancelled' | 'refused';

export interface GridSource {
  readonly name: string;
  readonly state: 'heard' | 'lost' | 'never-heard' | 'silent';
  readonly sentence: string;
  readonly lastHeardAtMs: number | null;
}

export interface Drawn {
  readonly meanKw: number | null;
  readonly peakKw: number | null;
}

export interface ShownEvent {
  readonly eventId: string | null;
  readonly source: string;
  readonly name: string | null;
  readonly state: GridEventState;
  readonly startsAtMs: number;
  /** Null: until it is taken back. */
  readonly endsAtMs: number | null;
  /** Circuits that are asked; empty: the whole site is. */
  readonly circuitIds: readonly string[];
  readonly askedKw: number | null;
  readonly level: number | null;
  readonly why: string | null;
  readonly returnsByMs: number | null;
  readonly delivered: { readonly before: Drawn; readonly during: Drawn } | null;
}

export interface GridLive {
  readonly sources: readonly GridSource[];
  readonly event: ShownEvent | null;
  readonly more: number;
}

export interface LimitStep {
  readonly fromMs: number;
  readonly powerKw: number;
}

export interface Price {
  readonly perKwh: number;
  readonly currency: string;
  readonly period: string | null;
  readonly source: string;
}

export interface PriceLive {
  readonly now: Price | null;
  readonly next: { readonly atMs: number; readonly price: Price | null } | null;
}
