import { demoSite, loadSites, NOMINAL_VOLTAGE_V, type Share, SHARES, type SitePlan } from '../documents.ts';
import { silentLog } from '../log.ts';
import { withBayRules } from '../site/bay-rules.ts';
import { withContactors } from '../site/contactors.ts';
import { partOf, withDcStation } from '../site/dc-site.ts';
import { createPulse, type Pulse } from '../pulse.ts';
import { rngFor } from '../rng.ts';
import type { Building } from '../site/building.ts';
import type { Duct } from '../site/duct.ts';
import { parkForGood } from '../site/park.ts';
import { type Drivers, startDrivers } from '../site/drivers.ts';
import type { CarsTurn } from '../checkers/energy.ts';
import type { CarTurn } from '../station/bay-view.ts';
import type { LedgerBounds } from '../station/ledger.ts';
import type { Persona } from '../station/persona.ts';
import type { Connect } from '../station/socket.ts';
import { Station } from '../station/station.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { type BuildingDeps, startBuilding } from './field-building.ts';
import { type DuctsDeps, startDucts } from './field-ducts.ts';
import { mannersOf } from './manners-of.ts';
import type { Operator } from './operator.ts';
import { BUSY, type Pace } from './pace.ts';
import { personaOf } from './personas.ts';

const DEMO_STATIONS = 24;
export const MAX_STATIONS = 25;
const SPARE_CARDS = 8;
/** The checkers hear everything as it happens; the books may forget. */
const SMALL_LEDGER: LedgerBounds = { messages: 50, profiles: 50, limits: 50, currents: 0 };
const DIAL_EVERY_MS = 150;

/** 24 stations are the demo's site; other numbers are a site of the same kind, as tight for its size. */
export function planOf(stations: number, seed: number, pace: Pace = BUSY, share: Share = 'equal'): SitePlan {
  const plan = sizedPlan(stations);
  const { spec } = plan.document;
  const risesAtMostPerPhaseA = RISES_A[seed % RISES_A.length] ?? 0;
  const staleAfter = `${pace.meterStaleS}s`;
  const meters = spec.meters.map((meter) => ({ ...meter, risesAtMostPerPhaseA, staleAfter }));
  const lease = pace.leaseS === undefined ? spec.policy.lease : `${pace.leaseS}s`;
  const policy = { share, lease };
  const paced = { ...plan, document: { ...plan.document, spec: { ...spec, meters, policy } } };
  const draw = rngFor(seed, 'dc station').next();
  const supplied = draw < DC_SHARE ? withDcStation(paced, Math.floor((draw / DC_SHARE) * stations)) : paced;
  return withContactors(withBayRules(supplied, seed), seed);
}

/** Of seeds, those whose site has a DC station among the others. */
const DC_SHARE = 0.3;

/** Of seeds, those whose site shares equally, as most do. */
const EQUAL_SHARE = 0.5;
/** How the site of this seed shares: each of the other ways in as many seeds as any. */
export function shareOf(chance: Pick<Chance, 'draw'>): Share {
  const draw = chance.draw('share', 'site', 0);
  const others = SHARES.filter((share) => share !== 'equal');
  return others[Math.floor(((draw - EQUAL_SHARE) / (1 - EQUAL_SHARE)) * others.length)] ?? 'equal';
}

/**
 * What the building may add while a lease runs: machines that switch on (SI26). The simulated one goes to its limit. Of
 * one that adds little nothing is kept free beside the stations: there every ampere too much is over the limit.
 */
const RISES_A = [2, 8, 2, 25];

function sizedPlan(stations: number): SitePlan {
  if (stations === DEMO_STATIONS) return demoSite();
  const [plan = demoSite()] = loadSites(Math.min(stations, MAX_STATIONS));
  const worstA = BUILDING_A + ratingOf(stations, BUILDING_PER_STATION_A);
  const meters = plan.document.spec.meters.map((meter) => ({ ...meter, worstCasePerPhaseA: worstA }));
  const ratingA = (share: number): number => ratingOf(stations, share);
  const circuits = plan.document.spec.circuits.map((circuit) =>
    circuit.parent === undefined
      ? { ...circuit, ratingPerPhaseA: worstA + ratingA(ROOT_A), limitKw: contractKw(worstA + ratingA(CONTRACT_A)) }
      : { ...circuit, ratingPerPhaseA: ratingA(PANEL_A) },
  );
  return { ...plan, document: { ...plan.document, spec: { ...plan.document.spec, circuits, meters } } };
}

/** A per phase and station, beside the worst of the building: about the demo's. A panel carries half of the stations. */
const ROOT_A = 7.5;
const CONTRACT_A = 6.3;
const PANEL_A = 5.8;
const BUILDING_A = 40;
const BUILDING_PER_STATION_A = 4;
const ratingOf = (stations: number, share: number): number => Math.ceil(stations * share);
const contractKw = (perPhaseA: number): number => Math.ceil((3 * perPhaseA * NOMINAL_VOLTAGE_V) / 1_000);

