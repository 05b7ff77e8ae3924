import {
  circuitId,
  type EpochMs,
  type EvseId,
  evseId,
  type GridPhase,
  invariant,
  perPhase,
  siteId,
  stationId,
  type StationId,
  transactionId,
  watts,
} from '@headroom/kernel';
import { buildSiteModel, type DeratingInput, type SiteModel } from '@headroom/site-model';
import { newControl } from '../domain/evse-control.ts';
import { setControl, type SiteState } from '../domain/site-state.ts';

export const SITE = siteId('depot');
export const T0 = 1_800_000_000_000;
export const LEASE_MS = 120_000;
/** What a decision keeps to beyond the document, and what it announces; amperes by station number. */
export interface Keeps {
  readonly later?: { readonly fromMs: EpochMs; readonly targetsA: Readonly<Record<number, number>> };
  /** Of the grid connection, summed over the phases; when it becomes lower, and how low. */
  readonly powerW?: number;
  readonly drop?: { readonly atMs: number; readonly powerW: number };
  /** How long leases are. */
  readonly leaseS?: number;
  /** What cars give back, by station number. */
  readonly givesA?: Readonly<Record<number, number>>;
}

export interface BenchOptions {
  readonly stations?: number;
  readonly ratingA?: number;
  readonly maxA?: number;
  readonly fallbackA?: number;
  readonly minA?: number;
  /** Of a metered building on the root. Absent: none. */
  readonly worstLoadA?: number;
  /** By so much it may rise while we are dead. Default 0: both rows of the gate are the same. */
  readonly riseA?: number;
  readonly leaseS?: number;
  /** From this on a length is chosen. Absent: it is `leaseS`. */
  readonly leaseAtLeastS?: number;
  readonly version?: number;
  /** Contract of the root, summed over the phases. Absent: none. */
  readonly powerW?: number;
  /** Socket L1 hangs on another grid phase from station to station. */
  readonly turned?: boolean;
  /** Between L1 and L2 instead of on three phases. */
  readonly lineToLine?: boolean;
  /** DC stations of 20 kW at their output. Give them a `maxA` of 37 and more. */
  readonly dc?: boolean;
  /** What cars may give back, in amperes of each phase. Absent: they only take. */
  readonly givesA?: number;
  /** What may flow out of the site, summed over the phases. Absent: nothing. */
  readonly exportW?: number;
  /** The first two stations hang on a feeder of so many amperes below the grid connection. Absent: on that itself. */
  readonly feederA?: number;
  /** Leases of an unknown model are watched before they are believed to end. Absent: all are taken to end. */
  readonly watchesLeases?: boolean;
  /** The site has never told its stations anything (HO-15). */
  readonly newcomers?: boolean;
  /** A metered source on the grid connection, in amperes of each phase at its most. */
  readonly sourceA?: number;
  /** What the grid connection bears when its sensor `duct` is hot. Absent: its rating. */
  readonly derating?: DeratingInput;
}

const STATIONS_OF_FEEDER = 2;

const ROTATIONS: readonly (readonly GridPhase[])[] = [
  ['l1', 'l2', 'l3'],
  ['l2', 'l3', 'l1'],
  ['l3', 'l1', 'l2'],
];

export const stationNumber = (number: number): StationId => stationId(`ST-${number}`);
export const evseNumber = (number: number): EvseId => evseId(stationNumber(number), 1);
export const transactionOf = (number: number, round = 1) => transactionId(`tx-${number}-${round}`);

export const BENCH_DC = { outputMaxW: 20_000, efficiencyPercent: 93, powerFactorPercent: 98 };

/** Three-phase stations with one EVSE each, straight on the grid connection. */
export function siteModel(options: BenchOptions = {}): SiteModel {
  const {
    stations = 2,
    ratingA = 64,
    maxA = 32,
    fallbackA = 6,
    minA = 6,
    worstLoadA,
    riseA = 0,
    version = 1,
  } = options;
  const all = (amps: number) => perPhase(() => amps * 10);
  const built = buildSiteModel({
    siteId: SITE,
    version,
    name: 'Depot',
    timezone: 'Europe/Paris',
    nominalVoltageV: 230,
    circuits: [
      {
        circuitId: 'grid',
        name: 'Grid',
        rating: all(ratingA),
        powerLimitW: options.powerW,
        derating: options.derating,
      },
      ...(options.feederA === undefined
        ? []
        : [{ circuitId: 'feeder', parentCircuitId: 'grid', name: 'Feeder', rating: all(options.feederA) }]),
    ],
    exportLimitW: options.exportW,
    sources:
      options.sourceA === undefined
        ? undefined
        : [{ circuitId: 'grid', name: 'PV', meterId: 'pv', staleAfterMs: 5_000, atMost: all(options.sourceA) }],
    evses: Array.from({ length: stations }, (_, index) => ({
      stationId: stationNumber(index + 1),
      evse: 1,
      circuitId: options.feederA !== undefined && index < STATIONS_OF_FEEDER ? 'feeder' : 'grid',
      name: `Bay ${index + 1}`,
      phases: ROTATIONS[options.turned === true ? index % ROTATIONS.length : 0] ?? [],
      ...(options.lineToLine === true ? ({ phases: ['l1', 'l2'], wiring: 'line-to-line' } as const) : {}),
      ...(options.dc === true ? { dc: BENCH_DC } : {}),
      maxCurrent: maxA * 10,
      minCurrent: minA * 10,
      fallback: fallbackA * 10,
      ...(options.givesA === undefined ? {} : { maxDischarge: options.givesA * 10 }),
    })),
    otherLoads:
      worstLoadA === undefined
        ? []
        : [
            {
              circuitId: 'grid',
              name: 'Building',
              worstCase: all(worstLoadA),
              risesAtMost: all(riseA),
              meterId: 'building',
              staleAfterMs: 5_000,
            },
          ],
    leaseS: options.leaseS ?? LEASE_MS / 1_000,
    leaseAtLeastS: options.leaseAtLeastS,
  });
  invariant(built.kind === 'ok', built.kind === 'err' ? built.error.map(({ detail }) => detail).join(' ') : '');
  return built.value;
}

/** Long ago each was told its permanent limit at this site (HO-15). */
export function toldLongAgo(site: SiteState): void {
  for (const { stationId: station, evse, evseId: id, fallback } of site.model?.evses.values() ?? []) {
    const control = newControl(id, station, evse);
    setControl(site, { ...control, set: { ...control.set, installed: fallback } });
  }
}

/** A power limit of the grid connection, as decisions have it. */
export const gridOf = (powerW: number) => new Map([[circuitId('grid'), watts(powerW)]]);
