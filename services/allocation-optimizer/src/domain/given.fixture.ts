import {
  circuitId,
  deciAmps,
  epochMs,
  type EvseId,
  evseId,
  type GridPhase,
  invariant,
  type PerPhase,
  perPhase,
  sessionId,
  type StationId,
  stationId,
  transactionId,
  wattHours,
  watts,
} from '@headroom/kernel';
import {
  buildSiteModel,
  type EvseInput,
  type PhaseMask,
  type SiteModel,
  type SiteModelInput,
  type StationLimitSchedule,
} from '@headroom/site-model';
import { type ControlMemory, EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { evolve } from './evolve.ts';
import type { ChargingState, ConnectorStatus, Fact } from './facts.ts';
import { EMPTY_SITE_STATE, type SiteState } from './site-state.ts';

/** Tests only. An instant to count from: 2027-01-15 08:00 UTC. */
export const T0 = epochMs(1_800_000_000_000);

export const evseInput = (station: string, circuitId: string, change: Partial<EvseInput> = {}): EvseInput => ({
  stationId: station,
  evse: 1,
  circuitId,
  name: station,
  phases: ['l1', 'l2', 'l3'],
  maxCurrent: 320,
  minCurrent: 60,
  fallback: 60,
  ...change,
});

export const stationName = (n: number): string => `ST-${String(n).padStart(3, '0')}`;

/** The depot of the issue: 24 EVSEs on two panels of 160 A, 200 kW at 320 A, a building of at most 140 A. */
export const DEPOT: SiteModelInput = {
  siteId: 'demo-depot',
  version: 1,
  name: 'Demo depot',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  circuits: [
    { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 3_200), powerLimitW: 200_000 },
    { circuitId: 'panel-a', parentCircuitId: 'grid', name: 'Panel A', rating: perPhase(() => 1_600) },
    { circuitId: 'panel-b', parentCircuitId: 'grid', name: 'Panel B', rating: perPhase(() => 1_600) },
  ],
  evses: Array.from({ length: 24 }, (_, i) => evseInput(stationName(i + 1), i < 12 ? 'panel-a' : 'panel-b')),
  otherLoads: [
    {
      circuitId: 'grid',
      name: 'Building',
      worstCase: perPhase(() => 1_400),
      // A building that never rises: what both rows of the gate have in common is tested without the second one.
      risesAtMost: perPhase(() => 0),
      meterId: 'building',
      staleAfterMs: 5_000,
    },
  ],
  leaseS: 120,
};

/** One panel of 64 A, no building, `n` EVSEs. Small enough to count by hand. */
export const panelOf = (n: number, change: Partial<EvseInput> = {}, rating = 640): SiteModelInput => ({
  ...DEPOT,
  circuits: [
    { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 3_200) },
    { circuitId: 'panel-a', parentCircuitId: 'grid', name: 'Panel A', rating: perPhase(() => rating) },
  ],
  evses: Array.from({ length: n }, (_, i) => evseInput(stationName(i + 1), 'panel-a', change)),
  otherLoads: [],
});

export function siteOf(input: SiteModelInput): SiteModel {
  const result = buildSiteModel(input);
  invariant(result.kind === 'ok', `the fixture is no site: ${JSON.stringify(result)}`);
  return result.value;
}

const ref = (n: number): { readonly stationId: StationId; readonly evse: 1 } => ({
  stationId: stationId(stationName(n)),
  evse: 1,
});
export const idOf = (n: number): EvseId => evseId(stationId(stationName(n)), 1);

const LONG_AGO = epochMs(T0 - 2_000_000);
export const connected = (n: number, generation = 1n, atMs = LONG_AGO): Fact => ({
  kind: 'station-connected',
  stationId: stationId(stationName(n)),
  generation,
  atMs,
});
export const disconnected = (n: number, generation = 1n, atMs = LONG_AGO): Fact => ({
  kind: 'station-disconnected',
  stationId: stationId(stationName(n)),
  generation,
  atMs,
});
export const booted = (n: number, atMs: number): Fact => ({
  kind: 'station-booted',
  stationId: stationId(stationName(n)),
  atMs: epochMs(atMs),
});

