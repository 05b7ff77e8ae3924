import {
  addPhases,
  type CircuitId,
  type EpochMs,
  type EvseId,
  type PerPhaseDeciAmps,
  ZERO_PHASES,
} from '@headroom/kernel';
import type { Tariff } from '@headroom/tariff';
import { type DeratedCircuitSpec, type DeratingView, deratingView } from './derating-view.ts';
import { type EvseView, evseView, gridDrawn } from './evse-view.ts';
import { type DrawnBetween, type GridView, gridView } from './grid-view.ts';
import { limitAhead, type LimitStep } from './limit-ahead.ts';
import { type PriceView, priceView } from './price-view.ts';
import type { WiringName } from './site-document.ts';
import { NO_GRID, type SiteGrid } from './site-grid.ts';
import {
  type CircuitSnapshot,
  type DrawSnapshot,
  type LimitSource,
  type OverrideSnapshot,
  type SiteSnapshot,
  TRUST_MS,
} from './site-snapshot.ts';

/** A site meter reports every second; without a document that says otherwise it is stale after this. */
export const DEFAULT_METER_STALE_MS = 5_000;

export interface EnergyTotals {
  readonly askedWh: number;
  readonly deliveredWh: number;
  readonly missedWh: number;
  readonly endedSessions: number;
}

export interface LiveInput {
  readonly snapshot: SiteSnapshot;
  readonly draw: DrawSnapshot | undefined;
  readonly nowMs: EpochMs;
  /** How often stations sample; two missed samples make a value stale. */
  readonly sampleIntervalMs: number;
  readonly meterStaleAfterMs: number;
  /** Over the sessions that ended. Undefined: the registry did not answer yet. */
  readonly endedEnergy: EnergyTotals | undefined;
  readonly worstBreach: { readonly w: number; readonly sinceMs: EpochMs };
  /** Of EVSEs that are not wired from each phase to neutral. Absent: the site document is not known yet. */
  readonly wiring?: ReadonlyMap<EvseId, WiringName>;
  /** Of circuits that are derated. Absent: the site document is not known yet. */
  readonly deratings?: ReadonlyMap<string, DeratedCircuitSpec>;
  /** What is known of what comes. Absent: nothing. */
  readonly outlook?: Outlook;
}

export interface Outlook {
  readonly grid: SiteGrid;
  /** What the grid connection bears by itself. Undefined: the site document is not known yet. */
  readonly ownLimitW: number | undefined;
  readonly tariff: Tariff | undefined;
  readonly drawnBetween: DrawnBetween;
}

export interface BuildingView {
  readonly powerW: number | null;
  readonly perPhase: PerPhaseDeciAmps | null;
  readonly measuredAtMs: EpochMs | null;
  readonly ageMs: number | null;
  readonly stale: boolean;
  /** Of the grid connection: kept free beside it, for its rise within a lease. */
  readonly keptW: number | null;
}

export interface CircuitView extends Pick<CircuitSnapshot, 'circuitId' | 'name' | 'limit' | 'otherLoad' | 'committed'> {
  readonly parentCircuitId: CircuitId | null;
  readonly powerLimitW: number | null;
  readonly kept: PerPhaseDeciAmps | null;
  readonly drawn: PerPhaseDeciAmps;
  readonly drawnW: number;
  /** Null: it follows no temperature. */
  readonly derating: DeratingView | null;
}

/** What people see of a site now. Unknown numbers are null, never 0. */
export interface LiveView {
  readonly snapshot: SiteSnapshot;
  readonly atMs: EpochMs;
  readonly limit: {
    readonly powerW: number | null;
    readonly perPhase: PerPhaseDeciAmps | null;
    readonly source: LimitSource;
    readonly validUntilMs: EpochMs | null;
  };
  /** How the limit will move; the first step is now. Empty: it is not known. */
  readonly ahead: readonly LimitStep[];
  readonly grid: GridView;
  /** Null: neither a tariff nor the grid says one. */
  readonly price: PriceView | null;
  readonly override: OverrideSnapshot | null;
  readonly building: BuildingView;
  readonly total: {
    readonly drawnW: number;
    readonly commandedW: number;
    readonly siteW: number | null;
    readonly headroomW: number | null;
  };
  readonly worstBreach: { readonly w: number; readonly sinceMs: EpochMs };
  readonly circuits: readonly CircuitView[];
  readonly evses: readonly EvseView[];
  readonly energy: EnergyTotals | null;
  readonly controlAgeMs: number;
}

