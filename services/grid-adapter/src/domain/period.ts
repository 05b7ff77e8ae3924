import { compareNumbers, compareText } from '@headroom/kernel';

/** From its start up to and without its end, epoch ms. */
export interface Span {
  readonly startMs: number;
  /** Absent: it never ends. */
  readonly endMs?: number;
}

export type LimitPeriod = Span & { readonly kind: 'limit'; readonly limitW: number };
export type PricePeriod = Span & { readonly kind: 'price'; readonly currency: string; readonly microPerKwh: number };
export type CarbonPeriod = Span & { readonly kind: 'carbon'; readonly mgPerKwh: number };
export type LevelPeriod = Span & { readonly kind: 'level'; readonly level: number };
/** One value and when it holds. Plain data: it survives JSON as it is. */
export type Period = LimitPeriod | PricePeriod | CarbonPeriod | LevelPeriod;

/** Whether it bears on limits; a price and an emission never do (DR-E5). */
export const isPower = (period: Period): period is LimitPeriod | LevelPeriod =>
  period.kind === 'limit' || period.kind === 'level';

/** `Infinity`: never. For sums and comparisons only; it does not survive JSON. */
export const endOf = ({ endMs }: Span): number => endMs ?? Number.POSITIVE_INFINITY;

export const spanOf = (startMs: number, endMs: number): Span =>
  endMs === Number.POSITIVE_INFINITY ? { startMs } : { startMs, endMs };

/** The same value, up to `untilMs` at the latest; empty where nothing is left. */
export function cutAt(period: Period, untilMs: number): readonly Period[] {
  if (period.startMs >= untilMs) return [];
  const { endMs: _, ...rest } = period;
  return [{ ...rest, ...spanOf(period.startMs, Math.min(endOf(period), untilMs)) }];
}

const valueOf = (period: Period): number => {
  switch (period.kind) {
    case 'limit':
      return period.limitW;
    case 'price':
      return period.microPerKwh;
    case 'carbon':
      return period.mgPerKwh;
    case 'level':
      return period.level;
  }
};

/** A total order: two periods that compare equal are alike but for a currency. */
export const comparePeriods = (a: Period, b: Period): number =>
  compareNumbers(a.startMs, b.startMs) ||
  compareNumbers(endOf(a), endOf(b)) ||
  compareText(a.kind, b.kind) ||
  compareNumbers(valueOf(a), valueOf(b));
