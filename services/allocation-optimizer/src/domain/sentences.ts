import { assertNever, type DeciAmps, type EpochMs } from '@headroom/kernel';
import type { EvseModel, UsedRow, SiteModel } from '@headroom/site-model';
import { passedOn, wattsPerAmp } from './planning/conductors.ts';

/** Amperes without needless decimals: 64 A, 12.5 A. */
export const amps = (deciA: number): string => `${deciA / 10} A`;

/** What comes to a car on so many phases by a limit, at nominal voltage: the power that rules of its bay speak of, too. */
export function kilowatts(
  site: SiteModel,
  { evse, phases }: { readonly evse: Pick<EvseModel, 'wiring' | 'dc'>; readonly phases: number },
  current: DeciAmps,
): string {
  return `${tenths((current * wattsPerAmp(site, evse, phases) * passedOn(evse)) / 1_000)} kW`;
}

/** A number of tenths with exactly one decimal. */
function tenths(value: number): string {
  const whole = Math.round(value);
  return `${Math.floor(whole / 10)}.${whole % 10}`;
}

/** Who limits a station beside us, as it calls them (2.x ChargingLimitSourceEnumType). */
const LIMITERS: ReadonlyMap<string, string> = new Map([
  ['EMS', 'An energy management system'],
  ['SO', 'The grid operator'],
  ['CSO', 'Its operator, by another way,'],
]);
export const limiterName = (source: string): string => LIMITERS.get(source) ?? 'Somebody else';

export const circuitName = (site: SiteModel, row: UsedRow): string => {
  const name = site.circuits.get(row.circuitId)?.name ?? '';
  return name === '' ? row.circuitId : name;
};

/** "64 of 64 A on L1", "200 of 200 kW". */
export function loadOf(site: SiteModel, row: UsedRow): string {
  if (row.kind !== 'power') {
    return `${Math.round(row.usedDeciA / 10)} of ${Math.round(row.limitDeciA / 10)} A on ${row.kind.toUpperCase()}`;
  }
  const inKilowatts = (deciA: number): number => Math.round((deciA * site.nominalVoltageV) / 10_000);
  return `${inKilowatts(row.usedDeciA)} of ${inKilowatts(row.limitDeciA)} kW`;
}

/** A row counts as full in words from this share of its limit on: what rounding and steadiness keep back is no room. */
const FULL_PERCENT = 97;

export function fullness(row: UsedRow): 'over its limit' | 'full' | 'nearly full' {
  if (row.usedDeciA > row.limitDeciA) return 'over its limit';
  return row.usedDeciA * 100 >= row.limitDeciA * FULL_PERCENT ? 'full' : 'nearly full';
}

/** Would there be room now, were none kept for what the other load may rise to while we are dead (7.2b)? */
export const isHeldBack = (row: UsedRow): boolean => row.riseDeciA > 0 && fullness(row) === 'nearly full';

/** "140 A on L1", "97 kW". */
function inWords(site: SiteModel, { kind }: UsedRow, deciA: number): string {
  if (kind === 'power') return `${Math.round((deciA * site.nominalVoltageV) / 10_000)} kW`;
  return `${Math.round(deciA / 10)} A on ${kind.toUpperCase()}`;
}

/** ", shared equally with 5 cars", or nothing where nobody else shares. `byWeight`: not all of them weigh the same. */
export const sharedWith = (sharedHow: string, others: number, byWeight: boolean): string =>
  others === 0
    ? ''
    : `, ${sharedHow} with ${others === 1 ? '1 car' : `${others} cars`}${byWeight ? ', each by its weight' : ''}`;

const pad = (value: number): string => String(value).padStart(2, '0');

/** Hours and minutes of an instant. UTC, and it says so: the site's own zone is the console's to show. */
export function timeOfDay(atMs: EpochMs): string {
  const minutes = Math.floor(atMs / 60_000);
  return `${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)} UTC`;
}

/** How hot a circuit counts as. Absent: nothing fresh says so, and it counts as at its hottest. */
export interface Heat {
  readonly percent: number;
  readonly deciC?: number;
}

/** As people are told: up. Where it changes, words of a decision do (`bearsOtherwise`). */
export const wholeDegrees = (deciC: number): number => Math.ceil(deciC / 10);

/** "derated to 90 % at 41 C". */
const deratedTo = ({ percent, deciC }: Heat): string => {
  if (deciC === undefined) return `derated to ${percent} %, for no fresh temperature is known`;
  const at = `at ${wholeDegrees(deciC)} C`;
  return percent === 100 ? at : `derated to ${percent} % ${at}`;
};

/** What makes a row full, where it is not simply its load. */
export type RowCause =
  | { readonly kind: 'load' }
  | { readonly kind: 'override'; readonly untilMs: EpochMs }
  | { readonly kind: 'grid'; readonly untilMs: EpochMs | undefined }
  | { readonly kind: 'demand-target'; readonly untilMs: EpochMs }
  | { readonly kind: 'stale-meter'; readonly meter: string }
  | { readonly kind: 'derating'; readonly heat: Heat }
  | { readonly kind: 'hotter'; readonly heat: Heat }
  | { readonly kind: 'rise'; readonly load: string };

/** "Panel A is full (64 of 64 A on L1)", with its cause. */
export function rowClause(site: SiteModel, row: UsedRow, cause: RowCause): string {
  const state = `${circuitName(site, row)} is ${fullness(row)} (${loadOf(site, row)})`;
  switch (cause.kind) {
    case 'load':
      return state;
    case 'override':
      return `${state}, its limit set by an operator until ${timeOfDay(cause.untilMs)}`;
    case 'grid': {
      const until = cause.untilMs === undefined ? 'until it says otherwise' : `until ${timeOfDay(cause.untilMs)}`;
      return `${state}, its limit set by the grid ${until}`;
    }
    case 'demand-target':
      return `${circuitName(site, row)} is kept at what is paid for anyway, or asked for, on the mean of the quarter of an hour until ${timeOfDay(cause.untilMs)} (${loadOf(site, row)})`;
    case 'stale-meter':
      return `No fresh reading of ${cause.meter}, so its worst case counts: ${state}`;
    case 'derating':
      return `${state}, ${deratedTo(cause.heat)}`;
    case 'hotter':
      return `Held back: if contact is lost, ${circuitName(site, row)} may get hotter within the lease, and it keeps ${inWords(site, row, row.riseDeciA)} for that (${loadOf(site, row)} in use, ${deratedTo(cause.heat)})`;
    case 'rise': {
      const allowed = row.allowedDeciA ?? 0;
      const hotter = row.deratesByDeciA ?? 0;
      const upTo = inWords(site, row, row.otherLoadDeciA + row.riseDeciA - hotter + allowed);
      // SI29: what its operator took upon himself is named wherever it counts.
      const beyond =
        allowed === 0 ? '' : ` and may exceed its rating by ${inWords(site, row, allowed)}, as its document allows`;
      return `Held back: if contact is lost, ${cause.load} may rise to ${upTo} within the lease. ${circuitName(site, row)} keeps ${inWords(site, row, row.riseDeciA)} for that${hotter === 0 ? '' : ' and for getting hotter'}${beyond} (${loadOf(site, row)} in use)`;
    }
    default:
      return assertNever(cause);
  }
}
