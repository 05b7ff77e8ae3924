import type { CapabilitiesAnswered } from '../domain/facts.ts';

/**
 * The answer of a station of 2.1 to what it can do.
 *
 * @param modes that its EVSE follows
 */
export const abilitiesTold = (
  of: Pick<CapabilitiesAnswered, 'siteId' | 'stationId' | 'generation' | 'atMs'>,
  modes = 'ChargingOnly,CentralSetpoint',
): CapabilitiesAnswered => ({
  ...{ kind: 'capabilities-answered', ...of },
  settings: [
    { name: 'SmartChargingCtrlr.RateUnit', value: 'A' },
    { name: 'SmartChargingCtrlr.PeriodsPerSchedule', value: '4' },
    { name: 'V2XChargingCtrlr(1).Enabled', value: 'true' },
    { name: 'V2XChargingCtrlr(1).SupportedOperationModes', value: modes },
  ],
});
