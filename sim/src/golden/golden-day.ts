import { readdirSync, readFileSync } from 'node:fs';
import type { Share } from '../documents.ts';

/** A site of `examples/golden/` and its day, as `npm run what-if:golden` writes it down. Minutes count from 00:00 of its first day. */
export interface GoldenDay {
  readonly name: string;
  readonly about: string;
  readonly site: GoldenSite;
  readonly sessions: readonly GoldenSession[];
  /** What meters read at each quarter of an hour of any day, A, the same on each phase. Sources are below 0. */
  readonly meters: readonly { readonly name: string; readonly ampsEachQuarter: readonly number[] }[];
  readonly currency: string;
  /** Each to the next one, the last one to 24:00. */
  readonly prices: readonly GoldenPrice[];
}

export interface GoldenPrice {
  readonly fromMin: number;
  readonly perKwh: number;
  /** Of each demand charge of the tariff, what a kW costs that is the highest of the month; 0: it does not count then. */
  readonly perKw: readonly number[];
}

export interface GoldenSession {
  /** Place in the order of the document. */
  readonly bay: number;
  readonly arriveMin: number;
  readonly departMin: number;
  /** What its car would take. */
  readonly needKwh: number;
  /** Absent: all that its EVSE has. Of a DC station: A at nine tenths of the nominal voltage. */
  readonly maxA?: number;
  /** What its driver said. Absent: nothing. */
  readonly statedKwh?: number;
  readonly statedDepartMin?: number;
  /** What he lets it give back. Absent: nothing. */
  readonly gives?: {
    readonly heldKwh: number;
    readonly keepKwh: number;
    readonly efficiency: number;
    readonly wearPerKwh: number;
  };
}

/** The site document, with what it leaves to its defaults left out (docs/site-document.md). */
export interface GoldenSite {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly displayName: string;
    readonly timezone: string;
    readonly nominalVoltageV?: number;
    readonly circuits: readonly {
      readonly name: string;
      readonly parent?: string;
      readonly ratingPerPhaseA: number;
      readonly limitKw?: number;
      readonly continuousFactor?: number;
      readonly tier?: number;
    }[];
    readonly meters?: readonly {
      readonly name: string;
      readonly circuit: string;
      readonly placement: 'excluding-stations';
      readonly staleAfter: string;
      readonly worstCasePerPhaseA: number;
      readonly risesAtMostPerPhaseA?: number;
    }[];
    readonly sources?: readonly { readonly name: string; readonly circuit: string; readonly atMostPerPhaseA: number }[];
    readonly stations: readonly {
      readonly id: string;
      readonly circuit: string;
      readonly evses: readonly {
        readonly evse: number;
        readonly phases?: readonly string[];
        readonly wiring?: 'line-to-line';
        readonly dc?: { readonly maxKw: number; readonly efficiency: number; readonly powerFactor: number };
        readonly maxA: number;
        readonly minimumA?: number;
        readonly fallbackA: number;
        readonly maxDischargeA?: number;
      }[];
    }[];
    readonly policy: { readonly share: Share; readonly lease: string; readonly tiers?: 'floor-first' };
  };
}

const FOLDER = new URL('../../golden-days/', import.meta.url);
const ENDING = '.json';

/** Those that there are, in alphabetic order. */
export const goldenNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .toSorted();

/** @param name one of `goldenNames` */
export const goldenDay = (name: string): GoldenDay =>
  JSON.parse(readFileSync(new URL(`${name}${ENDING}`, FOLDER), 'utf8')) as GoldenDay;
