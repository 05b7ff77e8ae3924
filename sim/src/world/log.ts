import {
  type AppendOptions,
  type EventLog,
  EventLogError,
  type EventRecord,
  type LogPosition,
} from '@headroom/event-log';
import { fencedError } from '@headroom/event-log/group-parts';
import type { Rng } from '@headroom/kernel';
import { between } from '../rng.ts';
import type { Away } from './away.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import { consumeSim, type GroupBook } from './log-consumer.ts';
import { createSimGroup, type SimGroup } from './log-group.ts';
import { consumeOwner } from './log-owner.ts';
import type { LogStore } from './log-store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a produce may take before it is given up (KF-20: delivery timeout). */
const APPEND_TIMEOUT_MS = 5_000;
const ONE_WAY_MS: readonly [number, number] = [0.3, 3];
/** A record waits so long for company before it is sent; then the fence of its append is asked. */
const LINGER_MS: readonly [number, number] = [0.5, 3];
/** Of appends, in a seed with trouble of the log. */
const SLOW_SHARE = 0.01;
/** Either alone loses acknowledgements; the second also kills who waits for one. */
const LOST_ACK_CLASSES = ['lost-ack', 'ack-crash'] as const;
const STUCK_SHARE = 0.01;
const LOST_ACK_SHARE = 0.003;
/** Of lost acknowledgements, those after which the writer sends again and is answered: the records stand twice (OW-03). */
const RESENT_SHARE = 0.5;
/** An attempt is given up after a second, and the next one begins (OW-05). */
const RESEND_MS: readonly [number, number] = [1_000, 1_600];
const SLOW_MS: readonly [number, number] = [100, 3_000];

export interface LogWorld {
  readonly time: VirtualTime;
  readonly store: LogStore;
  readonly groups: GroupBook;
  /** Groups of owners, by name. */
  readonly owners: Map<string, SimGroup>;
  readonly rng: Rng;
  readonly faults: Faults;
  /** The brokers cannot be reached now. */
  readonly isAway: () => boolean;
  readonly away: Pick<Away, 'logFromMs' | 'logUntilMs'>;
  /** An acknowledgement of this process is lost: the moment at which its death is worst. */
  readonly onLostAck: (life: Life, append: number) => void;
  /** What this process has just written to the log waits within it. */
  readonly onStuck: (process: string, append: number, forMs: number) => void;
}

interface Way {
  readonly toMs: number;
  readonly backMs: number;
  readonly land: () => readonly LogPosition[] | Promise<readonly LogPosition[]>;
}

type Fence = AppendOptions['fence'];

