import type { Building } from '../site/building.ts';
import type { SitePlan } from '../documents.ts';
import type { Chance } from './chance.ts';
import type { Cluster } from './cluster.ts';
import type { Faults } from './faults.ts';
import { leaseMsOf } from './field-building.ts';
import { drawnCircuit, type GridEvent } from './grid-events.ts';
import type { RunTimes } from './limit-requests.ts';
import { PROCESS_NAMES, type ProcessName } from './processes.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The whole platform dies once in a seed of this class (SI30), in one instant. All ms since the start of the run. */
export interface Death {
  readonly atMs: number;
  /** When each process is started again. */
  readonly backAtMs: ReadonlyMap<ProcessName, number>;
  /** When the last one is. */
  readonly overMs: number;
  /** What stood in the live state is gone as well. */
  readonly losesLive: boolean;
  /** Its hosts go with it: no connection is reset, and a station finds out by itself. Else the kernels reset what was open. */
  readonly losesPower: boolean;
}

/** How long nobody lives, in leases of the site: from the first in which all stations are alone until all have long fallen back. */
const DEAD_LEASES: readonly [number, number] = [1, 3];
/** Processes come back in any order within this time, as machines boot. */
const RETURN_MS = 60_000;
const LIVE_LOST_SHARE = 0.5;
const POWER_LOST_SHARE = 0.5;
/** At any rate of the class: a seed that has it dies once. */
const SURELY = 4;
const WHICH = 'platform-death';
const draw = (chance: Chance, what: string, range: readonly [number, number]): number =>
  chance.drawBetween([WHICH, what, 0], ...range);

/** By the seed. Undefined: the time for trouble is too short for it. */
export function deathOf(chance: Chance, plan: SitePlan, times: RunTimes): Death | undefined {
  const leaseMs = leaseMsOf(plan);
  const [fromMs, untilMs] = [times.troubleFromMs, times.troubleUntilMs - RETURN_MS];
  const most = Math.min(DEAD_LEASES[1], (untilMs - fromMs) / leaseMs);
  if (most < DEAD_LEASES[0]) return undefined;
  const forMs = leaseMs * draw(chance, 'leases', [DEAD_LEASES[0], most]);
  const atMs = draw(chance, 'at', [fromMs, untilMs - forMs]);
  const backAtMs = new Map(
    PROCESS_NAMES.map((name) => [name, atMs + forMs + draw(chance, `back ${name}`, [0, RETURN_MS])]),
  );
  return {
    ...{ atMs, backAtMs, overMs: Math.max(...backAtMs.values()) },
    losesLive: draw(chance, 'live', [0, 1]) < LIVE_LOST_SHARE,
    losesPower: draw(chance, 'power', [0, 1]) < POWER_LOST_SHARE,
  };
}

/** Of such seeds: those in which a utility's event that was announced in time begins while nobody lives. */
const EVENT_SHARE = 0.75;
/** So long before the death it is announced: some leases hold it by then, in others it comes too late. */
const TOLD_BEFORE_MS: readonly [number, number] = [10_000, 150_000];
const FIRST_TOLD_MS = 90_000;
const LASTS_MS: readonly [number, number] = [40_000, 300_000];
/** Of these events: those that are over before anybody is back. The others end this long after the return of the last process, at the latest. */
const OVER_DEAD_SHARE = 0.6;
const OVER_AFTER_MS = 60_000;
const LOWERED_TO: readonly [number, number] = [0.45, 0.9];

/** An event of a utility that begins while nobody lives, and may end meanwhile (SI27). */
export function eventInDeath(chance: Chance, plan: SitePlan, death: Death): readonly GridEvent[] {
  if (draw(chance, 'event', [0, 1]) >= EVENT_SHARE) return [];
  const backMs = Math.min(...death.backAtMs.values());
  const startMs = Math.round(draw(chance, 'event start', [death.atMs, backMs]));
  const isOver = draw(chance, 'event over', [0, 1]) < OVER_DEAD_SHARE;
  const lastsMs = draw(chance, 'event lasts', LASTS_MS);
  const { circuit, fullKw } = drawnCircuit(chance, plan, WHICH);
  return [
    {
      ...{ circuit, startMs },
      limitKw: Math.round(fullKw * draw(chance, 'event to', LOWERED_TO) * 10) / 10,
      announcedAtMs: Math.round(Math.max(FIRST_TOLD_MS, death.atMs - draw(chance, 'event told', TOLD_BEFORE_MS))),
      endMs: Math.round(Math.min(isOver ? backMs : death.overMs + OVER_AFTER_MS, startMs + lastsMs)),
    },
  ];
}

/** More than any building takes: it goes as high as its document lets it, step by step (7.2b). */
const WORST_KW = 1_000;
/** Of deaths, those in which it does so at once. */
const AT_ONCE_SHARE = 0.5;
/** It stays there for so long beyond the return of the last process. */
const STAYS_MS: readonly [number, number] = [-60_000, 60_000];

export interface DyingDeps {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly cluster: Pick<Cluster, 'dieAll' | 'emptyLive'>;
  /** Of all sites. */
  readonly buildings: readonly Pick<Building, 'jumpBy'>[];
  readonly leaseMs: number;
  /** Nobody lives from now on. */
  readonly onDeath: (death: Death) => void;
}

/** Lets it happen: all processes die at one instant, the building goes on, and they come back. */
export function startDeath(deps: DyingDeps, death: Death): void {
  const { time, faults, trace, cluster } = deps;
  time.after(death.atMs - time.monoMs(), WHICH, () => {
    if (!faults.fires(WHICH, 'all', 0, SURELY)) return;
    const forS = Math.round((Math.min(...death.backAtMs.values()) - death.atMs) / 1_000);
    const how = death.losesPower ? 'the hosts lose their power' : 'their hosts stay';
    trace.tell(`the whole platform dies for ${forS} s: ${how}${death.losesLive ? ', and the live state is lost' : ''}`);
    cluster.dieAll(death);
    if (death.losesLive) cluster.emptyLive();
    deps.onDeath(death);
    riseToWorst(deps, death);
  });
}

function riseToWorst({ time, chance, trace, buildings, leaseMs }: DyingDeps, { overMs }: Death): void {
  const afterMs = draw(chance, 'rises at once', [0, 1]) < AT_ONCE_SHARE ? 0 : draw(chance, 'rises', [0, leaseMs]);
  time.after(afterMs, 'rise', () => {
    const forMs = overMs - time.monoMs() + draw(chance, 'rises for', STAYS_MS);
    trace.tell(`the building rises to the worst of its document for ${Math.round(forMs / 1_000)} s`);
    for (const building of buildings) building.jumpBy(WORST_KW, forMs / 1_000);
  });
}
