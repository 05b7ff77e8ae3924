import type { Placement } from './placement.ts';
import type { ProblemCode } from './problem.ts';
import type { OperationMode, Period, Profile, Purpose, Rate, Schedule } from './profile.ts';

/** A period with all that it belongs to. */
export interface OnePeriod {
  readonly profile: Profile;
  readonly schedule: Schedule;
  readonly period: Period;
}

type Amount = 'limit' | 'dischargeLimit' | 'setpoint' | 'setpointReactive';
const AMOUNTS: readonly Amount[] = ['limit', 'dischargeLimit', 'setpoint', 'setpointReactive'];

/** What each mode needs, and what it may have beside it (2.1 block Q, "limits and setpoints per operation mode"). */
const AMOUNTS_OF: Readonly<
  Record<OperationMode, { readonly needs: readonly Amount[]; readonly may: readonly Amount[] }>
> = {
  Idle: { needs: [], may: [] },
  ChargingOnly: { needs: ['limit'], may: [] },
  CentralSetpoint: { needs: ['setpoint'], may: ['limit', 'dischargeLimit', 'setpointReactive'] },
  ExternalSetpoint: { needs: [], may: ['limit', 'dischargeLimit'] },
  ExternalLimits: { needs: [], may: [] },
  CentralFrequency: { needs: ['setpoint'], may: ['limit', 'dischargeLimit'] },
  LocalFrequency: { needs: [], may: [] },
  LocalLoadBalancing: { needs: [], may: [] },
};

/** Purposes that know only some modes (K01.FR.111 to K01.FR.113). */
const MODES_OF: Readonly<Partial<Record<Purpose, readonly OperationMode[]>>> = {
  priority: ['ChargingOnly'],
  'station-max': ['ChargingOnly'],
  'local-generation': ['ChargingOnly', 'ExternalLimits'],
  'external-constraints': ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
};

const MIN_CURVE_POINTS = 2;

/** Amounts, and the mode that says which there are. Before 2.1 there is one mode and one amount. */
export function* problemsOfMode(
  { profile, schedule, period }: OnePeriod,
  placement: Placement,
): Generator<ProblemCode> {
  const mode = period.operationMode ?? 'ChargingOnly';
  const { needs, may } = AMOUNTS_OF[mode];
  const said = AMOUNTS.filter((amount) => period[amount] !== undefined);
  if (needs.includes('limit') && period.limit === undefined) yield 'limit-missing';
  if (needs.includes('setpoint') && period.setpoint === undefined) yield 'setpoint-missing';
  if (said.some((amount) => !needs.includes(amount) && !may.includes(amount))) yield 'amount-for-operation-mode';
  if (isSome(period.limit, (value) => value < 0)) yield 'limit-negative';
  if (isSome(period.dischargeLimit, (value) => value > 0)) yield 'discharge-limit-positive';
  if (MODES_OF[profile.purpose]?.includes(mode) === false) yield 'operation-mode-for-purpose';
  const able = placement.station.since21;
  if (mode !== 'ChargingOnly' && able?.operationModes.includes(mode) !== true) yield 'operation-mode-unsupported';
  if (mode === 'LocalFrequency') {
    if (schedule.unit === 'A') yield 'local-frequency-in-amperes';
    const points = period.freqWattCurve?.length ?? 0;
    if (points < MIN_CURVE_POINTS || period.baselineW === undefined) yield 'frequency-curve-missing';
  }
  if (period.evseSleep === true && able?.evseSleep !== true) yield 'evse-sleep-unsupported';
}

const isSome = (rate: Rate | undefined, test: (value: number) => boolean): boolean =>
  rate !== undefined && [rate.all, rate.l2, rate.l3].some((value) => value !== undefined && test(value));
