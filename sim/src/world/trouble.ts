import type { Away } from './away.ts';
import type { Cluster } from './cluster.ts';
import type { FaultClass, Faults } from './faults.ts';
import { GATEWAYS, INSTANCES, OWNER_ROLES, type OwnerRole, PROCESS_NAMES, type ProcessName } from './processes.ts';
import type { Pace } from './pace.ts';
import {
  jumpAlong,
  type Maybe,
  maybeJump,
  MINUTE_MS,
  type SiteTroubleDeps,
  strikeBuilding,
  strikeStations,
  type TroubledSite,
} from './site-trouble.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Once in so many minutes, for each thing it can strike. */
const ONCE_IN = {
  gateway: 20,
  hang: 20,
  'dispatcher-crash': 10,
  'optimizer-crash': 10,
  'metering-crash': 15,
  'registry-crash': 15,
  restart: 8,
  usurp: 6,
  move: 5,
  blind: 6,
  log: 15,
  database: 10,
  live: 10,
} as const;
const LOG_AWAY_MS: readonly [number, number] = [2_000, 25_000];
const DATABASE_AWAY_MS: readonly [number, number] = [1_000, 20_000];
/** Of outages of the log, those with one of the database that ends before it, or outlasts it (a machine that both stood on). */
const TOGETHER_SHARE = 0.5;
const AFTER_LOG_MS: readonly [number, number] = [-2_000, 4_000];
const LIVE_AWAY_MS: readonly [number, number] = [1_000, 30_000];
/** Of outages of the live state, those after which it is empty. */
const EMPTIED_SHARE = 0.5;
/** How long a process stands still. */
const PAUSE_MS: readonly [number, number] = [4_000, 25_000];
/** Of owners whose shards go to another, those that are awake, and only cut off from their group. */
const CUT_OFF_SHARE = 0.4;
/** Around the self-fence of 5 s, and the session of 6. */
const CUT_OFF_MS: readonly [number, number] = [2_000, 20_000];
/** Often longer than a dispatcher waits for a gateway (ADR 22): it is given up, and wakes. */
const GATEWAY_PAUSE_MS: readonly [number, number] = [4_000, 45_000];
/** Of strikes against a role, those that hit the member that has the shard of the site, or of one of the sites. */
const AT_OWNER_SHARE = 0.75;
/** A gateway is killed so long into an outage of the database: it comes back while nobody can tell it the epochs (HO-4). */
const INTO_OUTAGE_MS: readonly [number, number] = [100, 1_000];
/** Where one gateway stays, the stations of the other dial that one. */
const BLIND_ALL_SHARE = 0.6;
/** Long enough for it to be back, with its stations, and to be told something. */
const BLIND_FOR_MS: readonly [number, number] = [12_000, 40_000];
/** A process dies, or stands still, at its port call after so many more. */
const CALLS: readonly [number, number] = [0, 40];

export interface TroubleDeps {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly cluster: Cluster;
  /** In the order of the cluster's. */
  readonly sites: readonly TroubledSite[];
  readonly away: Away;
  readonly pace: Pace;
  /** The log cannot be reached from now on, for so long. */
  readonly onLogAway: (forMs: number) => void;
  /** Likewise the database. */
  readonly onDatabaseAway: (forMs: number) => void;
}

/** Once a minute each thing draws whether it is struck in this minute, and when (DS-9). */
export function startTrouble(deps: TroubleDeps): void {
  let minute = 0;
  const next = (): void => {
    minute += 1;
    strike(deps, minute);
    deps.time.after(MINUTE_MS, 'trouble', next);
  };
  deps.time.after(0, 'trouble', next);
}

function strike(deps: TroubleDeps, minute: number): void {
  const { faults, time, trace, pace } = deps;
  const sites = deps.sites.map((site): SiteTroubleDeps => ({ ...site, time, faults, trace, pace }));
  const maybe: Maybe = (fault, which, onceIn, act) => {
    if (!faults.fires(fault, which, minute, 1 / onceIn)) return;
    time.after(faults.extent(fault, `when ${which}`, minute, [0, MINUTE_MS]), `${fault} ${which}`, act);
  };
  for (const site of sites) strikeStations(site, minute, maybe);
  const along =
    (jumping: readonly SiteTroubleDeps[]): Maybe =>
    (fault, which, onceIn, act) =>
      maybe(fault, which, onceIn, () => {
        act();
        for (const site of jumping) jumpAlong(site, `${fault} ${which}`, minute);
      });
  const atPlatform = along(sites);
  strikeProcesses(deps, minute, atPlatform);
  strikeOwners(deps, minute, atPlatform);
  strikeOutages(deps, minute, atPlatform);
  for (const site of sites) strikeBuilding(site, minute, along([site]));
  for (const site of sites) maybeJump(site, minute);
}

function strikeProcesses(deps: TroubleDeps, minute: number, maybe: Maybe): void {
  for (const gateway of GATEWAYS) {
    maybe('gateway-crash', gateway, ONCE_IN.gateway, () => crash(deps, gateway, 'gateway-crash', minute));
    maybe('gateway-hang', gateway, ONCE_IN.hang, () => hang(deps, gateway, 'gateway-hang', minute));
  }
  const onePerRole = [
    ['dispatcher-crash', 'profile-dispatcher'],
    ['optimizer-crash', 'allocation-optimizer'],
    ['metering-crash', 'meter-ingestion'],
    ['registry-crash', 'session-registry'],
  ] as const;
  for (const [fault, role] of onePerRole) {
    maybe(fault, 'owner', ONCE_IN[fault], () => crash(deps, memberOf(deps, fault, role, minute), fault, minute));
  }
  maybe('restart', 'one', ONCE_IN.restart, () => {
    const at = Math.floor(deps.faults.extent('restart', 'which', minute, [0, PROCESS_NAMES.length]));
    deps.cluster.restart(PROCESS_NAMES[at] ?? 'ocpp-gateway-1');
  });
}

