import type { TightDay } from '../bounds/tight-limit.ts';
import type { SlotSession, SlottedDay } from '../site/slotted.ts';

/** A present session, as an allocator may see it. */
export interface Standing {
  readonly place: number;
  readonly session: SlotSession;
  /** Less what it has given back. */
  readonly deliveredWh: number;
  /** What it draws now; below 0: it gives back. */
  readonly drawnA: number;
  /** What it gave back so far, as its supply saw it, and what that took out of its battery. */
  readonly exportedWh: number;
  readonly lostWh: number;
  /** Its battery has what it wanted: it takes nothing any more. */
  readonly full: boolean;
  /** It cannot take more than this until the slot ends: near its target a car shows it. */
  readonly takesAtMostA: number;
}

/** What drivers told (BG6), or how it will really be. */
export type Knowledge = 'claims' | 'truth';

/** An allocator on the grid of slots. It knows nothing of who comes later. */
export interface SlotPolicy<D extends SlottedDay = TightDay> {
  readonly name: string;
  /** Instants of a slot at which it is asked, in seconds from its start, the first of them 0. */
  readonly askedAtS: readonly number[];
  /** It is no allocator: it is measured for what happens without one. */
  readonly ignoresLimits?: true;
  /** Begins a day. What is returned gives the current offered to each place, or below 0 what it is to give back; who is not in it gets nothing. */
  readonly begin: (day: D, knows: Knowledge) => Allocator;
}

/** One that may have to wait for what another thread reckons. */
export interface AwaitedPolicy<D extends SlottedDay = TightDay>
  extends Pick<SlotPolicy<D>, 'name' | 'askedAtS' | 'ignoresLimits'> {
  readonly begin: (
    day: D,
    knows: Knowledge,
  ) => (...of: Parameters<Allocator>) => ReturnType<Allocator> | Promise<ReturnType<Allocator>>;
}

/** It is not asked in slots without a session. */
export type Allocator = (
  at: { readonly slot: number; readonly seconds: number },
  standing: readonly Standing[],
) => ReadonlyMap<number, number>;

/** No car runs on less (MD7). */
export const LEAST_A = 6;
/** And pilots have steps (OD1). */
export const STEP_A = 1;
