import type { Compared } from './run/compare-on-site.ts';
import type { Growth } from './history/grow.ts';

/** All that a run of what-if found: what `--json` writes, and pages and tables are made of. */
export interface Report {
  readonly site: { readonly siteId: string; readonly name: string; readonly timezone: string; readonly evses: number };
  readonly period: { readonly firstDay: string; readonly lastDay: string; readonly days: number };
  readonly sessions: {
    readonly played: number;
    readonly leftOut: number;
    readonly overlapping: number;
    readonly skippedLines: number;
    /** Drivers who said when they leave, and what they want. */
    readonly statedDeparture: number;
    readonly statedEnergy: number;
  };
  /** How the site shares, in the words of its document. */
  readonly share: string;
  readonly currency?: string;
  /** What a kWh in a car is taken to bring. Absent: no tariff. */
  readonly valuePerKwh?: number;
  /** `YYYY-MM`: the month that was looked at while tuning. */
  readonly tunedMonth?: string;
  readonly hasCarbon: boolean;
  readonly limits: readonly OfLimit[];
  readonly growth: readonly Grown[];
  readonly notes: readonly string[];
}

export interface OfLimit extends Compared {
  /** Of the grid connection; absent: it has no limit of power but its conductors. */
  readonly limitKw?: number;
}

export interface Grown {
  readonly growth: Growth;
  readonly sessions: number;
  readonly turnedAway: number;
  readonly limits: readonly OfLimit[];
}
