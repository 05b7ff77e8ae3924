import {
  MINIMUM_A,
  NOMINAL_VOLTAGE_V,
  type PlannedStation,
  type SiteDocument,
  type SitePlan,
  versionAt,
} from '../documents.ts';
import { partOf } from '../site/dc-site.ts';
import type { GoldenDay, GoldenSession, GoldenSite } from './golden-day.ts';

type Circuit = GoldenSite['spec']['circuits'][number];
type Station = GoldenSite['spec']['stations'][number];
type Evse = Station['evses'][number];

/** A golden site, or a part of it, and the cars that come to it. */
export interface GoldenPlan {
  readonly plan: SitePlan;
  /** In the order of arrival; `bay` counts the stations of `plan`. */
  readonly sessions: readonly GoldenSession[];
  /** Of what its meters read, so much: as much as there is of the site. */
  readonly part: number;
}

const WATTS_OF_KW = 1_000;
const GRID_PHASES = ['L1', 'L2', 'L3'] as const;

/**
 * What the simulation makes of a golden document: its defaults filled in, and who speaks what.
 *
 * @param most stations; with fewer than the document has, of each circuit as large a part of its stations, and ratings, limits and loads are
 * as much smaller, so that it is as crowded as the whole
 */
export function goldenPlan({ site, sessions }: GoldenDay, most: number): GoldenPlan {
  const { spec } = site;
  const wanted = Math.min(1, most / spec.stations.length);
  const kept = keptOf(spec, wanted);
  const part = kept.length / spec.stations.length;
  const places = new Map(kept.map((station, place) => [spec.stations.indexOf(station), place]));
  const nominalVoltageV = spec.nominalVoltageV ?? NOMINAL_VOLTAGE_V;
  const document = documentOf(site, kept, part);
  return {
    part,
    plan: {
      ...{ siteId: site.metadata.name, document, notes: [] },
      ...(spec.meters?.[0] === undefined ? {} : { meterId: spec.meters[0].name }),
      stations: kept.flatMap((station, place) =>
        station.evses.map((evse) => planned(station.id, evse, { place, nominalVoltageV })),
      ),
    },
    sessions: sessions
      .flatMap((session) => {
        const bay = places.get(session.bay);
        return bay === undefined ? [] : [{ ...session, bay }];
      })
      .toSorted((a, b) => a.arriveMin - b.arriveMin || a.bay - b.bay),
  };
}

function keptOf({ stations }: GoldenSite['spec'], part: number): readonly Station[] {
  const circuits = [...new Set(stations.map(({ circuit }) => circuit))];
  const kept = new Set(
    circuits.flatMap((name) => {
      const behind = stations.filter(({ circuit }) => circuit === name);
      return behind.slice(0, Math.max(1, Math.round(behind.length * part)));
    }),
  );
  return stations.filter((station) => kept.has(station));
}

function documentOf({ metadata, spec }: GoldenSite, stations: readonly Station[], part: number): SiteDocument {
  const nominalVoltageV = spec.nominalVoltageV ?? NOMINAL_VOLTAGE_V;
  const smaller = (amps: number): number => Math.ceil(amps * part);
  return {
    ...{ apiVersion: 'headroom/v1', kind: 'Site', metadata },
    spec: {
      ...{ displayName: spec.displayName, timezone: spec.timezone, nominalVoltageV, loads: [], policy: spec.policy },
      circuits: spec.circuits.map(({ tier: _, ...circuit }) => ({
        ...circuit,
        ratingPerPhaseA: smaller(circuit.ratingPerPhaseA),
        ...(circuit.limitKw === undefined ? {} : { limitKw: circuit.limitKw * part }),
      })),
      meters: (spec.meters ?? []).map((meter) => ({
        ...meter,
        worstCasePerPhaseA: smaller(meter.worstCasePerPhaseA),
        ...(meter.risesAtMostPerPhaseA === undefined
          ? {}
          : { risesAtMostPerPhaseA: smaller(meter.risesAtMostPerPhaseA) }),
      })),
      ...(spec.sources === undefined
        ? {}
        : {
            sources: spec.sources.map((source) => ({ ...source, atMostPerPhaseA: smaller(source.atMostPerPhaseA) })),
          }),
      stations: stations.map(({ id, circuit, evses }) => {
        const tier = tierOf(circuit, spec.circuits);
        return {
          ...{ id, circuit },
          evses: evses.map((evse) => ({
            ...{ name: `${id}/${evse.evse}`, phases: GRID_PHASES, minimumA: MINIMUM_A, ...evse },
            ...(tier === undefined ? {} : { tier }),
          })),
        };
      }),
    },
  };
}

/** Of the nearest circuit that says one. */
function tierOf(circuit: string, circuits: readonly Circuit[]): number | undefined {
  const own = circuits.find(({ name }) => name === circuit);
  return own?.tier ?? (own?.parent === undefined ? undefined : tierOf(own.parent, circuits));
}

function planned(
  stationId: string,
  { phases = GRID_PHASES, wiring, dc, maxA, maxDischargeA }: Evse,
  { place, nominalVoltageV }: { readonly place: number; readonly nominalVoltageV: number },
): PlannedStation {
  const isBetween = wiring === 'line-to-line';
  const ofAll = { stationId, nominalVoltageV: isBetween ? nominalVoltageV * Math.sqrt(3) : nominalVoltageV };
  if (dc !== undefined) {
    const hardwareMaxA = (dc.maxKw * WATTS_OF_KW) / (nominalVoltageV * phases.length) / partOf(dc);
    return { ...ofAll, version: versionAt(place), wiredPhases: 3, hardwareMaxA, dc };
  }
  const wired = { ...ofAll, wiredPhases: isBetween || phases.length === 1 ? 1 : 3, hardwareMaxA: maxA } as const;
  return maxDischargeA === undefined
    ? { ...wired, version: versionAt(place) }
    : { ...wired, version: '2.1', takesSetpoints: true };
}
