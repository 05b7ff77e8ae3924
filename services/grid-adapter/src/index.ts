/**
 * The way to everything outside the fence: a VEN of OpenADR 3 that polls the VTNs of utilities, and puts what they ask for on one timeline
 * of limits and prices for each site and circuit. It refuses to raise a limit above the site's own, to guess units, and to let anything
 * that a VTN sends move a site unless it has been read in full.
 */
export { assembleGridAdapter, type GridAdapterDoors } from './assemble.ts';
export {
  type GridAdapterConfig,
  type GridSourceConfig,
  type RawGridAdapterConfig,
  readEnv,
  toConfig,
} from './config.ts';
