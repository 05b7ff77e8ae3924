import type { WireFrame } from '../checkers/wire-profile.ts';
import type { AskedLimits } from '../checkers/limits.ts';
import type { SitePlan } from '../documents.ts';
import type { FaultClass } from './faults.ts';
import { createField, type Field } from './field.ts';
import { heatInDeath } from './duct-trouble.ts';
import { leaseMsOf } from './field-building.ts';
import { putForeign } from './foreign-documents.ts';
import { DOCUMENT } from './limit-requests.ts';
import { startLowering } from './lowering.ts';
import type { Chance } from './chance.ts';
import { createMembers, type MovingTimes, startMove } from './moving.ts';
import { createOperator, type Operator } from './operator.ts';
import { startDeath } from './platform-death.ts';
import { meteredBy, playGolden } from './play-golden.ts';
import { PROCESS_NAMES } from './processes.ts';
import { play } from './scenario.ts';
import { loseLink, OFFLINE_MS } from './site-trouble.ts';
import { createSockets } from './sockets.ts';
import { startTrouble } from './trouble.ts';
import { startUtility } from './utility.ts';
import { accuse, MEASURED_MS, RESTS_MS, type SiteWorld, START_MS, timesOf, type World } from './world.ts';

const SECOND_MS = 1_000;
/** By then every station has its fallback, as after commissioning; then the first car comes. */
const OPENS_AT_MS = 60_000;
/** Of a golden day, the first lessons: phases, and what cars take. */
const GOLDEN_STARTS_MS = 180_000;
/** Before it is measured cars come to every bay: of a site that is half empty nobody can say what it could have given. */
const CROWDED_BEFORE_MS = 150_000;

/** A station that moves: cars have come by then. It charges on where it is, and then is under way. */
const MOVES_AT_MS: readonly [number, number] = [130_000, 200_000];
const STAYS_MS: readonly [number, number] = [0, 40_000];
const AWAY_MS: readonly [number, number] = [5_000, 30_000];

/** A site that stands. */
interface OpenSite extends SiteWorld {
  readonly field: Field;
}

