import type { Timers } from '@headroom/kernel';
import type { Consumer } from 'kafkajs';
import type { ShardReader } from './shard-reader.ts';
import { within } from './within.ts';

const COMMIT_EVERY_MS = 1_000;
/** The library repeats a commit as long as the consumer runs, for minutes: a hung coordinator must not keep a service from its end. */
export const LAST_COMMIT_LIMIT_MS = 1_500;

/** Commits what is handled, once a second, so that lag can be seen from outside. A commit that fails is not missed. */
export function commitProgress(
  consumer: Pick<Consumer, 'commitOffsets'>,
  reader: Pick<ShardReader, 'progress'>,
  timers: Timers,
) {
  let committing: Promise<void> | undefined;
  const commit = async () => {
    const offsets = reader.progress().map((each) => ({ ...each, offset: String(each.offset) }));
    if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => {});
  };
  const tick = () => {
    committing ??= commit().finally(() => {
      committing = undefined;
    });
  };
  const cancel = timers.every(COMMIT_EVERY_MS, tick);
  return {
    end: async () => {
      cancel();
      await within((committing ?? Promise.resolve()).then(commit), LAST_COMMIT_LIMIT_MS, timers);
    },
  };
}
