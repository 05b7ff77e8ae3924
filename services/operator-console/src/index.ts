/**
 * The face of Headroom: the HTTP API, its description, live sites by server-sent events, and the page in the browser.
 * It refuses to hold state of its own beyond read models, and to decide anything about power.
 */
export { assembleOperatorConsole, type OperatorConsole, PortBusy } from './assemble.ts';
export { type ConsoleConfig, type RawConsoleConfig, readEnv, toConfig } from './config.ts';
