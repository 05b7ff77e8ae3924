/** A site of the loss tests: small, full, with two panels, and with a building that moves when the test says so. */
export interface LossSiteOrder {
  readonly siteId: string;
  readonly stations: number;
  readonly leaseS: number;
  readonly ratingA: number;
  /** The building never takes more. */
  readonly worstA: number;
  /** What it may rise by within a lease; absent: to its worst. */
  readonly risesA?: number;
}

export const NOMINAL_VOLTAGE_V = 230;
export const FALLBACK_A = 6;
const ROTATIONS = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
] as const;

export type Phase = 'L1' | 'L2' | 'L3';

export interface PlannedBay {
  readonly stationId: string;
  readonly panel: 'panel-a' | 'panel-b';
  /** Grid phase behind each contact of the socket. */
  readonly phases: readonly Phase[];
  readonly version: '1.6' | '2.0.1';
}

export const plannedBays = ({ siteId, stations }: LossSiteOrder): readonly PlannedBay[] =>
  Array.from({ length: stations }, (_, i) => ({
    stationId: `${siteId}-${String(i + 1).padStart(2, '0')}`,
    panel: i % 2 === 0 ? 'panel-a' : 'panel-b',
    phases: ROTATIONS[i % ROTATIONS.length] ?? ROTATIONS[0],
    version: i % 4 < 2 ? '1.6' : '2.0.1',
  }));

/** Both panels bear what the site may give, less a fifth: now the panel binds, now the grid. */
export const panelRatingA = ({ ratingA, worstA }: LossSiteOrder): number => Math.floor((ratingA - worstA) * 0.8);

/** As PUT to the public API. */
export const siteDocument = (order: LossSiteOrder) => ({
  apiVersion: 'headroom/v1',
  kind: 'Site',
  metadata: { name: order.siteId },
  spec: {
    displayName: `Loss site ${order.siteId}`,
    timezone: 'Europe/Paris',
    nominalVoltageV: NOMINAL_VOLTAGE_V,
    circuits: [
      { name: 'grid', ratingPerPhaseA: order.ratingA },
      { name: 'panel-a', parent: 'grid', ratingPerPhaseA: panelRatingA(order) },
      { name: 'panel-b', parent: 'grid', ratingPerPhaseA: panelRatingA(order) },
    ],
    meters: [
      {
        name: 'building',
        circuit: 'grid',
        placement: 'excluding-stations',
        staleAfter: '5s',
        worstCasePerPhaseA: order.worstA,
        ...(order.risesA === undefined ? {} : { risesAtMostPerPhaseA: order.risesA }),
      },
    ],
    loads: [],
    stations: plannedBays(order).map(({ stationId, panel, phases }, i) => ({
      id: stationId,
      circuit: panel,
      evses: [{ evse: 1, name: `Bay ${i + 1}`, phases, maxA: 32, minimumA: 6, fallbackA: FALLBACK_A }],
    })),
    policy: { share: 'equal', lease: `${order.leaseS}s` },
  },
});