/** Draws together what the owner decided and what was measured since. Pure: the same inputs, the same view. */
export function liveView(input: LiveInput): LiveView {
  const { snapshot, nowMs } = input;
  const evses = snapshot.evses.map((evse) =>
    evseView(evse, {
      newer: input.draw?.evses.get(evse.evseId),
      nowMs,
      staleAfterMs: 2 * input.sampleIntervalMs,
      voltageV: snapshot.nominalVoltageV,
      wiring: input.wiring?.get(evse.evseId),
    }),
  );
  const override = activeOverride(snapshot, nowMs);
  const limit = limitView(snapshot, override);
  const building = buildingView(input);
  const drawnW = sum(evses.map((evse) => evse.drawnW));
  const siteW = building.powerW === null ? null : building.powerW + drawnW;
  return {
    snapshot,
    atMs: nowMs,
    limit,
    ...outlookViews(input, { limitW: limit.powerW, override: override ?? null }),
    override: override ?? null,
    building,
    total: {
      drawnW,
      commandedW: sum(evses.map((evse) => evse.commandedW)),
      siteW,
      headroomW: siteW === null || limit.powerW === null ? null : limit.powerW - siteW,
    },
    worstBreach: input.worstBreach,
    circuits: circuitViews(input, evses),
    evses,
    energy: energyView(input, evses),
    controlAgeMs: Math.max(0, nowMs - snapshot.atMs),
  };
}

function outlookViews(
  { outlook, nowMs }: LiveInput,
  now: { readonly limitW: number | null; readonly override: OverrideSnapshot | null },
): Pick<LiveView, 'ahead' | 'grid' | 'price'> {
  const grid = outlook?.grid ?? NO_GRID;
  const { timeline } = grid;
  const ownW = outlook?.ownLimitW ?? now.limitW;
  return {
    ahead:
      ownW === null ? [] : limitAhead({ ownW, heldW: now.limitW ?? ownW, override: now.override, timeline }, nowMs),
    grid: gridView(grid, outlook?.drawnBetween ?? NOTHING_KNOWN, nowMs),
    price: priceView(outlook?.tariff, timeline, nowMs) ?? null,
  };
}

const NOTHING_KNOWN: DrawnBetween = () => ({ meanW: null, peakW: null });

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
const sumPhases = (current: PerPhaseDeciAmps): number => current.l1 + current.l2 + current.l3;
const wattsOf = (current: PerPhaseDeciAmps, voltageV: number): number =>
  Math.round((sumPhases(current) * voltageV) / 10);

function activeOverride(snapshot: SiteSnapshot, nowMs: EpochMs): OverrideSnapshot | undefined {
  const { override } = snapshot;
  return override !== undefined && override.validUntilMs > nowMs ? override : undefined;
}

/** The grid connection: the least of what its conductors bear, its contract, and an override while it lasts. */
function limitView(snapshot: SiteSnapshot, override: OverrideSnapshot | undefined): LiveView['limit'] {
  const root = snapshot.circuits.find((circuit) => circuit.parentCircuitId === undefined);
  if (root === undefined) return { powerW: null, perPhase: null, source: 'rating', validUntilMs: null };
  const conductorsW = wattsOf(root.limit, snapshot.nominalVoltageV);
  const decidedW = Math.min(conductorsW, root.powerLimitW ?? Number.POSITIVE_INFINITY);
  if (override !== undefined && override.powerLimitW <= decidedW) {
    return {
      powerW: override.powerLimitW,
      perPhase: root.limit,
      source: 'override',
      validUntilMs: override.validUntilMs,
    };
  }
  const source = root.limitSource;
  return { powerW: decidedW, perPhase: root.limit, source, validUntilMs: root.limitValidUntilMs ?? null };
}