/** What an energy management system allows the station at a bay from `atMs` on, by its own word. */
export const limited = (n: number, limit: number, atMs: number, change: Partial<StationLimitSchedule> = {}): Fact => ({
  kind: 'station-limited',
  stationId: stationId(stationName(n)),
  limit: {
    ...{ evse: 0, source: 'EMS', isGridCritical: false },
    schedules: [{ unit: 'A', steps: [{ fromMs: epochMs(atMs), limit }], ...change }],
  },
  atMs: epochMs(atMs),
});
/** Its station was asked, and does not name it: what was told of it at `toldAtMs`. */
export const limitMissing = (n: number, toldAtMs: number, source = 'EMS'): Fact => ({
  kind: 'station-limits-missing',
  stationId: stationId(stationName(n)),
  missing: [{ evse: 0, source, toldAtMs: epochMs(toldAtMs) }],
});
export const limitCleared = (n: number, atMs: number, source = 'EMS'): Fact => ({
  kind: 'station-limit-cleared',
  stationId: stationId(stationName(n)),
  limit: { evse: 0, source },
  atMs: epochMs(atMs),
});

export const status = (n: number, value: ConnectorStatus, atMs = T0): Fact => ({
  kind: 'status-reported',
  ...ref(n),
  status: value,
  atMs,
});

export const chargingState = (n: number, state: ChargingState, atMs = T0): Fact => ({
  kind: 'charging-state-reported',
  ...ref(n),
  transactionId: transactionId(`tx-${n}`),
  state,
  atMs,
});

/** What an EVSE counts with, the member that says why, and the limit it was sent. */
export const committed = (
  n: number,
  value: number,
  change: {
    readonly member?: string;
    readonly commanded?: number;
    readonly atMs?: number;
    readonly mask?: PhaseMask;
    readonly fallbackOnly?: true;
    readonly leaseAtMost?: number;
    readonly leaseUntilMs?: number;
    readonly passesPercent?: number;
  } = {},
): Fact => ({
  kind: 'committed-changed',
  ...ref(n),
  committed: deciAmps(value),
  ...(change.mask === undefined ? {} : { mask: change.mask }),
  members: [{ kind: change.member ?? 'fallback', limit: deciAmps(value) }],
  ...(change.commanded === undefined ? {} : { commanded: deciAmps(change.commanded) }),
  ...(change.fallbackOnly === undefined ? {} : { fallbackOnly: change.fallbackOnly }),
  ...(change.leaseAtMost === undefined ? {} : { leaseAtMost: deciAmps(change.leaseAtMost) }),
  ...(change.leaseUntilMs === undefined ? {} : { leaseUntilMs: epochMs(change.leaseUntilMs) }),
  ...(change.passesPercent === undefined ? {} : { passesPercent: change.passesPercent }),
  atMs: change.atMs ?? T0,
});

/** Connected, and proven to keep its fallback: steerable. */
export const ready = (n: number): readonly Fact[] => [connected(n), committed(n, 60)];

const ofSession = (n: number, atMs: number) => ({
  ...ref(n),
  sessionId: sessionId(`session-${n}`),
  atMs: epochMs(atMs),
});

/** A car that may charge. Cars of lower numbers came first, unless told otherwise. */
export const car = (n: number, atMs = T0 - 1_000_000 + n): readonly Fact[] => [
  { kind: 'session-started', ...ofSession(n, atMs) },
  { kind: 'transaction-opened', ...ofSession(n, atMs), transactionId: transactionId(`tx-${n}`), authorized: true },
];

/** What its driver asks for: energy of the whole session, and when it leaves. */
export const asking = (n: number, energyWh: number, departureAtMs?: number): Fact => ({
  kind: 'charging-requested',
  ...ofSession(n, T0),
  energy: wattHours(energyWh),
  ...(departureAtMs === undefined ? {} : { departureAtMs: epochMs(departureAtMs) }),
});

