import { createHash } from 'node:crypto';

const BLOCK_LINES = 512;

/** What happened, line by line: all of it in the hash, what a person wants to read also in words. */
export interface Trace {
  /** For the hash only. */
  line(text: string): void;
  /** For the hash and for the reader. */
  tell(text: string): void;
  /** For the reader alone; undefined: there is none. */
  readonly narrate: ((text: string) => void) | undefined;
  lines(): number;
  /** SHA-256 of all lines so far, hex (DS-10). */
  hash(): string;
}

export function createTrace(nowMs: () => number, read?: (line: string) => void): Trace {
  const sum = createHash('sha256');
  let block: string[] = [];
  let count = 0;

  const line = (text: string): void => {
    count += 1;
    block.push(`${nowMs()} ${text}`);
    if (block.length < BLOCK_LINES) return;
    sum.update(block.join('\n'));
    block = [];
  };
  const show = read && ((text: string): void => read(`${new Date(nowMs()).toISOString().slice(11, 23)} ${text}`));
  return {
    line,
    tell(text) {
      line(text);
      show?.(text);
    },
    narrate: show,
    lines: () => count,
    hash: () => sum.copy().update(block.join('\n')).digest('hex'),
  };
}