/** Provisions the sites through the registry, lets the stations dial, and opens the doors to the cars. */
export async function openSites(world: World): Promise<void> {
  const { options, time, faults, cluster, trace, death, bench, moving, golden } = world;
  const people = cluster.newLife('operator');
  const platform = cluster.platformOf(people);
  const isDead = (): boolean => isDeadAt(world, time.monoMs());
  for (const { plan, events } of world.sites)
    startUtility({ siteId: plan.siteId, events, beganMs: START_MS, log: platform.log, timers: people.timers, isDead });
  await new Promise<void>((resolve) => void time.after(SECOND_MS, 'provision', resolve));
  const fields = new Map<SiteWorld, Field>();
  const connect = connectTo(world, fields);
  const direct = createOperator(platform.rpc);
  const members =
    moving &&
    createMembers(
      direct,
      moving,
      world.sites.map(({ plan }) => plan.document),
    );
  const operator = members?.operator ?? direct;
  const sites = await Promise.all(
    world.sites.map(async (site): Promise<OpenSite> => {
      const { plan, seed, number, away, court } = site;
      const field = await createField({
        ...{ seed, faults, connect, operator, plan, pace: world.pace, persona: options.persona },
        clock: platform.clock,
        timers: people.timers,
        cardsOf: number === 1 ? '' : `SITE-${number}-`,
        losesReading: () => time.monoMs() < away.meterUntilMs,
        onTaken: court.taken,
        onWarmSent: court.warmSent,
        onWarmTaken: court.warmTaken,
        onTurn: bench.charges,
        onForgotOffline: (stationId) => bench.courtOf(stationId).forgotOffline(stationId),
        onIgnores: (stationId) => bench.courtOf(stationId).ignores(stationId),
        ...(golden === undefined ? {} : { metered: meteredBy(golden, START_MS) }),
      });
      fields.set(site, field);
      watch(world, site, field);
      const { clock } = platform;
      if (golden !== undefined)
        playGolden(golden, { clock, timers: people.timers, operator, field, beganMs: START_MS });
      else if (options.scenario === undefined) letCarsCome(world, site, field);
      return { ...site, field };
    }),
  );
  const [first] = sites;
  if (options.scenario !== undefined && first !== undefined)
    return play(options.scenario, { time, trace, cluster, field: first.field });
  startAllTrouble(world, sites);
  const [to, from] = sites;
  const { moves } = options;
  if (members !== undefined && moving !== undefined && moves !== undefined && to !== undefined && from !== undefined) {
    const { stationId, toSiteId } = moving;
    const onGone = (): void => from.court.gone(stationId);
    const onJoined = (isReset: boolean): void => {
      bench.moves(stationId, toSiteId);
      const court = bench.courtOf(stationId);
      if (isReset) court.forgot(stationId, true);
      else court.brings(stationId);
    };
    const fields = { from: from.field, to: to.field };
    const { clock } = platform;
    const leaseMs = leaseMsOf(to.plan);
    const deps = { clock, timers: people.timers, trace, members, leaseMs, ...fields, onLeft: onGone, onGone, onJoined };
    startMove(deps, moving, { ...drawnTimes(world.chance), moves }).catch((cause: unknown) =>
      accuse(world, 'a move', cause),
    );
  }
  if (death !== undefined && first !== undefined) {
    const onDeath = (): void => {
      world.bench.died(death.overMs - death.atMs);
      for (const { chance, field } of sites) heatInDeath(chance, field.ducts, death.overMs - death.atMs);
    };
    const buildings = sites.map(({ field }) => field.building);
    const { chance } = world;
    startDeath({ time, chance, faults, trace, cluster, buildings, leaseMs: leaseMsOf(first.plan), onDeath }, death);
  }
  // The day of a golden site is as it is written down: nobody lowers a limit.
  for (const { chance, court, plan } of golden === undefined ? sites : []) {
    const { clock } = platform;
    const deps = { chance, operator, plan, clock, timers: people.timers, times: timesOf(world), trace };
    const onTrouble = (cause: unknown): void => accuse(world, 'the operator', cause);
    const asked = (change: AskedLimits): void => {
      court.asked(change);
      if (change.source === DOCUMENT) giveForeign(world, plan, direct).catch(onTrouble);
    };
    startLowering({ ...deps, asked, answered: court.answered }).catch(onTrouble);
  }
}

/** Each other site is given a document at the same instant that must be refused. */
async function giveForeign({ sites, trace, time }: World, plan: SitePlan, operator: Operator): Promise<void> {
  const count = Math.floor(time.monoMs());
  const deps = { operator, trace, nowMs: () => time.nowMs() };
  await Promise.all(
    sites.map(async ({ plan: other, chance, court }) => {
      if (other !== plan) await putForeign({ ...deps, report: court.accuse }, { plan, other, chance, count });
    }),
  );
}

const drawnTimes = (chance: Chance): MovingTimes => {
  const drawn = (what: string, [low, high]: readonly [number, number]): number =>
    chance.drawBetween(['moves', what, 0], low, high);
  return { atMs: drawn('at', MOVES_AT_MS), staysMs: drawn('stays', STAYS_MS), awayMs: drawn('away', AWAY_MS) };
};

