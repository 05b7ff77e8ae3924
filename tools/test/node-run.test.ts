import { getPriority } from 'node:os';
import { expect, test } from '@jest/globals';
import { runNode, stopRunning } from './node-run.ts';

const root = import.meta.dirname;
const out = (): void => undefined;
const WAITS = ['-e', 'setTimeout(() => undefined, 20_000)'];
const KILLED = 137;

test('it is killed at its limit, and says so by its status', async () => {
  expect(await runNode({ root, args: WAITS, out, limitMs: 50 })).toBe(KILLED);
  expect(await runNode({ root, args: ['-e', 'process.exitCode = 3'], out, limitMs: 20_000 })).toBe(3);
});

test('its limit counts from the end of what it stands back behind, whether that went well or not', async () => {
  for (const ends of [() => Promise.resolve(), () => Promise.reject(new Error('a lane broke'))]) {
    let isFree = false;
    const limitFrom = new Promise((resolve) => setTimeout(resolve, 600)).then(() => {
      isFree = true;
      return ends();
    });
    expect(await runNode({ root, args: WAITS, out, limitMs: 50, limitFrom })).toBe(KILLED);
    expect(isFree).toBe(true);
  }
});

test('one that stands back is killed with the others, and was last in the queue for the processor', async () => {
  const text: string[] = [];
  const said = Promise.withResolvers<void>();
  const onStdout = (chunk: string): void => {
    text.push(chunk);
    said.resolve();
  };
  const args = ['-e', 'console.log(os.getPriority()); setTimeout(() => undefined, 20_000)'];
  const status = runNode({ root, args, out, onStdout, limitMs: 60_000, niceness: 5 });
  await said.promise;
  stopRunning();
  expect(await status).toBe(KILLED);
  expect(Number(text.join(''))).toBe(Math.min(getPriority() + 5, 19));
});
