import type { Building } from '../site/building.ts';
import type { Station } from '../station/station.ts';
import type { Chance } from './chance.ts';
import type { Cluster } from './cluster.ts';
import type { FaultClass, Faults } from './faults.ts';
import { GATEWAYS, OWNERS, type ProcessName } from './processes.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

const MINUTE_MS = 60_000;
/** Once in so many minutes, for each thing it can strike. */
const ONCE_IN = {
  link: 30,
  reboot: 60,
  gateway: 20,
  owner: 10,
  metering: 15,
  usurp: 6,
  log: 15,
  meter: 10,
  jump: 6,
} as const;
const OFFLINE_MS: readonly [number, number] = [3_000, 180_000];
const LOG_AWAY_MS: readonly [number, number] = [2_000, 25_000];
const METER_SILENT_MS: readonly [number, number] = [2_000, 60_000];
const JUMP_KW: readonly [number, number] = [4, 35];
const JUMP_S: readonly [number, number] = [20, 150];
/** How long an owner stands still, and how long it goes on once it wakes. */
const PAUSE_MS: readonly [number, number] = [4_000, 25_000];
const ZOMBIE_MS: readonly [number, number] = [2_000, 30_000];
/** A process dies at its port call after so many more. */
const CALLS: readonly [number, number] = [0, 40];

export interface TroubleDeps {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly cluster: Cluster;
  readonly stations: readonly Station[];
  readonly building: Building;
  readonly away: Away;
}

/** What cannot be reached until when, in ms since the start. */
export interface Away {
  logUntilMs: number;
  meterUntilMs: number;
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
  const { faults, time } = deps;
  const maybe = (fault: FaultClass, which: string, onceIn: number, act: () => void): void => {
    if (!faults.fires(fault, which, minute, 1 / onceIn)) return;
    time.after(faults.extent(fault, `when ${which}`, minute, [0, MINUTE_MS]), `${fault} ${which}`, act);
  };
  for (const station of deps.stations) {
    const { stationId } = station;
    maybe('link-loss', stationId, ONCE_IN.link, () => cutLink(deps, station, minute));
    maybe('station-reboot', stationId, ONCE_IN.reboot, () => {
      deps.trace.tell(`${stationId} loses power`);
      station.reboot();
    });
  }
  for (const gateway of GATEWAYS) {
    maybe('gateway-crash', gateway, ONCE_IN.gateway, () => crash(deps, gateway, 'gateway-crash', minute));
  }
  maybe('dispatcher-crash', 'owner', ONCE_IN.owner, () =>
    crash(deps, 'profile-dispatcher', 'dispatcher-crash', minute),
  );
  maybe('optimizer-crash', 'owner', ONCE_IN.owner, () =>
    crash(deps, 'allocation-optimizer', 'optimizer-crash', minute),
  );
  maybe('metering-crash', 'owner', ONCE_IN.metering, () => crash(deps, 'meter-ingestion', 'metering-crash', minute));
  for (const owner of OWNERS) {
    maybe('split-brain', owner, ONCE_IN.usurp, () => {
      const extent = (what: string, range: readonly [number, number]): number =>
        faults.extent('split-brain', `${what} ${owner}`, minute, range);
      deps.cluster.usurp(owner, extent('pause', PAUSE_MS), extent('then', ZOMBIE_MS));
    });
  }
  maybe('log-trouble', 'brokers', ONCE_IN.log, () => {
    const forMs = faults.extent('log-trouble', 'brokers', minute, LOG_AWAY_MS);
    deps.away.logUntilMs = Math.max(deps.away.logUntilMs, time.monoMs() + forMs);
    deps.trace.tell(`the log is away for ${Math.round(forMs)} ms`);
  });
  maybe('meter-loss', 'building', ONCE_IN.meter, () => {
    const forMs = faults.extent('meter-loss', 'building', minute, METER_SILENT_MS);
    deps.away.meterUntilMs = Math.max(deps.away.meterUntilMs, time.monoMs() + forMs);
    deps.trace.tell(`the meter is silent for ${Math.round(forMs)} ms`);
  });
  maybeJump(deps, minute);
}

function cutLink({ faults, trace, time }: TroubleDeps, station: Station, minute: number): void {
  const forMs = faults.extent('link-loss', station.stationId, minute, OFFLINE_MS);
  trace.tell(`${station.stationId} loses its link for ${Math.round(forMs)} ms`);
  station.cutLink();
  time.after(forMs, `link of ${station.stationId}`, () => station.restoreLink());
}

function crash({ faults, cluster }: TroubleDeps, name: ProcessName, fault: FaultClass, minute: number): void {
  cluster.crash(name, Math.floor(faults.extent(fault, `calls ${name}`, minute, CALLS)));
}

/** Machines of the building switch on: no fault, every site has it. */
function maybeJump({ chance, building, time, trace }: TroubleDeps, minute: number): void {
  if (chance.draw('jump', 'building', minute) >= 1 / ONCE_IN.jump) return;
  const kw = chance.drawBetween(['jump kw', 'building', minute], ...JUMP_KW);
  const seconds = chance.drawBetween(['jump s', 'building', minute], ...JUMP_S);
  time.after(chance.drawBetween(['jump when', 'building', minute], 0, MINUTE_MS), 'jump', () => {
    trace.tell(`the building takes ${kw.toFixed(0)} kW more for ${seconds.toFixed(0)} s`);
    building.jumpBy(kw, seconds);
  });
}