/** The way from any station to any gateway. */
function connectTo(world: World, fields: ReadonlyMap<SiteWorld, Field>) {
  const { time, faults, trace, cluster, aims, chance, bench, sites } = world;
  const siteOf = (stationId: string): SiteWorld | undefined =>
    sites.find((site) => fields.get(site)?.stations.some((each) => each.stationId === stationId) === true);
  const handled = (stationId: string, frame: WireFrame): void => {
    const site = siteOf(stationId);
    const field = site && fields.get(site);
    // A limit may have changed in this very instant.
    if (site === undefined || field === undefined || frame.profile() === undefined) return;
    site.court.look(field, { judge: time.monoMs() >= OPENS_AT_MS, measure: false, regains: false });
  };
  const cutLink = (by: FaultClass, stationId: string, forMs: number): void => {
    const stations = [...fields.values()].flatMap((field) => field.stations);
    const station = stations.find((each) => each.stationId === stationId);
    if (station !== undefined) time.after(0, 'cut', () => loseLink({ time, trace }, station, { by, forMs }));
  };
  aims.reach(
    sites.flatMap(({ plan }) => plan.stations.map(({ stationId }) => stationId)),
    (stationId, forMs) => cutLink('link-loss', stationId, forMs),
  );
  return createSockets({
    ...{ time, faults, tell: trace.tell, losesPower: cluster.losesPower },
    isUp: (process) => PROCESS_NAMES.some((name) => name === process && cluster.isUp(name)),
    rng: chance.stream('sockets'),
    gateways: () => cluster.gateways(),
    hear: { ...bench.hear, handled },
    isStuck: aims.isStuck,
    cutLink: (stationId, count) => {
      const forMs = faults.extent('cut-answer', stationId, count, OFFLINE_MS);
      cutLink('cut-answer', stationId, forMs);
    },
  });
}

function letCarsCome(world: World, { court }: SiteWorld, field: Field): void {
  const { time, endMs, overMs } = world;
  time.after(OPENS_AT_MS, 'the site opens', () => field.open());
  time.after(timesOf(world).measuredFromMs - CROWDED_BEFORE_MS - time.monoMs(), 'the site fills', () => field.crowd());
  if (overMs <= endMs) return;
  time.after(endMs - time.monoMs(), 'the site stands still', () => field.still());
  time.after(endMs + RESTS_MS - time.monoMs(), 'all is at rest', court.still);
}

function startAllTrouble(world: World, sites: readonly OpenSite[]): void {
  const { time, faults, cluster, away, pace, trace, bench } = world;
  // Of one that has moved the court of the site where it hangs now.
  const onForgot = (stationId: string, says: boolean): void => bench.courtOf(stationId).forgot(stationId, says);
  startTrouble({
    ...{ time, faults, cluster, away, pace, trace },
    sites: sites.map(({ chance, field: { stations, building, ducts }, plan, number, away: meter }) => ({
      ...{ stations, building, ducts, chance, away: meter, onForgot },
      suffix: number === 1 ? '' : ` of ${plan.siteId}`,
    })),
    onLogAway: bench.logAway,
    onDatabaseAway: bench.databaseAway,
  });
}

const isDeadAt = ({ death, faults }: Pick<World, 'death' | 'faults'>, nowMs: number): boolean =>
  death !== undefined && faults.fired().has('platform-death') && nowMs < death.overMs;

/** A golden day on which nothing fails is measured from its first cars on; another one, and a seed, once the trouble is over. */
const measuredFrom = ({ options, endMs, faults }: Pick<World, 'options' | 'endMs' | 'faults'>): number => {
  if (options.scenario !== undefined) return endMs;
  return options.golden !== undefined && faults.classes.size === 0
    ? OPENS_AT_MS + GOLDEN_STARTS_MS
    : endMs - MEASURED_MS;
};

/** After each pulse of the field. */
function watch({ options, time, endMs, faults, death }: World, { court }: SiteWorld, field: Field): void {
  const measuredFromMs = measuredFrom({ options, endMs, faults });
  field.pulse.each(() => {
    const judge = time.monoMs() >= OPENS_AT_MS;
    const measure = time.monoMs() >= measuredFromMs && time.monoMs() < endMs;
    const regains = time.monoMs() < measuredFromMs && death !== undefined && faults.classes.size === 1;
    court.look(field, { judge, measure, regains });
  });
}
