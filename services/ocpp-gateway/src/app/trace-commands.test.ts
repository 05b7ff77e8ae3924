import { expect, test } from '@jest/globals';
import { stationId } from '@headroom/kernel';
import { NO_SPAN, type Tracer } from '@headroom/telemetry';
import type { BatchCommand } from './send-batch.ts';
import { MAX_TRACED_COMMANDS, traceCommands } from './trace-commands.ts';

const commandOf = (n: number) => ({ commandId: `c${n}`, stationId: stationId(`ST-${n}`) }) as BatchCommand;

test('of a batch for a thousand stations the first commands are traced, and all of them are sent', () => {
  const followed: unknown[] = [];
  const tracer: Tracer = {
    begin: () => NO_SPAN,
    follow: (from, name, options) => {
      followed.push(options?.attributes?.['commandId']);
      return { ...NO_SPAN, traceparent: `${name} < ${from}` };
    },
  };
  const commands = Array.from({ length: 1_000 }, (_, n) => commandOf(n));
  const traced = traceCommands(tracer, commands, '00-dispatcher');
  expect(traced.map(({ commandId }) => commandId)).toEqual(commands.map(({ commandId }) => commandId));
  expect(followed).toEqual(commands.slice(0, MAX_TRACED_COMMANDS).map(({ commandId }) => commandId));
  expect(traced.filter(({ span }) => span !== undefined)).toHaveLength(MAX_TRACED_COMMANDS);
  expect(traceCommands(tracer, commands, undefined)).toBe(commands);
});
