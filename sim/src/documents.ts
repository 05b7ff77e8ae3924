import type { OcppVersion } from './station/dialect.ts';
import { OBEDIENT, type Persona } from './station/persona.ts';

/** The ways to share of a site document, in its words. */
export const SHARES = [
  'equal',
  'equal-surplus',
  'proportional',
  'first-come',
  'earliest-departure',
  'least-laxity',
  'lowest-soc',
  'smoothed-soc',
  'smoothed-laxity',
  'density',
] as const;
export type Share = (typeof SHARES)[number];
/** Of those the ones that look at nothing which time or a charge changes by itself: where nothing else changes, no limit does. */
export const RESTING_SHARES: readonly Share[] = ['equal', 'equal-surplus', 'proportional', 'first-come'];

/** The site document of the public API (`headroom/v1`), as far as the simulator writes it. Currents in A, powers in kW. */
export interface SiteDocument {
  readonly apiVersion: 'headroom/v1';
  readonly kind: 'Site';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly displayName: string;
    readonly timezone: string;
    readonly nominalVoltageV: number;
    readonly circuits: readonly {
      readonly name: string;
      readonly displayName?: string;
      readonly parent?: string;
      readonly ratingPerPhaseA: number;
      readonly limitKw?: number;
    }[];
    readonly meters: readonly {
      readonly name: string;
      readonly circuit: string;
      readonly placement: 'excluding-stations';
      readonly staleAfter: string;
      readonly worstCasePerPhaseA: number;
      readonly risesAtMostPerPhaseA?: number;
    }[];
    readonly loads: readonly never[];
    /** What may flow out of it. Absent: nothing. */
    readonly exportLimitKw?: number;
    readonly stations: readonly StationDocument[];
    readonly policy: { readonly share: Share; readonly lease: string; readonly objective?: 'cost' };
  };
}

interface StationDocument {
  readonly id: string;
  readonly circuit: string;
  readonly evses: readonly {
    readonly evse: number;
    readonly name: string;
    readonly phases: readonly string[];
    readonly maxA: number;
    readonly minimumA: number;
    readonly fallbackA: number;
    /** What its car may give back. Absent: nothing. */
    readonly maxDischargeA?: number;
    /** Of a DC station; the currents are those of its supply. */
    readonly dc?: DcDocument;
    /** An accessible bay: what its car has before others. */
    readonly accessible?: true;
    readonly minimumShareA?: number;
    /** Until its battery holds so much its car comes before others. */
    readonly sessionRules?: { readonly minimumSocPercent: number };
  }[];
}

/** What a DC station gives, and at its worst how much of what it takes for that. */
export interface DcDocument {
  readonly maxKw: number;
  readonly efficiency: number;
  readonly powerFactor: number;
}

/** One site to simulate: its document, who speaks what, and what had to be decided on the way. */
export interface SitePlan {
  readonly siteId: string;
  readonly document: SiteDocument;
  readonly stations: readonly PlannedStation[];
  /** The building behind this meter; undefined: the site has none. */
  readonly meterId?: string;
  /** Sentences for the log. */
  readonly notes: readonly string[];
}

export interface PlannedStation {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly wiredPhases: 1 | 3;
  /** A of each phase of its supply. */
  readonly hardwareMaxA: number;
  /** Absent: AC. */
  readonly dc?: DcDocument;
  /** It follows setpoints, so that cars may give back (2.1). */
  readonly takesSetpoints?: boolean;
  /** In what it differs from a station that does all as it should. */
  readonly persona?: Partial<Persona>;
}

