import type { ControlMemory, Fact, SiteState } from '@headroom/allocation-optimizer';
import type { EpochMs, PerPhaseDeciAmps } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';

/** A day as the optimizer meets it. */
export interface DayAtSite {
  /** Its EVSEs in their order: a session names the place of its one. */
  readonly site: SiteModel;
  /** When slot 0 begins. */
  readonly startsAtMs: number;
  readonly readings: (slot: number) => readonly { readonly meterId: string; readonly current: PerPhaseDeciAmps }[];
  /**
   * Within a slot in which nothing happens it is not asked again: nobody came or went, no car draws otherwise, and its last decision
   * changed nothing. Only needs grow older then, by minutes. A month takes a third of the time.
   */
  readonly rests?: true;
  /** Its cars give back what the plan asks for, told and obeyed at once like their limits (MD17). Absent: none does. */
  readonly gives?: true;
  /** Asked at the beginning of each slot: what is planned then. */
  readonly plan?: (known: Known) => Fact | undefined;
}

/** What the optimizer knows at an instant. */
export interface Known {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly nowMs: EpochMs;
}

/** Where plans are made while a day goes on. */
export interface PlanDesk {
  /** At every instant at which something was heard of the site. */
  readonly hear: (known: Known) => void;
  /** Undefined: there is nobody to plan for. */
  readonly ask: (known: Known) => Promise<Fact | undefined>;
}
