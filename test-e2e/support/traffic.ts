import { TOPICS } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { createRedisLiveState, type LiveFamily } from '@headroom/live-state';
import type { Stack } from '@headroom/run';

/** Records that stand in each registered topic, counted from the log itself. */
export async function recordsByTopic(stack: Stack): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = Object.fromEntries(Object.values(TOPICS).map(({ name }) => [name, 0]));
  const log = await createKafkaEventLog({
    brokers: (stack.servers.endpoints.kafka ?? '').split(','),
    clientId: 'traffic',
  });
  await new Promise<void>((resolve, reject) => {
    log
      .consume({
        group: `traffic-${process.pid}-${Date.now()}`,
        topics: Object.keys(counts),
        start: { kind: 'earliest' },
        onBatch: (batch) => {
          counts[batch.topic] = (counts[batch.topic] ?? 0) + batch.records.length;
          return Promise.resolve();
        },
        onCaughtUp: resolve,
        onFatal: reject,
      })
      .catch(reject);
  });
  await log.close();
  return counts;
}

/** Calls that each service handled, by method path. */
export async function callsByMethod(stack: Stack): Promise<Readonly<Record<string, number>>> {
  const counts = await Promise.all(
    [...stack.healthUrls.values()].map(
      async (url) => (await (await fetch(`${url}/calls`)).json()) as Record<string, number>,
    ),
  );
  return Object.assign({}, ...counts);
}

/** Whether each key family of live state holds a value. */
export async function familiesWithValues(
  stack: Stack,
  ids: Readonly<Record<LiveFamily, string>>,
): Promise<Readonly<Record<string, boolean>>> {
  const live = await createRedisLiveState({ url: stack.servers.endpoints.redis ?? '' });
  const found = await Promise.all(
    (Object.entries(ids) as [LiveFamily, string][]).map(
      async ([family, id]) => [family, (await live.get(family, id)) !== undefined] as const,
    ),
  );
  await live.close();
  return Object.fromEntries(found);
}
