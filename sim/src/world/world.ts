import type { Share, SitePlan } from '../documents.ts';
import type { Persona } from '../station/persona.ts';
import { kindsBy } from './abilities.ts';
import { type Aims, createAims } from './aims.ts';
import { type Away, NOTHING_AWAY } from './away.ts';
import { type Bench, createBench } from './bench.ts';
import { paceSeeking, soughtOf } from './by-turns.ts';
import { type Chance, createChance } from './chance.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { type Court, createCourt } from './court.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGolden, type Golden } from '../golden/golden.ts';
import type { GridEvent } from './grid-events.ts';
import { eventsOf } from './grid-option.ts';
import { OBEYED_CALM_MS, type RunTimes } from './limit-requests.ts';
import { joinedBy, type Moving, movingOf } from './moving.ts';
import { type Pace, paceOf } from './pace.ts';
import { GOLDEN_PACE } from './play-golden.ts';
import { type Death, deathOf } from './platform-death.ts';
import { isCalmBut, reactsWithinMs } from './reaction-times.ts';
import { ableIn } from './personas.ts';
import { restartInMs } from './restarts.ts';
import type { SeedOptions } from './seed-options.ts';
import { type PlannedSite, plannedSites } from './sites.ts';
import { createStruck } from './struck.ts';
import { createTrace, type Trace } from './trace.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export const START_MS = Date.UTC(2026, 0, 12, 9);
const HOUR_MS = 3_600_000;
const TROUBLE_FROM_MS = 180_000;
/** After the trouble: time to recover (leases, back-offs of stations), then time to be measured. */
export const RECOVERY_MS = 300_000;
export const MEASURED_MS = 300_000;
/** Of seeds, those that go on for a while in which nothing changes: until all have come to rest, and for so long then. */
const STILL_SHARE = 0.25;
export const RESTS_MS = 240_000;
const STILL_MS = 240_000;
/** After a golden day, whose cars leave at its end: until what they took stands in the books. */
const BOOKED_MS = 120_000;

/** A site of a run, and who judges it. */
export interface SiteWorld extends PlannedSite {
  readonly court: Court;
  /** Of a utility. */
  readonly events: readonly GridEvent[];
  readonly away: Pick<Away, 'meterUntilMs'>;
}

export interface World {
  readonly options: SeedOptions;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly sites: readonly SiteWorld[];
  readonly bench: Bench;
  readonly cluster: Cluster;
  readonly aims: Aims;
  readonly away: Away;
  readonly pace: Pace;
  /** Its site, where it is one of these. */
  readonly golden: Golden | undefined;
  /** Of the whole platform. */
  readonly death: Death | undefined;
  /** From one site to another. */
  readonly moving: Moving | undefined;
  readonly endMs: number;
  /** With the time in which nothing changes. */
  readonly overMs: number;
}

export const timesOf = ({ endMs }: Pick<World, 'endMs'>): RunTimes => {
  const measuredFromMs = endMs - MEASURED_MS;
  return { troubleFromMs: TROUBLE_FROM_MS, troubleUntilMs: measuredFromMs - RECOVERY_MS, measuredFromMs, endMs };
};

export function accuse({ bench, time }: Pick<World, 'bench' | 'time'>, what: string, cause: unknown): void {
  const words = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  bench.accuse({ checker: 'platform', atMs: time.nowMs(), detail: `${what}: ${words}` });
}

/** What says of which models the stations are. */
const modelsOf = ({ persona, scenario }: SeedOptions) => ({
  ...(persona === undefined ? {} : { persona }),
  ...(scenario === undefined ? {} : { scenario }),
});

/** Only who shares along plans gives back. Undefined: by the seed. */
const shareIn = ({ scenario, exportLimitKw }: SeedOptions): Share | undefined =>
  exportLimitKw === undefined ? (scenario === undefined ? undefined : 'equal') : 'smoothed-laxity';

/** People come by chance. */
const isBySeed = ({ scenario, golden }: SeedOptions): boolean => scenario === undefined && golden === undefined;

const goldenOf = ({ golden: name, stations, hours }: SeedOptions): Golden | undefined =>
  name === undefined ? undefined : createGolden({ name, stations, hours, beganMs: START_MS });
const givenBy = (golden: Golden | undefined) => (golden === undefined ? {} : { given: golden.plan });

