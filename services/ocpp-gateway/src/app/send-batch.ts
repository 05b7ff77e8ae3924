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

export interface Batch {
  readonly shard: number;
  readonly epoch: bigint;
  readonly commands: readonly BatchCommand[];
  /** Connections that the dispatcher gave up while this gateway was silent (ADR 22). */
  readonly givenUp: readonly { readonly stationId: StationId; readonly generation: number }[];
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
  { shard, epoch, commands, givenUp }: Batch,
): Promise<readonly CommandVerdict[]> {
  await learnEpochs(deps);
  deps.memory.sawEpoch(shard, epoch);
  for (const each of givenUp) closeGivenUp(deps, each);
  return Promise.all(
    commands.map(async (command): Promise<CommandVerdict> => {
      const connection = deps.connections.current(command.stationId);
      // One that is about to be closed may leave the command unanswered: its next connection gets it.
      if (connection === undefined || connection.life.phase !== 'open') return { kind: 'not-connected' };
      return connection.outbound.command(command);
    }),
  );
}

/**
 * Nobody commands that station any more until it connects anew, and it does not know: closed, it dials. Whoever asks, a station
 * that dials again loses nothing.
 */
function closeGivenUp({ connections }: SendBatchDeps, { stationId, generation }: Batch['givenUp'][number]): void {
  const connection = connections.current(stationId);
  if (connection === undefined || connection.generation !== generation || connection.life.phase !== 'open') return;
  connection.socket.close(1012, 'this connection was given up while its gateway was silent');
}

/** Reads the table of epochs once; while it cannot be read, the fence knows nothing and lets fallbacks pass only (O5). */
export async function learnEpochs({ memory, epochs }: Pick<SendBatchDeps, 'memory' | 'epochs'>): Promise<void> {
  if (memory.knowsEpochs()) return;
  const table = await epochs.read();
  if (table !== undefined) memory.learnEpochs(table);
}
