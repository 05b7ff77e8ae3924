import type { Leading } from './composite.ts';
import type { PhaseAmounts } from './profile.ts';
import type { ProfileLimits } from './rules.ts';

/** A of L1, L2 and L3. */
export type Three = readonly [number, number, number];

/** What an EVSE may do on each phase (2.1 block K, 3.6, K08.FR.09; block Q). */
export interface PhaseLimits {
  readonly limitA: Three;
  /** 0 or less. Absent: nobody said how far a car may give back. */
  readonly dischargeA?: Three;
  readonly setpointA?: Three;
  readonly mode: string;
}

const CHARGING_ONLY = 'ChargingOnly';
const IDLE = 'Idle';
const NONE: Three = [0, 0, 0];

/** In A of each phase, as the profile's unit and number of phases make it. */
function ampsOf({ l1, l2, l3 }: PhaseAmounts, { profile, period }: Leading, limits: ProfileLimits): Three {
  const isByPhase = l2 !== undefined || l3 !== undefined;
  // Interpretation: a phase that has none of its own beside one that has goes by L1.
  const each: Three = [l1, l2 ?? l1, l3 ?? l1];
  if (profile.schedule.unit === 'A') return each;
  // W of one phase, or those of all that the period may use, at most those wired (K01.FR.45, K01.FR.49).
  const phases = isByPhase ? 1 : Math.min(period.phases ?? 3, limits.wiredPhases);
  // DC has no phases to name (2.x K01.FR.44): what it takes for so much of its output, on each phase of its supply.
  const amps = (watts: number): number => watts / (limits.nominalVoltageV * phases) / (limits.outputPart ?? 1);
  return [amps(each[0]), amps(each[1]), amps(each[2])];
}

/** What a period lets flow into a car: nothing while it idles (Q10). */
export function limitsOf(leading: Leading, limits: ProfileLimits): Three {
  const { limit, limitL2: l2, limitL3: l3, mode } = leading.period;
  if (mode === IDLE) return NONE;
  const amounts = { l1: limit, ...(l2 === undefined ? {} : { l2 }), ...(l3 === undefined ? {} : { l3 }) };
  return ampsOf(amounts, leading, limits);
}

function dischargeOf(leading: Leading, limits: ProfileLimits): Three | undefined {
  const { discharge, mode } = leading.period;
  if (mode === IDLE) return NONE;
  return discharge && ampsOf(discharge, leading, limits);
}

const merged = (a: Three, b: Three, pick: (x: number, y: number) => number): Three => [
  pick(a[0], b[0]),
  pick(a[1], b[1]),
  pick(a[2], b[2]),
];
const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);

/** The lowest of what all allow, either way; what the session is to follow lies within it. */
export function combinePhases(
  session: Leading | undefined,
  bounds: readonly Leading[],
  limits: ProfileLimits,
): PhaseLimits {
  const all = session === undefined ? bounds : [session, ...bounds];
  const { hardwareMaxA: a } = limits;
  const limitA = all.reduce<Three>((low, leading) => merged(low, limitsOf(leading, limits), least), [a, a, a]);
  let dischargeA: Three | undefined;
  for (const leading of all) {
    const said = dischargeOf(leading, limits);
    if (said !== undefined) dischargeA = dischargeA === undefined ? said : merged(dischargeA, said, most);
  }
  const mode = session?.period.mode ?? CHARGING_ONLY;
  const asked = session?.period.setpoint;
  const follows = session !== undefined && asked !== undefined && mode !== IDLE;
  const setpoint = follows ? merged(ampsOf(asked, session, limits), limitA, least) : undefined;
  return {
    ...{ limitA, mode },
    ...(dischargeA === undefined ? {} : { dischargeA }),
    ...(setpoint === undefined
      ? {}
      : { setpointA: dischargeA === undefined ? setpoint : merged(setpoint, dischargeA, most) }),
  };
}
