import type { Timers } from '@headroom/kernel';
import type { Consumer } from 'kafkajs';
import type { ShardReader } from './shard-reader.ts';

const COMMIT_EVERY_MS = 1_000;

/** Commits what is handled, once a second, so that lag can be seen from outside. A commit that fails is not missed. */
export function commitProgress(consumer: Consumer, reader: ShardReader, timers: Timers) {
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
      await committing;
      await commit();
    },
  };
}
