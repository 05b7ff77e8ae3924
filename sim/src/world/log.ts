import { type EventLog, EventLogError, type EventRecord, type LogPosition } from '@headroom/event-log';
import type { Rng } from '@headroom/kernel';
import { between } from '../rng.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import { consumeSim, type GroupBook } from './log-consumer.ts';
import type { LogStore } from './log-store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a produce may take before it is given up (KF-20: delivery timeout). */
const APPEND_TIMEOUT_MS = 5_000;
const ONE_WAY_MS: readonly [number, number] = [0.3, 3];
/** Of appends, in a seed with trouble of the log. */
const SLOW_SHARE = 0.01;
const LOST_ACK_SHARE = 0.003;
const SLOW_MS: readonly [number, number] = [100, 3_000];

export interface LogWorld {
  readonly time: VirtualTime;
  readonly store: LogStore;
  readonly groups: GroupBook;
  readonly faults: Faults;
  /** The brokers cannot be reached now. */
  readonly isAway: () => boolean;
}

/** The log as one incarnation sees it: what the real one may do, it does. */
export function createSimLog(world: LogWorld, life: Life, rng: Rng): EventLog {
  const { time, store, faults } = world;
  let appends = 0;
  /** Records of one key keep the order of the calls: nothing lands before what was sent earlier. */
  let lastLandingMs = 0;

  const landIn = (delayMs: number): number => {
    lastLandingMs = Math.max(lastLandingMs, time.monoMs() + delayMs);
    return lastLandingMs - time.monoMs();
  };

  async function append(records: readonly EventRecord[]): Promise<readonly LogPosition[]> {
    appends += 1;
    const slow = faults.fires('log-trouble', `slow ${life.process}`, appends, SLOW_SHARE);
    const slowMs = slow ? faults.extent('log-trouble', `slow ${life.process}`, appends, SLOW_MS) : 0;
    const toMs = landIn(between(rng, ...ONE_WAY_MS) + slowMs);
    if (world.isAway() || faults.fires('log-trouble', `ack ${life.process}`, appends, LOST_ACK_SHARE)) {
      return appendInVain(records, toMs);
    }
    return life.call('log.append', { toMs, backMs: between(rng, ...ONE_WAY_MS) }, () => store.append(records));
  }

  /** Not acknowledged in time: it may or may not have been written. */
  function appendInVain(records: readonly EventRecord[], toMs: number): Promise<readonly LogPosition[]> {
    const written = rng.next() < 0.5;
    return life.call('log.append', { toMs, backMs: APPEND_TIMEOUT_MS }, () => {
      if (written) store.append(records);
      throw new EventLogError('LOG_UNAVAILABLE', 'not acknowledged in time');
    });
  }

  return {
    ensureTopics: async (specs) => store.ensure(specs),
    append,
    partitionOf: (topic, key) => store.partitionOf(topic, key),
    consume: (options) =>
      life.call('log.consume', { toMs: between(rng, ...ONE_WAY_MS), backMs: 1, survives: false }, () =>
        consumeSim({ ...world, life, rng }, options),
      ),
    trouble: () => (world.isAway() ? 'the brokers do not answer' : undefined),
    close: async () => undefined,
  };
}