/** The newer of what the owner counted and what the meters said since. */
function buildingView(input: LiveInput): BuildingView {
  const measured = newestReading(input);
  const rise = input.snapshot.circuits.find((circuit) => circuit.parentCircuitId === undefined)?.rise;
  const keptW = rise === undefined ? null : wattsOf(rise, input.snapshot.nominalVoltageV);
  if (measured === undefined) {
    const counted = input.snapshot.circuits.some((circuit) => sumPhases(circuit.otherLoad) > 0);
    // A site without any other load draws nothing beside its stations: that is known.
    const nothing = { powerW: 0, perPhase: ZERO_PHASES, measuredAtMs: null, ageMs: null, stale: false, keptW };
    return counted ? { ...nothing, powerW: null, perPhase: null, stale: true } : nothing;
  }
  const ageMs = Math.max(0, input.nowMs - measured.atMs);
  const trusted = ageMs <= TRUST_MS;
  return {
    powerW: trusted ? wattsOf(measured.current, input.snapshot.nominalVoltageV) : null,
    perPhase: trusted ? measured.current : null,
    measuredAtMs: measured.atMs,
    ageMs,
    stale: ageMs > input.meterStaleAfterMs,
    keptW,
  };
}

function newestReading(input: LiveInput): { readonly current: PerPhaseDeciAmps; readonly atMs: EpochMs } | undefined {
  const counted = input.snapshot.circuits.flatMap(({ measuredOtherLoad, measuredAtMs }) =>
    measuredOtherLoad === undefined || measuredAtMs === undefined
      ? []
      : [{ current: measuredOtherLoad, atMs: measuredAtMs }],
  );
  const since = input.draw?.meters ?? [];
  const fromOwner = together(counted);
  const fromMeters = since.length < counted.length ? undefined : together(since);
  if (fromOwner === undefined || fromMeters === undefined) return fromOwner ?? fromMeters;
  return fromMeters.atMs >= fromOwner.atMs ? fromMeters : fromOwner;
}

/** A sum is as old as its oldest part. */
function together(parts: readonly { readonly current: PerPhaseDeciAmps; readonly atMs: EpochMs }[]) {
  if (parts.length === 0) return undefined;
  return {
    current: parts.map((part) => part.current).reduce(addPhases, ZERO_PHASES),
    atMs: Math.min(...parts.map((part) => part.atMs)),
  };
}

function circuitViews(input: LiveInput, evses: readonly EvseView[]): readonly CircuitView[] {
  const { snapshot } = input;
  const parents = new Map(snapshot.circuits.map((circuit) => [circuit.circuitId, circuit.parentCircuitId]));
  const drawn = new Map<CircuitId, { readonly current: PerPhaseDeciAmps; readonly drawnW: number }>();
  for (const evse of evses) {
    const current = gridDrawn(evse);
    // Circuits stand in a tree; the bound only guards against a document that is none.
    let at: CircuitId | undefined = evse.snapshot.circuitId;
    for (let depth = 0; at !== undefined && depth < parents.size; depth += 1) {
      const before = drawn.get(at) ?? { current: ZERO_PHASES, drawnW: 0 };
      drawn.set(at, { current: addPhases(before.current, current), drawnW: before.drawnW + (evse.drawnW ?? 0) });
      at = parents.get(at);
    }
  }
  return snapshot.circuits.map((circuit) => ({
    circuitId: circuit.circuitId,
    name: circuit.name,
    parentCircuitId: circuit.parentCircuitId ?? null,
    limit: circuit.limit,
    powerLimitW: circuit.powerLimitW ?? null,
    otherLoad: circuit.otherLoad,
    committed: circuit.committed,
    kept: circuit.rise ?? null,
    drawn: drawn.get(circuit.circuitId)?.current ?? ZERO_PHASES,
    drawnW: drawn.get(circuit.circuitId)?.drawnW ?? 0,
    derating: deratingView(circuit, input),
  }));
}

/** Sessions that ended, and those that still run; missed is only said of those that ended. */
function energyView(input: LiveInput, evses: readonly EvseView[]): EnergyTotals | null {
  const { endedEnergy } = input;
  if (endedEnergy === undefined) return null;
  const running = evses.flatMap(({ snapshot }) => (snapshot.session === undefined ? [] : [snapshot.session]));
  return {
    askedWh: endedEnergy.askedWh + sum(running.map((session) => session.requestedWh ?? null)),
    deliveredWh: endedEnergy.deliveredWh + sum(running.map((session) => session.energyWh ?? null)),
    missedWh: endedEnergy.missedWh,
    endedSessions: endedEnergy.endedSessions,
  };
}

/** By how much a view stands over the limit, in W; 0 where it does not or where it is not known. */
export const breachOf = (view: LiveView): number =>
  view.total.headroomW === null ? 0 : Math.max(0, -view.total.headroomW);
