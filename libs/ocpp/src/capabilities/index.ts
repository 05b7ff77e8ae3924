/**
 * What a station says that it can do with charging profiles: which settings tell it in each version, and what their values come to. Pure. It
 * refuses to believe what cannot be, and to know vendors: see `../quirks`.
 */
export {
  type Capabilities,
  type CapabilitiesSince21,
  capabilitiesOf,
  MAX_PROFILES,
  MAX_STACK_LEVEL,
  type ReadCapabilities,
  takesSetpoints,
  UNKNOWN_CAPABILITIES,
} from './capabilities-of.ts';
export { MAX_SETPOINT_EVSES, type ReportedSetting, reportedSettings } from './settings.ts';
