/** A thread in a solver that traps. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {
  throw new Error('memory access out of bounds');
});
