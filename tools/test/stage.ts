/** A part of the run, with what it prints. */
import type { Out } from './node-run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const secondsSince = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1);

/** A stage that has the screen to itself: what it prints is seen at once. */
export async function stage(title: string, body: (out: Out) => Promise<void>): Promise<void> {
  const begun = performance.now();
  say(`\n== ${title}`);
  await body((text) => void process.stdout.write(text));
  say(`== ${title}: ${secondsSince(begun)} s`);
}

/**
 * A stage that runs beside others. What it prints is kept, and printed in one piece when it ends, however it ends: lines of two
 * stages in one another could not be read.
 */
export async function stageBeside(title: string, body: (out: Out) => Promise<void>): Promise<void> {
  const begun = performance.now();
  const kept: string[] = [];
  say(`== begun: ${title}`);
  try {
    await body((text) => void kept.push(text));
  } finally {
    say(`\n== ${title}\n${kept.join('').trimEnd()}\n== ${title}: ${secondsSince(begun)} s`);
  }
}
