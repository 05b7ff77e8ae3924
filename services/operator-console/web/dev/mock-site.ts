import {
  chanceOf,
  makeEvse,
  plugIn,
  plugOut,
  stepEvse,
  type Chance,
  type MockEvse,
  type MockState,
} from './mock-evse.ts';

/** A made-up site that moves, for looking at the page without the platform behind it. */
export interface MockSite {
  readonly siteId: string;
  readonly name: string;
  readonly circuits: readonly MockCircuit[];
  readonly evses: readonly MockEvse[];
  readonly history: MockHistory;
  readonly voltageV: number;
  readonly contractKw: number;
  atMs: number;
  readonly startedAtMs: number;
  override: MockOverride | null;
  buildingKw: number;
  askedKwh: number;
  deliveredKwh: number;
  endedSessions: number;
  worstBreachKw: number;
  decisions: number;
  readonly chance: Chance;
}

export interface MockCircuit {
  readonly circuitId: string;
  readonly name: string;
  readonly parent: string | null;
  readonly ratingA: number;
}

export interface MockOverride {
  readonly powerKw: number;
  readonly validUntilMs: number;
  readonly reason: string | null;
}

export interface MockHistory {
  readonly atMs: number[];
  readonly limitKw: number[];
  readonly buildingKw: number[];
  readonly evses: Map<string, number[]>;
}

export interface MockOptions {
  readonly siteId: string;
  readonly name: string;
  readonly evses: number;
  readonly nowMs: number;
  readonly pastS: number;
}

const STEP_MS = 1000;
const MAX_POINTS = 3600;
const MIN_A = 6;
const VOLTAGE_V = 230;

export function createMockSite(options: MockOptions): MockSite {
  const chance = chanceOf(7 + options.evses);
  const panels = options.evses > 60 ? 8 : 2;
  const names = 'ABCDEFGH';
  const big = options.evses > 60;
  const circuits: MockCircuit[] = [
    { circuitId: 'grid', name: 'Grid connection', parent: null, ratingA: big ? 3000 : 320 },
    ...Array.from({ length: panels }, (_, index) => ({
      circuitId: `panel-${names[index]?.toLowerCase()}`,
      name: `Panel ${names[index]}`,
      parent: 'grid',
      ratingA: big ? 400 : 160,
    })),
  ];
  const startedAtMs = Math.floor(options.nowMs / STEP_MS) * STEP_MS - options.pastS * STEP_MS;
  const perPanel = Math.ceil(options.evses / panels);
  const evses = Array.from({ length: options.evses }, (_, index) =>
    makeEvse(index, circuits[1 + Math.floor(index / perPanel)]?.circuitId ?? 'grid', startedAtMs, chance),
  );
  const site: MockSite = {
    siteId: options.siteId,
    name: options.name,
    circuits,
    evses,
    history: { atMs: [], limitKw: [], buildingKw: [], evses: new Map(evses.map((evse) => [evse.evseId, []])) },
    voltageV: VOLTAGE_V,
    contractKw: big ? 1800 : 200,
    atMs: startedAtMs,
    startedAtMs,
    override: null,
    buildingKw: 40,
    askedKwh: 0,
    deliveredKwh: 0,
    endedSessions: 0,
    worstBreachKw: 0,
    decisions: 41_000,
    chance,
  };
  for (const evse of evses) {
    if (chance() > 0.75) continue;
    plugIn(evse, startedAtMs - chance() * 3_600_000, chance);
    evse.energyKwh = chance() * 0.9 * evse.requestedKwh;
  }
  while (site.atMs < options.nowMs) stepSite(site);
  showOddOnes(site);
  return site;
}

/** States that a second of ordinary life would not show: [index, state, current]. */
const ODD_ONES: readonly (readonly [number, MockState, number])[] = [
  [2, 'offline', 6],
  [7, 'faulted', 0],
  [10, 'waiting', 0],
  [13, 'not-obeying', 16],
  [16, 'paused', 0],
];

function showOddOnes(site: MockSite): void {
  for (const [index, state, drawnA] of ODD_ONES) {
    const evse = site.evses[index];
    if (evse === undefined) continue;
    if (evse.state === 'free') plugIn(evse, site.atMs, site.chance);
    Object.assign(evse, {
      state,
      drawnA,
      pinned: true,
      commandedA: state === 'not-obeying' ? 10 : drawnA,
      offeredA: drawnA,
    });
  }
}

export const powerOf = (evse: MockEvse): number => (evse.drawnA * VOLTAGE_V * evse.phases.length) / 1000;

export const limitOf = (site: MockSite): number =>
  site.override === null ? site.contractKw : Math.min(site.contractKw, site.override.powerKw);

/** One second: the building moves, cars come and go, everybody gets an equal share of what remains. */
export function stepSite(site: MockSite): void {
  site.atMs += STEP_MS;
  if (site.override !== null && site.override.validUntilMs <= site.atMs) site.override = null;
  site.buildingKw = buildingAt(site);
  for (const evse of site.evses) comeAndGo(site, evse);
  const shareA = equalShare(site);
  for (const evse of site.evses) {
    const served = evse.energyKwh >= evse.requestedKwh ? 0 : Math.min(shareA, evse.wantsA);
    stepEvse(evse, served, site.atMs, site.voltageV);
    site.deliveredKwh += powerOf(evse) / 3600;
  }
  site.decisions += 1;
  remember(site);
}

function buildingAt(site: MockSite): number {
  const minute = site.atMs / 60_000;
  const scale = site.evses.length > 60 ? 5 : 1;
  const jump = Math.floor(minute / 7) % 3 === 1 ? 60 : 0;
  const goal = (38 + 8 * Math.sin(minute / 5) + jump) * scale;
  return site.buildingKw + (goal - site.buildingKw) * 0.6 + (site.chance() - 0.5) * 1.2 * scale;
}

function comeAndGo(site: MockSite, evse: MockEvse): void {
  if (evse.pinned) return;
  if (evse.state === 'free' && site.atMs >= evse.plannedMs) {
    plugIn(evse, site.atMs, site.chance);
    site.askedKwh += evse.requestedKwh;
  } else if (evse.state === 'plugged' && evse.energyKwh >= evse.requestedKwh && site.chance() < 0.002) {
    site.endedSessions += 1;
    plugOut(evse, site.atMs, site.chance);
  }
}

function equalShare(site: MockSite): number {
  const wanting = site.evses.filter(
    (evse) => !evse.pinned && evse.wantsA > 0 && evse.state !== 'free' && evse.energyKwh < evse.requestedKwh,
  );
  const coefficients = wanting.reduce((sum, evse) => sum + evse.phases.length, 0);
  const heldKw = site.evses.filter((evse) => evse.pinned).reduce((sum, evse) => sum + powerOf(evse), 0);
  const spareKw = limitOf(site) - 1.5 - site.buildingKw - heldKw;
  const shareA = coefficients === 0 ? 0 : (spareKw * 1000) / (VOLTAGE_V * coefficients);
  return shareA < MIN_A ? 0 : Math.floor(shareA * 10) / 10;
}

function remember(site: MockSite): void {
  const { history } = site;
  history.atMs.push(site.atMs);
  history.limitKw.push(limitOf(site));
  history.buildingKw.push(site.buildingKw);
  for (const evse of site.evses) history.evses.get(evse.evseId)?.push(powerOf(evse));
  if (history.atMs.length <= MAX_POINTS) return;
  for (const column of [history.atMs, history.limitKw, history.buildingKw, ...history.evses.values()]) column.shift();
}