function strikeOwners(deps: TroubleDeps, minute: number, maybe: Maybe): void {
  for (const role of OWNER_ROLES) {
    maybe('split-brain', role, ONCE_IN.usurp, () => splitBrain(deps, role, minute));
    // One shard at a time, and the others stay with their owner.
    for (const [at, { suffix }] of deps.sites.entries())
      maybe('shard-move', `${role}${suffix}`, ONCE_IN.move, () => void deps.cluster.moveShard(role, at));
  }
}

/** Its group gives a member's shards away: it sleeps, and wakes with what it had in hand; or it never stops working. */
function splitBrain(deps: TroubleDeps, role: OwnerRole, minute: number): void {
  const { faults, cluster } = deps;
  const name = memberOf(deps, 'split-brain', role, minute);
  if (faults.extent('split-brain', `how ${role}`, minute, [0, 1]) >= CUT_OFF_SHARE) {
    return hang(deps, name, 'split-brain', minute);
  }
  cluster.cutOff(role, name, faults.extent('split-brain', `cut off ${role}`, minute, CUT_OFF_MS));
}

/** One instance of a role: mostly the one that acts. */
function memberOf(
  { faults, cluster, sites }: TroubleDeps,
  fault: FaultClass,
  role: OwnerRole,
  minute: number,
): ProcessName {
  const names = INSTANCES[role];
  const [any = 'ocpp-gateway-1'] = names.slice(
    Math.floor(faults.extent(fault, `which ${role}`, minute, [0, names.length])),
  );
  const hitsOwner = faults.extent(fault, `owner ${role}`, minute, [0, 1]) < AT_OWNER_SHARE;
  const at = Math.floor(faults.extent(fault, `site ${role}`, minute, [0, sites.length]));
  return hitsOwner ? (cluster.ownerOf(role, at) ?? any) : any;
}

function strikeOutages(deps: TroubleDeps, minute: number, maybe: Maybe): void {
  const { faults, time, away, trace } = deps;
  maybe('log-trouble', 'brokers', ONCE_IN.log, () => {
    const forMs = faults.extent('log-trouble', 'brokers', minute, LOG_AWAY_MS);
    if (away.logUntilMs < time.monoMs()) away.logFromMs = time.monoMs();
    away.logUntilMs = Math.max(away.logUntilMs, time.monoMs() + forMs);
    deps.onLogAway(forMs);
    trace.tell(`the log is away for ${Math.round(forMs)} ms`);
    // Then nothing is durable anywhere, and nothing may be answered (I3).
    if (!faults.fires('database-away', 'with the log', minute, TOGETHER_SHARE)) return;
    loseDatabase(deps, forMs + faults.extent('database-away', 'after the log', minute, AFTER_LOG_MS));
  });
  maybe('database-away', 'database', ONCE_IN.database, () =>
    loseDatabase(deps, faults.extent('database-away', 'database', minute, DATABASE_AWAY_MS)),
  );
  maybe('live-trouble', 'live state', ONCE_IN.live, () => loseLive(deps, minute));
  maybe('blind-crash', 'gateway', ONCE_IN.blind, () => {
    loseDatabase(deps, faults.extent('blind-crash', 'database', minute, BLIND_FOR_MS));
    const all = faults.extent('blind-crash', 'all', minute, [0, 1]) < BLIND_ALL_SHARE;
    const at = Math.floor(faults.extent('blind-crash', 'which', minute, [0, GATEWAYS.length]));
    // Now, and not at a call of its own: those are rare, and by then it could read the epochs again.
    time.after(faults.extent('blind-crash', 'into', minute, INTO_OUTAGE_MS), 'blind crash', () => {
      for (const gateway of all ? GATEWAYS : GATEWAYS.slice(at, at + 1)) deps.cluster.kill(gateway);
    });
  });
}

function loseDatabase({ away, time, trace, onDatabaseAway }: TroubleDeps, forMs: number): void {
  onDatabaseAway(forMs);
  away.databaseUntilMs = Math.max(away.databaseUntilMs, time.monoMs() + forMs);
  trace.tell(`the database is away for ${Math.round(forMs)} ms`);
}

function loseLive({ away, cluster, faults, time, trace }: TroubleDeps, minute: number): void {
  const forMs = faults.extent('live-trouble', 'away', minute, LIVE_AWAY_MS);
  away.liveUntilMs = Math.max(away.liveUntilMs, time.monoMs() + forMs);
  const isEmptied = faults.extent('live-trouble', 'emptied', minute, [0, 1]) < EMPTIED_SHARE;
  if (isEmptied) cluster.emptyLive();
  trace.tell(`the live state is away for ${Math.round(forMs)} ms${isEmptied ? ', and empty then' : ''}`);
}

function crash({ faults, cluster }: TroubleDeps, name: ProcessName, fault: FaultClass, minute: number): void {
  cluster.crash(name, Math.floor(faults.extent(fault, `calls ${name}`, minute, CALLS)));
}

function hang({ faults, cluster }: TroubleDeps, name: ProcessName, fault: FaultClass, minute: number): void {
  const pauseMs = faults.extent(fault, `pause ${name}`, minute, fault === 'gateway-hang' ? GATEWAY_PAUSE_MS : PAUSE_MS);
  cluster.pause(name, pauseMs, Math.floor(faults.extent(fault, `calls ${name}`, minute, CALLS)));
}
