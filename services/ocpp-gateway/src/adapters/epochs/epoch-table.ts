import { OWNER_ROLES } from '@headroom/contracts';
import type { EpochSource } from '@headroom/turn-store';
import type { GatewayEvents } from '../../events.ts';
import type { EpochTable } from '../../ports.ts';

/** Real milliseconds: a batch of commands waits for this. */
const READ_DEADLINE_MS = 1_000;

/** The epochs of dispatchers. One read at a time, whoever asks. */
export function createEpochTable(source: Pick<EpochSource, 'current'>, events: GatewayEvents): EpochTable {
  let running: Promise<ReadonlyMap<number, bigint> | undefined> | undefined;
  const read = async (): Promise<ReadonlyMap<number, bigint> | undefined> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${READ_DEADLINE_MS} ms`)), READ_DEADLINE_MS);
    });
    try {
      return await Promise.race([source.current(OWNER_ROLES.dispatcher), late]);
    } catch (cause) {
      events.epochsUnknown(cause instanceof Error ? cause.message : 'unknown');
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    read() {
      running ??= read().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
