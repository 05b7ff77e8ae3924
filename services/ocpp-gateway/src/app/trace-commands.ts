import { NO_SPAN, type Tracer } from '@headroom/telemetry';
import type { CommandVerdict } from './outbound.ts';
import type { BatchCommand } from './send-batch.ts';

/** Of one batch: a thousand spans of one decision tell nobody more than these, and cost a fifth of writing it. */
export const MAX_TRACED_COMMANDS = 32;

/** A span for each of the first commands of a traced batch, from its arrival until its station has answered. */
export function traceCommands(
  tracer: Tracer,
  commands: readonly BatchCommand[],
  traceparent: string | undefined,
): readonly BatchCommand[] {
  if (traceparent === undefined) return commands;
  return commands.map((command, n) => {
    if (n >= MAX_TRACED_COMMANDS) return command;
    const { commandId, stationId } = command;
    const span = tracer.follow(traceparent, 'command to station', { attributes: { commandId, stationId } });
    return span === NO_SPAN ? command : { ...command, span };
  });
}

/** No station answers a command that was never written. */
export function endUnwritten(commands: readonly BatchCommand[], verdicts: readonly CommandVerdict[]): void {
  for (const [index, { span }] of commands.entries()) {
    const verdict = verdicts[index]?.kind ?? 'none';
    span?.set({ verdict });
    if (verdict !== 'written') span?.end(`not written: ${verdict}`);
  }
}
