/**
 * The face of Headroom: the HTTP API, its description, live sites by server-sent events, and the page in the browser.
 * What the grid asked of a site, and what came of it, is kept in tables of its own. It refuses to hold any state that
 * could not be read again from the log, and to decide anything about power.
 */
export {
  assembleOperatorConsole,
  type ConsoleDoors,
  type OperatorConsole,
  PortBusy,
  readSiteDocument,
} from './assemble.ts';
export { type ConsoleConfig, type RawConsoleConfig, readEnv, toConfig } from './config.ts';
export { readTariffs, type Tariffs } from './config-tariffs.ts';