export interface FieldDeps extends BuildingDeps, DuctsDeps {
  readonly operator: Operator;
  readonly connect: Connect;
  readonly faults: Faults;
  /** A car begins to be charged. */
  readonly onTurn: (turn: CarsTurn) => void;
  /** A station has lost its line, and with it all it was told. */
  readonly onForgotOffline: (stationId: string) => void;
  /** A station goes on after a pause as though it had been told nothing (H79). */
  readonly onIgnores: (stationId: string) => void;
  /** Of all stations, beside what the seed says. */
  readonly persona?: Partial<Persona> | undefined;
  /** Before the names of its cards: nobody charges at two sites at once. Empty: of the first site. */
  readonly cardsOf: string;
}

/** The site itself: stations, cars, people, a building. */
export interface Field {
  readonly stations: readonly Station[];
  readonly building: Building;
  /** Whose temperature counts. */
  readonly ducts: readonly Duct[];
  /** That are known to the platform. */
  readonly cards: readonly string[];
  readonly pulse: Pulse;
  /** No car charges there any more. */
  closeBay(stationId: string): void;
  /** It is not of this site any more; undefined: it was not. */
  release(stationId: string): Station | undefined;
  /** One that comes from another site. */
  take(station: Station): void;
  /** From now on cars come and go. */
  open(): void;
  /** Cars want every bay. */
  crowd(): void;
  /** From now on nothing changes: the building stands still, and at each bay stands a car that takes all it is offered. */
  still(): void;
  stop(): void;
}

export async function createField(deps: FieldDeps): Promise<Field> {
  const { operator, plan, clock, timers, seed, pace } = deps;
  await operator.putSite(plan.document);
  const cards = plan.stations
    .map((_, i) => `${deps.cardsOf}CARD-${i}`)
    .concat(Array.from({ length: SPARE_CARDS }, (_, i) => `${deps.cardsOf}SPARE-${i}`));
  for (const card of cards) await operator.putToken(card);
  const pulse = createPulse(timers);
  const stations: Station[] = [];
  for (const planned of plan.stations) stations.push(await createStation(deps, planned, pulse));
  for (const [index, station] of stations.entries()) timers.after(index * DIAL_EVERY_MS, () => station.start());
  const building = startBuilding(deps);
  const ducts = startDucts(deps);
  let drivers: Drivers | undefined;
  return {
    ...{ stations, building, ducts, cards },
    pulse,
    closeBay(stationId) {
      const station = stations.find((each) => each.stationId === stationId);
      if (station !== undefined) drivers?.close(station);
    },
    release(stationId) {
      const place = stations.findIndex((each) => each.stationId === stationId);
      return place < 0 ? undefined : stations.splice(place, 1)[0];
    },
    take: (station) => void stations.push(station),
    open() {
      const people = { clock, timers, api: operator, log: silentLog };
      drivers ??= startDrivers(
        {
          ...{ seed, siteId: plan.siteId, stations, idTokens: cards, stays: pace.stays },
          givesBack: (stationId) => takesSetpoints(plan, stationId),
          ...(pace.occupancy === 1 ? {} : { mostPresent: Math.ceil(stations.length * pace.occupancy) }),
        },
        people,
      );
    },
    crowd: () => drivers?.crowd(),
    still() {
      drivers?.stop();
      building.freeze();
      for (const duct of ducts) duct.freeze();
      parkForGood({ stations, cards, timers, seed });
    },
    stop() {
      drivers?.stop();
      building.stop();
      for (const duct of ducts) duct.stop();
      for (const station of stations) station.stop();
      pulse.stop();
    },
  };
}

/** Of those that speak 2.x, some speak the newest. */
const NEWEST_SHARE = 0.5;
const versionOf = (seed: number, { stationId, version }: SitePlan['stations'][number]) =>
  version === '2.0.1' && rngFor(seed, `version of ${stationId}`).next() < NEWEST_SHARE ? '2.1' : version;

async function createStation(deps: FieldDeps, planned: SitePlan['stations'][number], pulse: Pulse): Promise<Station> {
  const { operator, clock, timers, connect, seed } = deps;
  const { password } = await operator.putStation(planned.stationId);
  return new Station(
    {
      ...planned,
      version: versionOf(seed, planned),
      url: `ws://gateways/ocpp/${planned.stationId}`,
      password,
      seed,
      evses: 1,
      nominalVoltageV: planned.nominalVoltageV ?? NOMINAL_VOLTAGE_V,
      ...(planned.dc === undefined ? {} : { outputPart: partOf(planned.dc) }),
      ledger: SMALL_LEDGER,
      persona: personaOf(deps, planned),
    },
    {
      ...{ clock, timers, pulse, connect, log: silentLog },
      onForgot: () => deps.onForgotOffline(planned.stationId),
      onIgnores: () => deps.onIgnores(planned.stationId),
      manners: mannersOf(deps.faults, planned.stationId),
      onTurn: (turn) => deps.onTurn(carsTurnOf(planned.stationId, turn, clock.nowMs())),
    },
  );
}

const carsTurnOf = (stationId: string, turn: CarTurn, beganAtMs: number): CarsTurn => ({
  stationId,
  beganAtMs,
  transactionId: () => turn.transaction.id,
  isUnsaid: () => turn.transaction.isUnsaid === true,
  ended: () => (turn.endedAtMs === undefined ? undefined : { atMs: turn.endedAtMs, tookWh: turn.tookWh }),
});

const takesSetpoints = ({ stations }: SitePlan, stationId: string): boolean =>
  stations.find((each) => each.stationId === stationId)?.takesSetpoints === true;
