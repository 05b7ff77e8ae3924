/**
 * Ways to run the whole: embedded in one process, and as a stack of processes on real servers of this machine.
 * It refuses to be production.
 */
export { type EmbeddedParts, type EmbeddedRun, runEmbedded } from './embedded/run.ts';
export { type Stack, type StackOptions, StackRefused, startStack } from './stack/stack.ts';
export { type Utility } from './utility.ts';
