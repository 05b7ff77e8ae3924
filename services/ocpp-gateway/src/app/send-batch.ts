import type { StationId } from '@headroom/kernel';
import type { EpochTable } from '../ports.ts';
import type { Connections } from './connections.ts';
import type { CommandVerdict, FencedCommand } from './outbound.ts';
import type { StationMemory } from './station-memory.ts';

/** Commands of one batch; one over it and the whole batch is refused. */
export const MAX_BATCH_COMMANDS = 1_000;

export interface BatchCommand extends FencedCommand {
  readonly stationId: StationId;
}

export interface SendBatchDeps {
  readonly connections: Connections;
  readonly memory: StationMemory;
  readonly epochs: EpochTable;
}

/**
 * Hands each command to its station; one verdict each, in order. `written` is told only once it is, and everything else
 * only once it is certain never to be. That takes `COMMAND_QUEUE_WAIT_MS` at most, and no time where no call is outstanding.
 */
export async function sendBatch(
  deps: SendBatchDeps,
  shard: number,
  epoch: bigint,
  commands: readonly BatchCommand[],
): Promise<readonly CommandVerdict[]> {
  await learnEpochs(deps);
  deps.memory.sawEpoch(shard, epoch);
  return Promise.all(
    commands.map(async (command): Promise<CommandVerdict> => {
      const connection = deps.connections.current(command.stationId);
      // One that is about to be closed may leave the command unanswered: its next connection gets it.
      if (connection === undefined || connection.life.phase !== 'open') return { kind: 'not-connected' };
      return connection.outbound.command(command);
    }),
  );
}

/** Reads the table of epochs once; while it cannot be read, the fence knows nothing and lets fallbacks pass only (O5). */
export async function learnEpochs({ memory, epochs }: Pick<SendBatchDeps, 'memory' | 'epochs'>): Promise<void> {
  if (memory.knowsEpochs()) return;
  const table = await epochs.read();
  if (table !== undefined) memory.learnEpochs(table);
}
