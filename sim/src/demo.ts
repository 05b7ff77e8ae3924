import { readFile, stat } from 'node:fs/promises';
import type { Cancel, Clock, Timers } from '@headroom/kernel';
import { type ApiClient, createApiClient } from './api-client.ts';
import { demoSite, loadSites, NOMINAL_VOLTAGE_V, type SitePlan } from './documents.ts';
import { recordedSite, recordedStationId } from './site/recorded-site.ts';
import type { SimLog } from './log.ts';
import { createPulse, type Pulse } from './pulse.ts';
import { type Building, createBuilding } from './site/building.ts';
import { startDrivers } from './site/drivers.ts';
import { startReplay } from './site/recorded.ts';
import {
  busiestDay,
  parseRecorded,
  RECORDED_MAX_BYTES,
  type RecordedSession,
  sessionsOfDay,
} from './site/recorded-csv.ts';
import type { LedgerBounds } from './station/ledger.ts';
import { Station } from './station/station.ts';
import { connectWs } from './station/ws-socket.ts';

export type Scenario =
  /** The demo depot: 24 stations, a building, cars that come and go. */
  | { readonly kind: 'generated' }
  /** One day of recorded sessions; default: the busiest, under 50 kW. */
  | { readonly kind: 'recorded'; readonly csvPath: string; readonly day?: string; readonly limitKw?: number }
  /** Sites of 25 stations, until so many stand. */
  | { readonly kind: 'load'; readonly stations: number };

export interface DemoConfig {
  readonly apiUrl: string;
  /** `/{stationId}` is appended. */
  readonly ocppUrl: string;
  readonly clock: Clock;
  /** In the time of `clock`. */
  readonly timers: Timers;
  /** Real time, for deadlines and retries of I/O. Default: `timers`. */
  readonly ioTimers?: Timers;
  readonly seed: string | number;
  readonly scenario: Scenario;
  readonly log: SimLog;
  /** Told of each station before it dials. */
  readonly onStation?: (stationId: string) => void;
  /** Bearer token of the API, where it asks for one. */
  readonly token?: string;
}

export interface Demo {
  readonly sites: readonly SitePlan[];
  readonly stations: readonly Station[];
  building(siteId: string): Building | undefined;
  /** Adds a load to the building of the first site. */
  jump(kw: number, seconds: number): void;
  /** Cars leave, stations go, timers end. */
  stop(): void;
}

/** The scenario cannot be played; the message is a sentence for the user. */
export class ScenarioRefused extends Error {
  readonly code = 'SCENARIO_REFUSED';
}

const DEFAULT_LIMIT_KW = 50;
/** Stations that dial at once, and how long until the next ones do (real accept queues are bounded). */
const DIAL_BATCH = 5;
const DIAL_PAUSE_MS = 100;
/** Provisioning requests in flight. */
const PUTS_AT_ONCE = 8;
/** A process full of stations keeps smaller books than a test of one. */
const DEMO_LEDGER: LedgerBounds = { messages: 300, profiles: 100, limits: 300, currents: 600 };

interface Prepared {
  readonly plans: readonly SitePlan[];
  readonly sessions: readonly RecordedSession[];
}

async function readSessions(
  scenario: Extract<Scenario, { kind: 'recorded' }>,
  log: SimLog,
): Promise<readonly RecordedSession[]> {
  const { size } = await stat(scenario.csvPath).catch(() => {
    throw new ScenarioRefused(`The sessions file ${scenario.csvPath} cannot be read.`);
  });
  if (size > RECORDED_MAX_BYTES) {
    throw new ScenarioRefused(`The sessions file has ${size} bytes; at most ${RECORDED_MAX_BYTES} are read.`);
  }
  const outcome = parseRecorded(await readFile(scenario.csvPath, 'utf8'));
  if (outcome.kind === 'refused') throw new ScenarioRefused(outcome.detail);
  const { sessions, problems, skipped } = outcome.file;
  for (const { row, detail } of problems) log.warn('sim.recorded.row-skipped', { row, detail });
  log.info('sim.recorded.read', { sessions: sessions.length, skipped });
  return sessions;
}

async function prepare(config: DemoConfig): Promise<Prepared> {
  const { scenario } = config;
  if (scenario.kind === 'generated') return { plans: [demoSite()], sessions: [] };
  if (scenario.kind === 'load') return { plans: loadSites(scenario.stations), sessions: [] };
  const all = await readSessions(scenario, config.log);
  const day = scenario.day ?? busiestDay(all);
  const sessions = day === undefined ? [] : sessionsOfDay(all, day);
  if (sessions.length === 0) throw new ScenarioRefused(`The sessions file has no session on ${day ?? 'any day'}.`);
  // Every EVSE of the file stands there, as in the garage, not only those used on this day.
  const evseIds = all.map((session) => session.evseId);
  const plan = recordedSite(evseIds, scenario.limitKw ?? DEFAULT_LIMIT_KW);
  for (const sentence of plan.notes) config.log.info('sim.recorded.note', { sentence });
  config.log.info('sim.recorded.day', { day, sessions: sessions.length });
  return { plans: [plan], sessions };
}

