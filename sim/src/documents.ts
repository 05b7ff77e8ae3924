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
      /** Of its rating, what may flow for hours. Default: all. */
      readonly continuousFactor?: number;
      /** What it bears when it is hot. Absent: its rating, whatever the temperature. */
      readonly derating?: DeratingDocument;
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
    /** What may supply, and may be gone in a second. */
    readonly sources?: readonly { readonly name: string; readonly circuit: string; readonly atMostPerPhaseA: number }[];
    /** As JSON, where its plans go by prices; a real document names one that its console knows. */
    readonly tariffJson?: string;
    /** What may flow out of it. Absent: nothing. */
    readonly exportLimitKw?: number;
    readonly stations: readonly StationDocument[];
    readonly policy: {
      readonly share: Share;
      readonly lease: string;
      readonly objective?: 'cost';
      readonly tiers?: 'floor-first';
    };
  };
}

/** Of a circuit by its temperature: above so many degrees Celsius so many percent of its rating. */
export interface DeratingDocument {
  readonly sensor: string;
  readonly staleAfter: string;
  /** Its operator's word, within a lease and what is kept beside it. */
  readonly risesAtMostC: number;
  /** Rising temperatures, falling percents. */
  readonly steps: readonly { readonly aboveC: number; readonly percent: number }[];
}

interface StationDocument {
  readonly id: string;
  readonly circuit: string;
  readonly evses: readonly {
    readonly evse: number;
    readonly name: string;
    readonly phases: readonly string[];
    /** Between the two phases that it names. Default: from each phase to neutral. */
    readonly wiring?: 'line-to-line';
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
    /** How often its contactor may close within an hour. Default: 8. */
    readonly switching?: { readonly mostClosingsAnHour: number };
    /** Who goes short last. Default: 1. */
    readonly tier?: number;
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
  /** What it measures of one phase, V. Default: `NOMINAL_VOLTAGE_V`. */
  readonly nominalVoltageV?: number;
  /** Absent: AC. */
  readonly dc?: DcDocument;
  /** It follows setpoints, so that cars may give back (2.1). */
  readonly takesSetpoints?: boolean;
  /** In what it differs from a station that does all as it should. */
  readonly persona?: Partial<Persona>;
}

export const NOMINAL_VOLTAGE_V = 230;
export const DEMO_SITE_ID = 'demo-depot';
/** Stations of one site in the load scenario. */
const LOAD_SITE_STATIONS = 25;
export const MINIMUM_A = 6;
export const MAX_A = 32;
const BUILDING_METER = 'building';
const ROTATIONS: readonly (readonly string[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
];

const padded = (n: number, width: number): string => String(n).padStart(width, '0');
/** By turns. */
export const versionAt = (i: number): OcppVersion => (i % 2 === 0 ? '1.6' : '2.0.1');

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
