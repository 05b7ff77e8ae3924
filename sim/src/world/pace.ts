import type { Chance } from './chance.ts';

/** How much happens at a site by itself, and how often it is told of: the work of a seed, beside its faults. */
export interface Pace {
  /** Cars at once, as a share of the stations. */
  readonly occupancy: number;
  /** How many times as long as in the demo a car stays. */
  readonly stays: number;
  /** Absent: what the document says. */
  readonly leaseS?: number;
  /** How often the building is read, and after how long its reading is too old: one that is lost does not matter. */
  readonly meterEveryMs: number;
  readonly meterStaleS: number;
  /** Period of meter values, and the share of the stations that tell of each change at once. */
  readonly sampleS: number;
  readonly sampleOnChange: number;
  /** Of the phases of the building (`building.ts`). Absent: about even. */
  readonly buildingShares?: { readonly l1A: number; readonly l2A: number; readonly l3A: number };
  /** Minutes from one jump of the building to the next. */
  readonly jumpOnceInMin: number;
  /** Of strikes at a process or at what it needs, those in which the building jumps as well. */
  readonly jumpsAtStrike: number;
  /** How often what an owner knows is written down for its heir, as an operator may choose. */
  readonly snapshotS: number;
  /** How often owners look after what time brings about, and how long facts wait for others before they are decided on. */
  readonly passEveryMs: number;
  readonly coalesceMs: number;
}

/** The demo on a bad day: every bay taken, a car every 15 s, and each change told at once. */
export const BUSY: Pace = {
  occupancy: 1,
  stays: 1,
  meterEveryMs: 2_000,
  meterStaleS: 5,
  sampleS: 20,
  sampleOnChange: 1,
  jumpOnceInMin: 6,
  jumpsAtStrike: 0,
  snapshotS: 5,
  passEveryMs: 500,
  coalesceMs: 100,
};

/** Of seeds, those whose building takes much more from one phase than from another: who confuses them is over its limit there. */
const UNEVEN_SHARE = 0.1;
const UNEVEN = { l1A: 0.5, l2A: 1.5, l3A: 1 } as const;

/** A short seed has no time for calm: what it may find must happen soon. */
const LONG_HOURS = 1.5;
/** Of long seeds. An hour of them costs four times as much, and most of it is the same again. */
const BUSY_SHARE = 0.1;
/** With fewer cars than this at once a site of the demo's kind is never full, and nothing is at stake. */
const HALF_FULL = 0.5;
const DEMO_KIND_STATIONS = 20;
const OCCUPANCIES: readonly number[] = [HALF_FULL, HALF_FULL, HALF_FULL, HALF_FULL, HALF_FULL, 1];

/**
 * Samples every 10 s, or every 20 s and at each change: a lower limit must be seen to be obeyed in 20 s (SI21). In half of the
 * seeds some stations are slower than that, and their neighbours make room for them.
 */
const SAMPLES: readonly Pick<Pace, 'sampleS' | 'sampleOnChange'>[] = [
  { sampleS: 20, sampleOnChange: 1 },
  { sampleS: 20, sampleOnChange: 0.9 },
  { sampleS: 15, sampleOnChange: 0.5 },
  { sampleS: 10, sampleOnChange: 0 },
];
const METERS: readonly Pick<Pace, 'meterEveryMs' | 'meterStaleS'>[] = [
  { meterEveryMs: 2_000, meterStaleS: 5 },
  { meterEveryMs: 5_000, meterStaleS: 12 },
  { meterEveryMs: 5_000, meterStaleS: 12 },
  { meterEveryMs: 5_000, meterStaleS: 12 },
];
/** The longest lease ends well within the time that a site has to recover. */
const LEASES_S: readonly number[] = [60, 120, 120, 120];
const STAYS: readonly number[] = [3, 6];
const SNAPSHOTS_S: readonly number[] = [5, 15, 30];

/**
 * By the seed. What is rare comes of faults, and not of one more quiet second: in most long seeds the site is calm, and
 * moves when a fault strikes.
 */
export function paceOf(
  chance: Chance,
  { hours, stations }: { readonly hours: number; readonly stations: number },
): Pace {
  const pace = paceWithin(chance, { hours, stations });
  return chance.draw('pace', 'unbalanced', 0) < UNEVEN_SHARE ? { ...pace, buildingShares: UNEVEN } : pace;
}

function paceWithin(chance: Chance, { hours, stations }: { readonly hours: number; readonly stations: number }): Pace {
  if (hours < LONG_HOURS || chance.draw('pace', 'busy', 0) < BUSY_SHARE) return BUSY;
  const one = <T>(what: string, choices: readonly T[], otherwise: T): T =>
    choices[Math.floor(chance.draw('pace', what, 0) * choices.length)] ?? otherwise;
  return {
    occupancy: stations < DEMO_KIND_STATIONS ? 1 : one('occupancy', OCCUPANCIES, 1),
    stays: one('stays', STAYS, 1),
    leaseS: one('lease', LEASES_S, 120),
    ...one('meter', METERS, BUSY),
    ...one('samples', SAMPLES, BUSY),
    jumpOnceInMin: 20,
    jumpsAtStrike: 0.1,
    snapshotS: one('snapshots', SNAPSHOTS_S, BUSY.snapshotS),
    passEveryMs: 1_000,
    coalesceMs: 250,
  };
}
