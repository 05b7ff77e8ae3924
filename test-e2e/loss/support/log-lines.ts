import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestStack } from '../../support/stack.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** What a process of the stack has written of one event, over all its lives. */
export const linesOf = (running: TestStack, name: string, event: string): readonly LogLine[] =>
  readFileSync(join(running.directory, 'logs', `${name}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"${event}"`))
    .map((line) => JSON.parse(line) as LogLine);
