import process from 'node:process';
import type { Violation } from '../checkers/violation.ts';
import type { WireFrame } from '../checkers/wire-profile.ts';
import type { Persona } from '../station/persona.ts';
import { type Aims, createAims } from './aims.ts';
import { type Away, NOTHING_AWAY } from './away.ts';
import { createChance } from './chance.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { kindsBy } from './abilities.ts';
import { type Court, createCourt, type Verdict } from './court.ts';
import { createFaults, type FaultClass, type Faults, type Firing, ratesText } from './faults.ts';
import { paceSeeking, type Seeking, seeking } from './by-turns.ts';
import { withModels } from './unheard.ts';
import { ableIn, createField, type Field, leaseMsOf, planOf, shareOf } from './field.ts';
import type { GridEvent } from './grid-events.ts';
import { eventsOf, type GridOption } from './grid-option.ts';
import { OBEYED_CALM_MS, type RunTimes } from './limit-requests.ts';
import { startLowering } from './lowering.ts';
import { createOperator } from './operator.ts';
import { type Pace, paceOf } from './pace.ts';
import { type Death, deathOf, startDeath } from './platform-death.ts';
import { PROCESS_NAMES, type Sabotage } from './processes.ts';
import { isCalmBut, reactsWithinMs } from './reaction-times.ts';
import { restartInMs } from './restarts.ts';
import type { Share, SitePlan } from '../documents.ts';
import { play, type Scenario } from './scenario.ts';
import { createSockets } from './sockets.ts';
import { createTrace, type Trace } from './trace.ts';
import { loseLink, OFFLINE_MS, startTrouble } from './trouble.ts';
import { startUtility } from './utility.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

const START_MS = Date.UTC(2026, 0, 12, 9);
const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
/** By then every station has its fallback, as after commissioning; then the first car comes. */
const OPENS_AT_MS = 60_000;
const TROUBLE_FROM_MS = 180_000;
/** After the trouble: time to recover (leases, back-offs of stations), then time to be measured. */
export const RECOVERY_MS = 300_000;
export const MEASURED_MS = 300_000;
/** Before it is measured cars come to every bay: of a site that is half empty nobody can say what it could have given. */
const CROWDED_BEFORE_MS = 150_000;
/** Of seeds, those that go on for a while in which nothing changes: until all have come to rest, and for so long then. */
const STILL_SHARE = 0.25;
const RESTS_MS = 240_000;
const STILL_MS = 240_000;
export interface SeedOptions extends Seeking {
  readonly seed: number;
  readonly hours: number;
  readonly stations: number;
  /** Default: by the seed. */
  readonly faults?: readonly FaultClass[];
  /** Keys of the faults that may fire at all; default: whatever is drawn. */
  readonly only?: readonly string[];
  /** Epoch ms at which it ends unfinished: what is looked for came earlier than this. Default: the hours. */
  readonly giveUpAtMs?: number;
  /** Lines for a reader. */
  readonly read?: (line: string) => void;
  /** The first violation ends it: there is nothing more to learn. Default false. */
  readonly endsEarly?: boolean;
  /** Events of a utility, or a utility in every seed, or in none. Default: by the seed. */
  readonly grid?: GridOption | readonly GridEvent[];
  /** How all stations are beside their seed. Default: as the seed says. */
  readonly persona?: Partial<Persona>;
  /** How the site shares. Default: by the seed; equally where a scenario is played. */
  readonly share?: Share;
  /** What happens there, in place of people and faults by chance. */
  readonly scenario?: Scenario;
  /** Whether it goes on at the end with nothing that changes. Default: by the seed. */
  readonly still?: boolean;
  /** Something wrong on purpose, for tests of the checkers. */
  readonly sabotage?: Sabotage;
}

export interface SeedResult extends Verdict {
  readonly seed: number;
  readonly hash: string;
  readonly classes: readonly FaultClass[];
  /** How many times as often as usual each of them strikes. */
  readonly rates: readonly (readonly [FaultClass, number])[];
  readonly fired: ReadonlyMap<FaultClass, number>;
  readonly firings: readonly Firing[];
  readonly events: number;
  readonly violations: readonly Violation[];
}

interface World {
  readonly options: SeedOptions;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly faults: Faults;
  readonly court: Court;
  readonly cluster: Cluster;
  readonly aims: Aims;
  readonly away: Away;
  readonly plan: SitePlan;
  readonly pace: Pace;
  /** Of a utility. */
  readonly events: readonly GridEvent[];
  /** Of the whole platform. */
  readonly death: Death | undefined;
  readonly endMs: number;
  /** With the time in which nothing changes. */
  readonly overMs: number;
}