/** Runs `act` over `items`, a few at a time, in order of start. */
async function inTurns<A, B>(items: readonly A[], act: (item: A) => Promise<B>): Promise<readonly B[]> {
  const done: B[] = [];
  for (let at = 0; at < items.length; at += PUTS_AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + PUTS_AT_ONCE).map(act))));
  }
  return done;
}

/** Cards of a site: more than bays, so that a card rests between two cars. */
const cardsOf = (plan: SitePlan, siteNumber: number): readonly string[] =>
  Array.from({ length: plan.stations.length + 8 }, (_, i) => `SIM-${siteNumber}-${String(i + 1).padStart(3, '0')}`);

interface LiveSite {
  readonly plan: SitePlan;
  readonly stations: readonly Station[];
  readonly cards: readonly string[];
  readonly building: Building | undefined;
}

interface World {
  readonly config: DemoConfig;
  readonly api: ApiClient;
  readonly pulse: Pulse;
}

async function provision(world: World, plan: SitePlan, siteNumber: number): Promise<LiveSite> {
  const { api, config, pulse } = world;
  await api.putSite(plan.document);
  const cards = cardsOf(plan, siteNumber);
  await inTurns(cards, (card) => api.putToken(card, 'Simulated driver'));
  const ioTimers = config.ioTimers ?? config.timers;
  const stations = await inTurns(plan.stations, async (planned) => {
    const { password } = await api.putStation(planned.stationId);
    config.onStation?.(planned.stationId);
    return new Station(
      {
        ...planned,
        url: `${config.ocppUrl}/${encodeURIComponent(planned.stationId)}`,
        password,
        seed: config.seed,
        evses: 1,
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        ledger: DEMO_LEDGER,
      },
      { clock: config.clock, timers: config.timers, ioTimers, pulse, connect: connectWs, log: config.log },
    );
  });
  return { plan, stations, cards, building: buildingOf(world, plan) };
}

function buildingOf(world: World, plan: SitePlan): Building | undefined {
  const { config, api } = world;
  const { meterId, siteId } = plan;
  const meter = plan.document.spec.meters.find(({ name }) => name === meterId);
  if (meterId === undefined || meter === undefined) return undefined;
  const { worstCasePerPhaseA } = meter;
  return createBuilding(
    { seed: config.seed, siteId, nominalVoltageV: NOMINAL_VOLTAGE_V, worstCasePerPhaseA },
    {
      clock: config.clock,
      timers: config.timers,
      log: config.log,
      report: (reading) => api.postMeterReading({ siteId, meterId, ...reading }),
    },
  );
}

/** Stations dial a few at a time. */
function dialPaced(stations: readonly Station[], ioTimers: Timers): Cancel {
  let next = 0;
  let cancel: Cancel = () => {};
  const batch = (): void => {
    for (const station of stations.slice(next, next + DIAL_BATCH)) station.start();
    next += DIAL_BATCH;
    if (next < stations.length) cancel = ioTimers.after(DIAL_PAUSE_MS, batch);
  };
  batch();
  return () => cancel();
}

function startPeople(world: World, site: LiveSite, sessions: readonly RecordedSession[]): { stop(): void } {
  const { config, api } = world;
  const deps = { clock: config.clock, timers: config.timers, api, log: config.log };
  const { stations, cards } = site;
  if (config.scenario.kind !== 'recorded') {
    return startDrivers({ seed: config.seed, siteId: site.plan.siteId, stations, idTokens: cards }, deps);
  }
  const byStationId = new Map(stations.map((station) => [station.stationId, station]));
  const byEvse = new Map(
    sessions.flatMap(({ evseId }) => {
      const station = byStationId.get(recordedStationId(evseId));
      return station === undefined ? [] : [[evseId, station] as const];
    }),
  );
  const startMs = config.clock.nowMs() + SETTLE_MS;
  return startReplay({ seed: config.seed, sessions, stations: byEvse, idTokens: cards, startMs }, deps);
}

/** The first recorded car finds its station booted. */
const SETTLE_MS = 5_000;

/** Provisions sites, stations and cards through the public API, connects the stations, and lets cars come and go. */
export async function startDemo(config: DemoConfig): Promise<Demo> {
  const { plans, sessions } = await prepare(config);
  const ioTimers = config.ioTimers ?? config.timers;
  const api = createApiClient({
    apiUrl: config.apiUrl,
    ioTimers,
    ...(config.token === undefined ? {} : { token: config.token }),
  });
  const world: World = { config, api, pulse: createPulse(config.timers) };
  const live: LiveSite[] = [];
  try {
    for (const plan of plans) live.push(await provision(world, plan, live.length + 1));
  } catch (cause) {
    for (const site of live) site.building?.stop();
    world.pulse.stop();
    throw cause;
  }
  const stations = live.flatMap((site) => site.stations);
  const cancelDialing = dialPaced(stations, ioTimers);
  const people = live.map((site) => startPeople(world, site, sessions));
  config.log.info('sim.started', { sites: live.length, stations: stations.length });
  return {
    sites: plans,
    stations,
    building: (siteId) => live.find((site) => site.plan.siteId === siteId)?.building,
    jump: (kw, seconds) => live[0]?.building?.jumpBy(kw, seconds),
    stop() {
      cancelDialing();
      for (const one of people) one.stop();
      for (const site of live) site.building?.stop();
      for (const station of stations) station.stop();
      world.pulse.stop();
    },
  };
}
