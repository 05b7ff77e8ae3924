/**
 * The door to everything outside the fence: demand response, tariffs, capacity limits, on one timeline of grid signals.
 * Nothing stands behind the door yet (the grid issue builds it); it says so, publishes nothing, and will refuse to raise
 * a limit above the site's own.
 */
export { assembleGridAdapter } from './assemble.ts';
export { type GridAdapterConfig, readEnv, toConfig } from './config.ts';