/** The whole platform and its site in this process, on virtual time, by one seed. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const world = createWorld(options);
  const { time, court, trace, faults, cluster } = world;
  const onRejection = (cause: unknown): void => accuse(world, 'unhandled rejection', cause);
  process.on('unhandledRejection', onRejection);
  const { share } = world.plan.document.spec.policy;
  if (share !== 'equal') trace.tell(`the site shares: ${share}`);
  trace.tell(`what may strike: ${faults.rates.size === 0 ? 'nothing' : ratesText(faults.rates)}`);
  let isWhole = false;
  try {
    for (const name of PROCESS_NAMES) void cluster.start(name);
    const starting = openSite(world);
    starting.catch((cause: unknown) => accuse(world, 'the site could not be set up', cause));
    const giveUpMs = (options.giveUpAtMs ?? Number.POSITIVE_INFINITY) - START_MS;
    await time.runUntil(Math.min(world.overMs, giveUpMs), () => options.endsEarly === true && court.isGuilty());
    isWhole = time.monoMs() >= world.overMs;
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  return {
    seed: options.seed,
    ...court.conclude(isWhole ? cluster.books() : undefined),
    hash: trace.hash(),
    classes: [...faults.classes],
    rates: [...faults.rates],
    fired: faults.fired(),
    firings: faults.firings(),
    events: time.eventNumber(),
  };
}

function accuse({ court, time }: Pick<World, 'court' | 'time'>, what: string, cause: unknown): void {
  const words = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  court.accuse({ checker: 'platform', atMs: time.nowMs(), detail: `${what}: ${words}` });
}

function createWorld(options: SeedOptions): World {
  const endMs = options.hours * HOUR_MS;
  const times = timesOf({ endMs });
  const chance = createChance(options.seed);
  const pace = paceSeeking(paceOf(chance, options), options.objective);
  const share = options.share ?? (options.scenario === undefined ? shareOf(chance) : 'equal');
  const site = withModels(planOf(options.stations, options.seed, pace, share), options);
  const plan = seeking(site, options.objective);
  const away: Away = { ...NOTHING_AWAY };
  const time: VirtualTime = createVirtualTime(START_MS, ({ event, cause }) => accuse({ court, time }, event, cause));
  const trace = createTrace(() => time.nowMs(), options.read);
  const faults = createFaults({
    chance,
    classes: options.faults,
    only: options.only === undefined ? undefined : new Set(options.only),
    nowMs: () => time.nowMs(),
    isOn: () => time.monoMs() >= times.troubleFromMs && time.monoMs() < times.troubleUntilMs,
  });
  const death = faults.classes.has('platform-death') ? deathOf(chance, plan, times) : undefined;
  const events = eventsOf(options.grid, { chance, plan, times }, death);
  const reactMs = reactsWithinMs(faults, plan);
  const ableOf = (stationId: string): Partial<Persona> => ableIn(plan, stationId, options);
  const court: Court = createCourt({
    ...{ plan, trace, hasUtility: events.length > 0 },
    ...{ breaksWord: faults.classes.has('word-broken'), nowMs: () => time.nowMs() },
    struckAtMs: () => faults.firings().at(-1)?.atMs ?? Number.NEGATIVE_INFINITY,
    reactsWithinMs: reactMs,
    toldWithinMs: () => (isCalmBut(faults, death, time.monoMs()) ? OBEYED_CALM_MS : reactMs),
    takesWattsOnly: (stationId) => !(ableOf(stationId).rateUnits ?? ['A']).includes('A'),
    ...kindsBy(ableOf),
  });
  const aims = createAims({ faults, time }, () => cluster);
  const cluster: Cluster = createCluster({
    ...{ time, chance, faults, trace, away },
    ...{ siteId: plan.siteId, pace },
    onKept: (records) => records.forEach(court.kept),
    ...aims,
    onBirth: court.born,
    restartInMs: (life) => (options.scenario === undefined ? restartInMs(chance, life) : endMs),
    onTrouble: (what, detail) =>
      court.accuse({ checker: 'platform', atMs: time.nowMs(), detail: `${what}: ${detail}` }),
    ...(options.sabotage === undefined ? {} : { sabotage: options.sabotage }),
  });
  cluster.store.onStored(cluster.store.topics(), (record) => court.stored(record));
  const isStill = options.still ?? (options.scenario === undefined && chance.draw('still', 'site', 0) < STILL_SHARE);
  const overMs = isStill ? endMs + RESTS_MS + STILL_MS : endMs;
  return { options, time, trace, faults, court, cluster, aims, away, plan, pace, events, death, endMs, overMs };
}

/** Provisions the site through the registry, lets the stations dial, and opens the doors to the cars. */
async function openSite(world: World): Promise<void> {
  const { options, time, faults, court, cluster, aims, away, plan, pace, events, death, trace } = world;
  const { seed } = options;
  const chance = createChance(seed);
  const people = cluster.newLife('operator');
  const platform = cluster.platformOf(people);
  const isDead = (): boolean => isDeadAt(world, time.monoMs());
  startUtility({ siteId: plan.siteId, events, beganMs: START_MS, log: platform.log, timers: people.timers, isDead });
  await new Promise<void>((resolve) => void time.after(SECOND_MS, 'provision', resolve));
  const isJudged = (): boolean => time.monoMs() >= OPENS_AT_MS;
  let opened: Field | undefined;
  const handled = (frame: WireFrame): void => {
    // A limit may have changed in this very instant.
    if (opened === undefined || frame.profile() === undefined) return;
    court.look(opened, { judge: isJudged(), measure: false, regains: false });
  };
  const cutLink = (by: FaultClass, stationId: string, forMs: number): void => {
    const station = opened?.stations.find((each) => each.stationId === stationId);
    if (station !== undefined) time.after(0, 'cut', () => loseLink({ time, trace }, station, { by, forMs }));
  };
  aims.reach(
    plan.stations.map(({ stationId }) => stationId),
    (stationId, forMs) => cutLink('link-loss', stationId, forMs),
  );
  const connect = createSockets({
    ...{ time, faults, tell: trace.tell, losesPower: cluster.losesPower },
    isUp: (process) => PROCESS_NAMES.some((name) => name === process && cluster.isUp(name)),
    rng: chance.stream('sockets'),
    gateways: () => cluster.gateways(),
    hear: { ...court.hear, handled },
    isStuck: aims.isStuck,
    cutLink: (stationId, count) => {
      const forMs = faults.extent('cut-answer', stationId, count, OFFLINE_MS);
      cutLink('cut-answer', stationId, forMs);
    },
  });
  const operator = createOperator(platform.rpc);
  const field = await createField({
    ...{ seed, faults, connect, operator, plan, pace, persona: world.options.persona },
    clock: platform.clock,
    timers: people.timers,
    losesReading: () => time.monoMs() < away.meterUntilMs,
    onTaken: court.taken,
    onTurn: court.charges,
    onForgotOffline: court.forgotOffline,
    onIgnores: court.ignores,
  });
  opened = field;
  watch(world, field);
  if (options.scenario !== undefined) return play(options.scenario, { time, trace, cluster, field });
  time.after(OPENS_AT_MS, 'the site opens', () => field.open());
  time.after(timesOf(world).measuredFromMs - CROWDED_BEFORE_MS - time.monoMs(), 'the site fills', () => field.crowd());
  if (world.overMs > world.endMs) {
    time.after(world.endMs - time.monoMs(), 'the site stands still', () => field.still());
    time.after(world.endMs + RESTS_MS - time.monoMs(), 'all is at rest', court.still);
  }
  const { stations, building } = field;
  startTrouble({
    ...{ time, chance, faults, cluster, away, stations, building, pace },
    trace,
    onLogAway: court.logAway,
    onDatabaseAway: court.databaseAway,
    onForgot: court.forgot,
  });
  if (death !== undefined) {
    const onDeath = (): void => court.died(death.overMs - death.atMs);
    startDeath({ time, chance, faults, trace, cluster, building, leaseMs: leaseMsOf(plan), onDeath }, death);
  }
  const lowering = {
    ...{ chance, operator, plan },
    clock: platform.clock,
    timers: people.timers,
    times: timesOf(world),
  };
  startLowering({ ...lowering, trace, asked: court.asked, answered: court.answered }).catch((cause: unknown) =>
    accuse(world, 'the operator', cause),
  );
}

const timesOf = ({ endMs }: Pick<World, 'endMs'>): RunTimes => {
  const measuredFromMs = endMs - MEASURED_MS;
  return { troubleFromMs: TROUBLE_FROM_MS, troubleUntilMs: measuredFromMs - RECOVERY_MS, measuredFromMs, endMs };
};

const isDeadAt = ({ death, faults }: Pick<World, 'death' | 'faults'>, nowMs: number): boolean =>
  death !== undefined && faults.fired().has('platform-death') && nowMs < death.overMs;

/** After each pulse of the field. */
function watch({ options, time, court, endMs, faults, death }: World, field: Field): void {
  const measuredFromMs = options.scenario === undefined ? endMs - MEASURED_MS : endMs;
  field.pulse.each(() => {
    const judge = time.monoMs() >= OPENS_AT_MS;
    const measure = time.monoMs() >= measuredFromMs && time.monoMs() < endMs;
    const regains = time.monoMs() < measuredFromMs && death !== undefined && faults.classes.size === 1;
    court.look(field, { judge, measure, regains });
  });
}