export const gone = (n: number, atMs = T0): readonly Fact[] => [
  { kind: 'transaction-closed', ...ofSession(n, atMs), transactionId: transactionId(`tx-${n}`) },
  { kind: 'session-ended', ...ofSession(n, atMs) },
];

export const measured = (n: number, deciA: number, atMs: number): Fact => ({
  kind: 'evse-measured',
  ...ref(n),
  sample: {
    current: perPhase(() => deciAmps(deciA)),
    transactionId: transactionId(`tx-${n}`),
    isGood: true,
    sampledAtMs: epochMs(atMs),
    receivedAtMs: epochMs(atMs),
  },
});

/** The same with a current for each conductor of the socket; one that is left out was not reported. */
export const drawing = (n: number, deciA: Partial<PerPhase<number>>, atMs: number): Fact => {
  const current = Object.fromEntries(Object.entries(deciA).map(([phase, value]) => [phase, deciAmps(value)]));
  const base = measured(n, 0, atMs);
  return base.kind === 'evse-measured' ? { ...base, sample: { ...base.sample, current } } : base;
};

/** Samples that prove that the car at a bay uses these conductors of its socket only, the last one at `endMs`. */
export const proven = (n: number, deciA: PerPhase<number>, endMs: number): readonly Fact[] =>
  [20_000, 10_000, 0].map((agoMs) => drawing(n, deciA, endMs - agoMs));

export const building = (deciA: number, atMs = T0, phases: readonly GridPhase[] = ['l1', 'l2', 'l3']): Fact => ({
  kind: 'site-meter-read',
  reading: {
    meterId: 'building',
    current: perPhase((phase) => deciAmps(phases.includes(phase) ? deciA : 0)),
    sampledAtMs: epochMs(atMs),
    receivedAtMs: epochMs(atMs),
  },
});

/** What the grid asks of the grid connection, or of a circuit: limits in watts, each from an instant to another or for good. */
export const asked = (
  limits: readonly (readonly [limitW: number, startMs: number, endMs?: number])[],
  { version = 1n, target = '' }: { readonly version?: bigint; readonly target?: string } = {},
): Fact => ({
  kind: 'grid-timeline-set',
  target: target === '' ? '' : circuitId(target),
  timeline: {
    version,
    limits: limits.map(([limitW, startMs, endMs]) => ({
      ...{ limitW: watts(limitW), startMs: epochMs(startMs), kind: 'event', source: 'dso', eventId: 'e-1' },
      ...(endMs === undefined ? {} : { endMs: epochMs(endMs) }),
    })),
  },
});

export const all = (from: number, to: number, make: (n: number) => readonly Fact[]): readonly Fact[] =>
  Array.from({ length: to - from + 1 }, (_, i) => make(from + i)).flat();

export const after = (facts: readonly Fact[], before: SiteState = EMPTY_SITE_STATE): SiteState =>
  facts.reduce(evolve, before);

/** A site whose facts and decisions follow each other, as in the service. */
export class Scene {
  readonly site: SiteModel;
  state: SiteState = EMPTY_SITE_STATE;
  memory: ControlMemory = EMPTY_MEMORY;

  constructor(site: SiteModel) {
    this.site = site;
  }

  given(...facts: readonly (Fact | readonly Fact[])[]): this {
    this.state = after(facts.flat(), this.state);
    return this;
  }

  decideAt(nowMs: number): Decision {
    const { decision, memory } = decide(this.site, this.state, this.memory, epochMs(nowMs));
    this.memory = memory;
    return decision;
  }
}

/** Limits in deci-amps by station number. */
export const limits = (decision: Decision, ...numbers: readonly number[]): readonly number[] =>
  numbers.map((n) => decision.allocations.get(idOf(n))?.limit ?? -1);

export const reasonOf = (decision: Decision, n: number) => {
  const reason = decision.allocations.get(idOf(n))?.reason;
  invariant(reason !== undefined, `no reason for ${stationName(n)}`);
  return reason;
};