/** The log as one incarnation sees it: what the real one may do, it does. */
export function createSimLog(world: LogWorld, life: Life, rng: Rng): EventLog {
  const { time, store, faults } = world;
  let appends = 0;
  /** Records of one key keep the order of the calls: nothing lands before what was sent earlier. */
  let lastLandingMs = 0;
  let lastLeavingMs = 0;

  const landIn = (delayMs: number): number => {
    lastLandingMs = Math.max(lastLandingMs, time.monoMs() + delayMs);
    return lastLandingMs - time.monoMs();
  };

  /** Likewise of what waits in the process: nothing leaves before what was asked for earlier. */
  const leaveIn = (delayMs: number): number => {
    lastLeavingMs = Math.max(lastLeavingMs, time.monoMs() + delayMs);
    return lastLeavingMs - time.monoMs();
  };
  /** A leader that does not answer: the record waits in the process that wrote it, and is lost with it. */
  function stuckMs(count: number): number {
    const { process } = life;
    if (!faults.fires('stuck-append', process, count, STUCK_SHARE)) return 0;
    const forMs = faults.extent('stuck-append', process, count, SLOW_MS);
    world.onStuck(process, count, forMs);
    return forMs;
  }

  /** How this append will go: drawn as it leaves the process. */
  function wayOf(records: readonly EventRecord[], count: number, fence: Fence): Way {
    const { process } = life;
    const slow = faults.fires('log-trouble', `slow ${process}`, count, SLOW_SHARE);
    const slowMs = slow ? faults.extent('log-trouble', `slow ${process}`, count, SLOW_MS) : 0;
    const lost = LOST_ACK_CLASSES.find((fault) => faults.fires(fault, process, count, LOST_ACK_SHARE));
    const againMs = lost === 'lost-ack' && !world.isAway() ? resendMs(faults, process, count) : undefined;
    const isVain = world.isAway() || (lost !== undefined && againMs === undefined);
    const isWritten = !isVain || lost !== undefined || rng.next() < 0.5;
    const land: Way['land'] = () => {
      const positions = isWritten ? store.append(records) : [];
      if (againMs !== undefined) return sentAgain({ world, life, records, fence }, againMs);
      if (lost !== undefined) world.onLostAck(life, count);
      // Not acknowledged in time: it may or may not have been written.
      if (isVain) throw new EventLogError('LOG_UNAVAILABLE', 'not acknowledged in time');
      return positions;
    };
    const toMs = landIn(between(rng, ...ONE_WAY_MS) + slowMs);
    // One batch is on its way at a time: what comes later waits for the second attempt too.
    if (againMs !== undefined) landIn(toMs + againMs + ONE_WAY_MS[0]);
    return { toMs, backMs: isVain ? APPEND_TIMEOUT_MS : between(rng, ...ONE_WAY_MS), land };
  }

  async function append(
    records: readonly EventRecord[],
    { fence }: AppendOptions = {},
  ): Promise<readonly LogPosition[]> {
    appends += 1;
    const count = appends;
    const leavesInMs = leaveIn(stuckMs(count) + (fence === undefined ? 0 : between(rng, ...LINGER_MS)));
    if (leavesInMs === 0) {
      const way = wayOf(records, count, fence);
      return life.call('log.append', way, way.land);
    }
    // Within the process: it may fall asleep before, or die, and the fence is asked when it wakes (OW-30).
    const linger = { toMs: leavesInMs, backMs: between(rng, ...ONE_WAY_MS), survives: false };
    return life.call('log.append', linger, () => {
      if (fence?.() === false) throw fencedError();
      return new Promise((resolve, reject) => {
        const { toMs, land } = wayOf(records, count, fence);
        time.after(toMs, `${life.name} append`, () => {
          try {
            resolve(land());
          } catch (cause) {
            time.after(APPEND_TIMEOUT_MS, `${life.name} append`, () => reject(cause));
          }
        });
      });
    });
  }

  const groupOf = (name: string): SimGroup => {
    const known = world.owners.get(name);
    if (known !== undefined) return known;
    const partitionsOf = (topic: string): readonly number[] => [...Array(store.partitionsOf(topic)).keys()];
    const group = createSimGroup({ time, rng: world.rng, name, isAway: world.isAway, partitionsOf });
    world.owners.set(name, group);
    return group;
  };

  return {
    ensureTopics: async (specs) => store.ensure(specs),
    append,
    partitionOf: (topic, key) => store.partitionOf(topic, key),
    consume: (options) =>
      life.call('log.consume', { toMs: between(rng, ...ONE_WAY_MS), backMs: 1, survives: false }, () =>
        options.ownership === undefined
          ? consumeSim({ ...world, life, rng }, options)
          : consumeOwner(
              { ...world, life, rng },
              { group: groupOf(options.group), options, ownership: options.ownership },
            ),
      ),
    readToEnd: async ({ topic, partition, from = 0n, onRecords }) => {
      const ways = { toMs: between(rng, ...ONE_WAY_MS), backMs: between(rng, ...ONE_WAY_MS), survives: false };
      const { wanted, end } = await life.call('log.read', ways, () => {
        if (world.isAway()) throw new EventLogError('LOG_UNAVAILABLE', 'the brokers do not answer');
        const end = store.partition(topic, partition).records.length;
        return { wanted: store.retained(topic, partition, Number(from)), end };
      });
      if (wanted.length > 0) onRecords(wanted);
      return BigInt(end);
    },
    trouble: () => (world.isAway() ? 'the brokers do not answer' : undefined),
    close: async () => undefined,
  };
}

/** After how long these records are sent again; undefined: whoever lost their acknowledgement has given up. */
function resendMs(faults: Faults, process: string, count: number): number | undefined {
  const isResent = faults.extent('lost-ack', `again ${process}`, count, [0, 1]) < RESENT_SHARE;
  return isResent ? faults.extent('lost-ack', `after ${process}`, count, RESEND_MS) : undefined;
}

interface Attempt {
  readonly world: LogWorld;
  readonly life: Life;
  readonly records: readonly EventRecord[];
  readonly fence: Fence;
}

/** The second attempt, by the process as it is then: it may have died, or slept, and its fence is asked again (OW-30). */
function sentAgain({ world, life, records, fence }: Attempt, inMs: number): Promise<readonly LogPosition[]> {
  return new Promise((resolve, reject) => {
    life.after(inMs, `${life.name} append again`, () => {
      if (fence?.() === false) reject(fencedError());
      else if (world.isAway()) reject(new EventLogError('LOG_UNAVAILABLE', 'not acknowledged in time'));
      else resolve(world.store.append(records));
    });
  });
}