/** All of one run, before anything has happened. */
export function createWorld(options: SeedOptions): World {
  const endMs = options.hours * HOUR_MS;
  const times = timesOf({ endMs });
  const { seed } = options;
  const sought = soughtOf(options);
  const chance = createChance(seed);
  const golden = goldenOf(options);
  const pace = golden === undefined ? paceSeeking(paceOf(chance, options), sought) : GOLDEN_PACE;
  const share = options.share ?? shareIn(options);
  const { stations, sites: count = 1 } = options;
  const hasFree = options.moves !== undefined && count > 1;
  const planned = plannedSites({
    seed,
    stations,
    pace,
    share,
    sites: count,
    hasFree,
    ...{ isHot: options.isHot === true, isSparing: options.isSparing === true },
    ...sought,
    ...modelsOf(options),
    ...givenBy(golden),
  });
  const [{ plan, free }, second] = planned;
  const moving = free && second && movingOf(second.plan, plan, free);
  const away: Away = { ...NOTHING_AWAY };
  const time: VirtualTime = createVirtualTime(START_MS, ({ event, cause }) => accuse({ bench, time }, event, cause));
  const trace = createTrace(() => time.nowMs(), options.read);
  const faults = createFaults({
    chance,
    classes: options.faults,
    only: options.only === undefined ? undefined : new Set(options.only),
    nowMs: () => time.nowMs(),
    isOn: () => time.monoMs() >= times.troubleFromMs && time.monoMs() < times.troubleUntilMs,
  });
  const death = faults.classes.has('platform-death') ? deathOf(chance, plan, times) : undefined;
  const judging = { options, faults, time, trace, death, times, planned, moving };
  const sites = planned.map((site): SiteWorld => {
    const meter = site.number === 1 ? away : { meterUntilMs: 0 };
    return { ...site, ...judgedBy(judging, site), away: meter };
  });
  const bench: Bench = createBench(
    sites.map(({ plan: { siteId, stations: own }, shard, court }) => {
      return { siteId, shard, stationIds: own.map(({ stationId }) => stationId), court };
    }),
  );
  const aims = createAims({ faults, time, sites: sites.length }, () => cluster);
  const cluster: Cluster = createCluster({
    ...{ time, chance, faults, trace, away },
    ...{ siteShards: sites.map(({ shard }) => shard), pace },
    onKept: (records) => records.forEach(bench.kept),
    ...aims,
    onBirth: bench.born,
    restartInMs: (life) => (options.scenario === undefined ? restartInMs(chance, life) : endMs),
    onTrouble: (what, detail) =>
      bench.accuse({ checker: 'platform', atMs: time.nowMs(), detail: `${what}: ${detail}` }),
    ...(options.sabotage === undefined ? {} : { sabotage: options.sabotage }),
  });
  cluster.store.onStored(cluster.store.topics(), (record) => bench.stored(record));
  const isStill = options.still ?? (isBySeed(options) && chance.draw('still', 'site', 0) < STILL_SHARE);
  const overMs = isStill ? endMs + RESTS_MS + STILL_MS : golden === undefined ? endMs : endMs + BOOKED_MS;
  return {
    options,
    time,
    trace,
    chance,
    faults,
    sites,
    bench,
    cluster,
    aims,
    away,
    pace,
    golden,
    death,
    moving,
    endMs,
    overMs,
  };
}

interface Judging extends Pick<World, 'options' | 'faults' | 'time' | 'trace' | 'death'> {
  readonly times: RunTimes;
  readonly planned: readonly PlannedSite[];
  readonly moving: Moving | undefined;
}

/** As it is judged from the beginning: with the station that will come. */
function judgedPlan({ planned, moving }: Judging, plan: SitePlan): SitePlan {
  if (moving === undefined || plan.siteId !== moving.toSiteId) return plan;
  const comes = planned.flatMap((site) => site.plan.stations).filter(({ stationId }) => stationId === moving.stationId);
  return { ...plan, document: joinedBy(plan.document, moving), stations: [...plan.stations, ...comes] };
}

function judgedBy(judging: Judging, { plan, chance }: PlannedSite): Pick<SiteWorld, 'events' | 'court'> {
  const { options, faults, time, trace, death, times, planned } = judging;
  const events = eventsOf(options.grid, { chance, plan, times }, death);
  const reactMs = reactsWithinMs(faults, plan);
  // Judges ask it of every station at every look. Of the stations of the seed, so it is no larger than they are many.
  const able = new Map(
    planned.flatMap(({ plan: of, seed }) =>
      of.stations.map(({ stationId }) => [stationId, ableIn(of, stationId, { ...options, seed })] as const),
    ),
  );
  const ableOf = (stationId: string): Partial<Persona> => able.get(stationId) ?? {};
  const struck = createStruck(faults.firings, [...able.keys()]);
  const court = createCourt({
    ...{ plan: judgedPlan(judging, plan), trace, hasUtility: events.length > 0 },
    ...(planned.length === 1 ? {} : { siteName: plan.siteId }),
    ...{ breaksWord: faults.classes.has('word-broken'), nowMs: () => time.nowMs() },
    struckAtMs: struck.last,
    struckAt: struck.at,
    reactsWithinMs: reactMs,
    toldWithinMs: () => (isCalmBut(faults, death, time.monoMs()) ? OBEYED_CALM_MS : reactMs),
    takesWattsOnly: (stationId) => !(ableOf(stationId).rateUnits ?? ['A']).includes('A'),
    ...kindsBy(ableOf),
  });
  return { events, court };
}
