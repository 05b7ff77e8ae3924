import type { Cluster } from './cluster.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import { INSTANCES, PROCESS_NAMES, type ProcessName } from './processes.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Of slow commands, those across which their sender dies, or loses its shard (simulation.md 1). */
const CRASH_SHARE = 0.3;
const MOVE_SHARE = 0.5;
/** Of those whose records wait within them. */
const STUCK_CRASH_SHARE = 0.5;
/** Of relays whose records wait within them, those that fall asleep with them until another has relayed on; of the rest some die. */
const STUCK_SLEEP_SHARE = 0.7;
const SLEEP_MS: readonly [number, number] = [12_000, 25_000];
const PAUSE_SHARE = 0.5;
const PAUSE_MS: readonly [number, number] = [5_500, 12_000];
/** Of lost acknowledgements, those that kill who waits for them: one that dies at each never gets any work done. */
const ACK_CRASH_SHARE = 0.2;
/** Who waits for an acknowledgement that never comes dies at its next port call, or after some more. */
const CALLS: readonly [number, number] = [0, 10];

/** Of slow commands, those during which stations lose their links for a moment, and the share of the stations that do (R4). */
const BLINK_SHARE = 0.3;
const BLINKING_SHARE = 0.5;
const BLINK_MS: readonly [number, number] = [20, 1_000];

export interface AimsDeps {
  readonly faults: Faults;
  readonly time: VirtualTime;
  /** How many sites there are. Default: one. */
  readonly sites?: number;
}

/** Trouble that waits for the moment at which it is worst. */
export interface Aims {
  onSlowRequest(process: string, call: number): void;
  /** How a station loses its link for so long. */
  reach(stationIds: readonly string[], loseLink: (stationId: string, forMs: number) => void): void;
  onLostAck(life: Pick<Life, 'process' | 'name'>, append: number): void;
  onStuck(process: string, append: number, forMs: number): void;
  /** A dispatcher waits for the log: what reaches a station now should not have been sent yet (HO-2). */
  isStuck(): boolean;
}

type Struck = Pick<Cluster, 'crash' | 'kill' | 'pause' | 'moveShard'>;

export function createAims({ faults, time, sites = 1 }: AimsDeps, cluster: () => Struck): Aims {
  let stuckUntilMs = 0;
  let links: Parameters<Aims['reach']> = [[], () => undefined];
  /** A command that is on its way finds the next connection of its station. */
  const blink = (process: string, call: number): void => {
    if (!faults.fires('link-loss', `blinks ${process}`, call, BLINK_SHARE)) return;
    const [stationIds, loseLink] = links;
    for (const stationId of stationIds) {
      const which = `blinks ${process} ${stationId}`;
      if (faults.extent('link-loss', `who ${which}`, call, [0, 1]) >= BLINKING_SHARE) continue;
      loseLink(stationId, faults.extent('link-loss', `for ${which}`, call, BLINK_MS));
    }
  };
  const named = (process: string): ProcessName | undefined => PROCESS_NAMES.find((name) => name === process);
  /** With the records of the outbox in its hands (Q3). */
  const sleeps = (name: ProcessName, append: number): boolean => {
    if (!faults.fires('stuck-append', `sleeps ${name}`, append, STUCK_SLEEP_SHARE)) return false;
    cluster().pause(name, faults.extent('stuck-append', `sleep ${name}`, append, SLEEP_MS));
    return true;
  };
  return {
    onSlowRequest(process, call) {
      const name = INSTANCES['profile-dispatcher'].find((each) => each === process);
      if (name === undefined) return;
      blink(process, call);
      if (faults.fires('dispatcher-crash', 'aimed', call, CRASH_SHARE)) return cluster().crash(name, 1);
      if (!faults.fires('slow-move', `aimed ${process}`, call, MOVE_SHARE)) return;
      const pauses = faults.extent('slow-move', `how ${process}`, call, [0, 1]) < PAUSE_SHARE;
      const site = Math.floor(faults.extent('slow-move', `site ${process}`, call, [0, sites]));
      if (!pauses) return void cluster().moveShard('profile-dispatcher', site);
      cluster().pause(name, faults.extent('slow-move', `pause ${process}`, call, PAUSE_MS));
    },
    reach: (...how) => {
      links = how;
    },
    onLostAck({ process, name: life }, append) {
      const name = named(process);
      // By incarnation: the heir comes to the same append, and need not die of it again.
      if (name === undefined || !faults.fires('ack-crash', `after ${life}`, append, ACK_CRASH_SHARE)) return;
      cluster().crash(name, Math.floor(faults.extent('ack-crash', `calls ${process}`, append, CALLS)));
    },
    onStuck(process, append, forMs) {
      const name = named(process);
      if (name === undefined) return;
      if (INSTANCES['profile-dispatcher'].includes(name)) stuckUntilMs = time.monoMs() + forMs;
      if (INSTANCES['session-registry'].includes(name) && sleeps(name, append)) return;
      if (!faults.fires('stuck-append', `after ${process}`, append, STUCK_CRASH_SHARE)) return;
      time.after(faults.extent('stuck-append', `dies ${process}`, append, [0, forMs]), 'stuck', () =>
        cluster().kill(name),
      );
    },
    isStuck: () => time.monoMs() < stuckUntilMs,
  };
}
