/**
 * A model of take-over, small enough to look at every state of it: two dispatchers of which one is stale, two gateways
 * that die, two stations on one circuit, the log, and commands that arrive whenever they like. It proves HO-2's order of
 * steps, and shows the shortest way into an overload for each weaker one. It refuses to be the platform: it shares no
 * code with it, knows no time, and has nothing that the question does not need. docs/takeover.md explains it.
 */
export { SAFE, UNSAFE } from './cases.ts';
export { MAX_STATES } from './explore.ts';
export { exploreTakeOver } from './take-over.ts';
export type { World } from './world.ts';
