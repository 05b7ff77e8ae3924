import type { Timers } from '@headroom/kernel';
import { isObject, type Json, listAt, optional, textAt } from '../json.ts';
import type { SimLog } from '../log.ts';
import { NOTIFICATIONS_WAITING_MAX, NOTIFY_ATTEMPTS_MAX, NOTIFY_FIRST_PAUSE_MS, UNDELIVERED_MAX } from './bounds.ts';
import type { Callbacks } from './callback.ts';
import type { Operation, VtnObject } from './vtn-object.ts';

/** Sends notifications to webhooks: one callback at a time gets one, in order (DR-W2 to DR-W5). */
export interface Notifier {
  /** `seen`: the object as the subscriber may see it. */
  offer(subscription: VtnObject, operation: Operation, seen: VtnObject): void;
  /** Nothing more is sent for this subscription. */
  forget(subscriptionId: string): void;
  close(): void;
}

export interface NotifierConfig {
  readonly timers: Timers;
  readonly callbacks: Callbacks;
  readonly log: SimLog;
  /** Its callback takes nothing any more. */
  readonly dead: (subscriptionId: string) => void;
}

interface Lane {
  readonly subscriptionId: string;
  readonly url: string;
  readonly bearerToken: string | undefined;
  /** Bodies, the oldest first; not the one under way. */
  readonly waiting: string[];
  undelivered: number;
  busy: boolean;
}

export function createNotifier({ timers, callbacks, log, dead }: NotifierConfig): Notifier {
  /** By subscription and entry of its objectOperations: bounded by both. */
  const lanes = new Map<string, Lane>();
  const isOpen = (lane: Lane): boolean => lanes.get(keyOf(lane)) === lane;
  const keyOf = ({ subscriptionId, url, bearerToken }: Pick<Lane, 'subscriptionId' | 'url' | 'bearerToken'>): string =>
    JSON.stringify([subscriptionId, url, bearerToken]);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));

  const send = async (lane: Lane, body: string): Promise<boolean> => {
    const { url, bearerToken } = lane;
    for (let attempt = 1; isOpen(lane); attempt += 1) {
      const answer = await callbacks.call({ url, method: 'POST', body, bearerToken });
      if (answer !== undefined && answer.status < 300) return true;
      if (attempt >= NOTIFY_ATTEMPTS_MAX) return false;
      await pause(NOTIFY_FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
    return false;
  };

  const drain = async (lane: Lane): Promise<void> => {
    lane.busy = true;
    for (let body = lane.waiting.shift(); body !== undefined && isOpen(lane); body = lane.waiting.shift()) {
      const arrived = await send(lane, body);
      if (!isOpen(lane)) return;
      lane.undelivered = arrived ? 0 : lane.undelivered + 1;
      if (lane.undelivered < UNDELIVERED_MAX) continue;
      log.warn('vtn-subscription-ended', { subscriptionId: lane.subscriptionId, undelivered: lane.undelivered });
      dead(lane.subscriptionId);
    }
    lane.busy = false;
  };

  return {
    offer(subscription, operation, seen) {
      const { objectType } = seen;
      const notification = { objectType, operation, object: seen, ...optional('targets', seen['targets']) };
      for (const entry of wanting(subscription, operation, objectType)) {
        const url = textAt(entry, 'callbackUrl') ?? '';
        const at = { subscriptionId: subscription.id, url, bearerToken: textAt(entry, 'bearerToken') };
        const lane: Lane = lanes.get(keyOf(at)) ?? { ...at, waiting: [], undelivered: 0, busy: false };
        lanes.set(keyOf(at), lane);
        lane.waiting.push(JSON.stringify(notification));
        if (lane.waiting.length > NOTIFICATIONS_WAITING_MAX) lane.waiting.shift();
        if (!lane.busy) void drain(lane);
      }
    },
    forget(subscriptionId) {
      for (const [key, lane] of lanes) if (lane.subscriptionId === subscriptionId) lanes.delete(key);
    },
    close: () => lanes.clear(),
  };
}

/** Entries of a subscription that ask for this operation on this kind of object. */
function wanting(subscription: VtnObject, operation: Operation, objectType: string): readonly Json[] {
  return (listAt(subscription, 'objectOperations') ?? [])
    .filter(isObject)
    .filter(
      (entry) =>
        listAt(entry, 'objects')?.includes(objectType) === true &&
        listAt(entry, 'operations')?.includes(operation) === true,
    );
}