export const NOMINAL_VOLTAGE_V = 230;
export const DEMO_SITE_ID = 'demo-depot';
export const RECORDED_SITE_ID = 'recorded-garage';
/** Stations of one site in the load scenario. */
const LOAD_SITE_STATIONS = 25;
const MINIMUM_A = 6;
const MAX_A = 32;
const BUILDING_METER = 'building';
const ROTATIONS: readonly (readonly string[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
];

const padded = (n: number, width: number): string => String(n).padStart(width, '0');
const versionAt = (i: number): OcppVersion => (i % 2 === 0 ? '1.6' : '2.0.1');

interface ThreePhaseSite {
  readonly siteId: string;
  readonly displayName: string;
  readonly stationIds: readonly string[];
  /** The building never takes more (commissioning adds it to the fallbacks). */
  readonly buildingWorstA: number;
  /** What the operator says of its rise within `leaseS` (SI26). */
  readonly buildingRiseA: number;
  readonly leaseS: number;
}

/**
 * How much the simulated building rises by itself on any phase within a lease, the margin of 5 s and a reading 5 s old:
 * the 99.9th percentile over a day, 9.5 to 11.0 A for 60 s and 10.8 to 12.6 A for 120 s (five seeds, every second).
 * A jump on request ("+60 kW" is 87 A) lies far beyond it, as a real step beyond the stated rise would: while the
 * platform lives, it answers with lower limits; dead, it does not.
 */
const RISE_IN_60_S_A = 11;
const RISE_IN_120_S_A = 13;

/** Two panels of 160 A behind a 200 kW connection; rotations differ from bay to bay, as good installers do. */
function threePhaseSite(site: ThreePhaseSite): SitePlan {
  const half = Math.ceil(site.stationIds.length / 2);
  const stations = site.stationIds.map(
    (id, i): StationDocument => ({
      id,
      circuit: i < half ? 'panel-a' : 'panel-b',
      evses: [
        {
          evse: 1,
          name: `Bay ${i + 1}`,
          phases: ROTATIONS[i % 3] ?? ['L1', 'L2', 'L3'],
          maxA: MAX_A,
          minimumA: MINIMUM_A,
          fallbackA: MINIMUM_A,
        },
      ],
    }),
  );
  return {
    siteId: site.siteId,
    meterId: BUILDING_METER,
    notes: [],
    document: {
      apiVersion: 'headroom/v1',
      kind: 'Site',
      metadata: { name: site.siteId },
      spec: {
        displayName: site.displayName,
        timezone: 'Europe/Paris',
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        circuits: [
          { name: 'grid', displayName: 'Grid connection', ratingPerPhaseA: 320, limitKw: 200 },
          { name: 'panel-a', displayName: 'Panel A', parent: 'grid', ratingPerPhaseA: 160 },
          { name: 'panel-b', displayName: 'Panel B', parent: 'grid', ratingPerPhaseA: 160 },
        ],
        meters: [
          {
            name: BUILDING_METER,
            circuit: 'grid',
            placement: 'excluding-stations',
            staleAfter: '5s',
            worstCasePerPhaseA: site.buildingWorstA,
            risesAtMostPerPhaseA: site.buildingRiseA,
          },
        ],
        loads: [],
        stations,
        policy: { share: 'equal', lease: `${site.leaseS}s` },
      },
    },
    stations: site.stationIds.map((stationId, i) => ({
      stationId,
      version: versionAt(i),
      wiredPhases: 3,
      hardwareMaxA: MAX_A,
    })),
  };
}

/** The one station of the demo site with a quirk, by which its model is known (docs/quirks.md): whoever clicks it reads about it. */
export const PECULIAR_STATION_ID = 'ST-024';
const TAKES_WHOLE_AMPS = {
  identity: { ...OBEDIENT.identity, model: 'Virtual AC22 whole amps' },
  wholeAmps: true,
} as const;

/** 24 EVSEs, 12 of each OCPP version, mixed on two panels. 24 x 6 A x 3 + 3 x 140 A = 852 A of the 869 A that 200 kW are. */
export function demoSite(): SitePlan {
  const plan = threePhaseSite({
    siteId: DEMO_SITE_ID,
    displayName: 'Demo depot',
    stationIds: Array.from({ length: 24 }, (_, i) => `ST-${padded(i + 1, 3)}`),
    buildingWorstA: 140,
    buildingRiseA: RISE_IN_60_S_A,
    leaseS: 60,
  });
  const stations = plan.stations.map((station) =>
    station.stationId === PECULIAR_STATION_ID ? { ...station, persona: TAKES_WHOLE_AMPS } : station,
  );
  return { ...plan, stations };
}

/** Sites of 25 stations until `stations` are placed. 25 x 6 A x 3 + 3 x 139 A = 867 A of 869 A. */
export function loadSites(stations: number): readonly SitePlan[] {
  const ids = Array.from({ length: stations }, (_, i) => `LD-${padded(i + 1, 5)}`);
  const sites: SitePlan[] = [];
  for (let at = 0; at < ids.length; at += LOAD_SITE_STATIONS) {
    const number = padded(sites.length + 1, 3);
    sites.push(
      threePhaseSite({
        siteId: `load-${number}`,
        displayName: `Load site ${number}`,
        stationIds: ids.slice(at, at + LOAD_SITE_STATIONS),
        buildingWorstA: 139,
        buildingRiseA: RISE_IN_120_S_A,
        leaseS: 120,
      }),
    );
  }
  return sites;
}

/** The id of the station that stands for a recorded EVSE. */
export const recordedStationId = (evseId: string): string => `REC-${evseId}`;

/** Sum of the fallbacks against the power limit and the rating; 6 A if they fit, else 0 A and the sentence that says why. */
function recordedFallback(count: number, limit: { readonly limitKw: number; readonly ratingA: number }) {
  const sumKw = (count * MINIMUM_A * NOMINAL_VOLTAGE_V) / 1_000;
  const worstPhaseA = Math.ceil(count / 3) * MINIMUM_A;
  if (sumKw <= limit.limitKw && worstPhaseA <= limit.ratingA) return { fallbackA: MINIMUM_A, notes: [] };
  return {
    fallbackA: 0,
    notes: [
      `Fallback is 0 A: ${count} EVSEs at ${MINIMUM_A} A would take ${sumKw.toFixed(1)} kW (${worstPhaseA} A on the fullest ` +
        `phase) against a limit of ${limit.limitKw} kW (${limit.ratingA} A), so an EVSE without a lease does not charge.`,
    ],
  };
}

/** The recorded garage: single-phase EVSEs line to neutral, phase = index mod 3 in sorted order of their ids, 32 A at most. */
export function recordedSite(evseIds: readonly string[], limitKw: number): SitePlan {
  const sorted = [...new Set(evseIds)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // Conductors a third above the balanced share of the contract: the power limit binds first, an unbalanced phase can too.
  const ratingA = Math.max(MAX_A, Math.ceil((limitKw * 1_000 * 1.35) / (3 * NOMINAL_VOLTAGE_V)));
  const { fallbackA, notes } = recordedFallback(sorted.length, { limitKw, ratingA });
  return {
    siteId: RECORDED_SITE_ID,
    notes,
    document: {
      apiVersion: 'headroom/v1',
      kind: 'Site',
      metadata: { name: 'recorded-garage' },
      spec: {
        displayName: 'Recorded garage',
        timezone: 'America/Los_Angeles',
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        circuits: [{ name: 'grid', displayName: 'Grid connection', ratingPerPhaseA: ratingA, limitKw }],
        meters: [],
        loads: [],
        stations: sorted.map((evseId, i) => ({
          id: recordedStationId(evseId),
          circuit: 'grid',
          evses: [{ evse: 1, name: evseId, phases: [`L${(i % 3) + 1}`], maxA: MAX_A, minimumA: MINIMUM_A, fallbackA }],
        })),
        policy: { share: 'equal', lease: '120s' },
      },
    },
    stations: sorted.map((evseId, i) => ({
      stationId: recordedStationId(evseId),
      version: versionAt(i),
      wiredPhases: 1,
      hardwareMaxA: MAX_A,
    })),
  };
}
