import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTariffs } from '@headroom/operator-console';
import type { Tariff } from '@headroom/tariff';
import { parse } from 'yaml';
import type { Stay } from '../history/stays.ts';
import { chargedIn, pricesOf } from '../money/bill.ts';
import type { MeterTrace } from '../run/replay-day.ts';
import { DEPOT_MONDAY_MS, depotStays, NAME as DEPOT, ABOUT as DEPOT_ABOUT, schoolTrace } from './depot-v2g.ts';
import { MONDAY_MS, SCENARIOS } from './scenarios.ts';
import { ROOT } from './summary.ts';

/**
 * The golden sites as data for the simulation, which shares no code with what it plays: each with its document, its cars, what its meters
 * read and what a kWh costs, in the minutes of its day (`sim/src/golden/golden-day.ts` says what each field means).
 */
export const DAYS: readonly (readonly [string, () => unknown])[] = [
  ...SCENARIOS.map(
    ({ name, about, stays, traces = [] }) =>
      [name, () => dayOf({ name, about, midnightMs: MONDAY_MS, stays: stays(), traces })] as const,
  ),
  [
    DEPOT,
    () =>
      dayOf({
        name: DEPOT,
        about: DEPOT_ABOUT,
        midnightMs: DEPOT_MONDAY_MS,
        stays: depotStays(),
        traces: [schoolTrace()],
      }),
  ],
];

export const dayPath = (name: string): string => join(ROOT, 'sim/golden-days', `${name}.json`);

interface Played {
  readonly name: string;
  readonly about: string;
  /** 00:00 of its first day, epoch ms. */
  readonly midnightMs: number;
  readonly stays: readonly Stay[];
  readonly traces: readonly MeterTrace[];
}

const MINUTE_MS = 60_000;
const QUARTER_MIN = 15;
const DAY_MIN = 1_440;
const DECIMALS = 1_000;
/** 0 without a sign: JSON knows none. */
const rounded = (value: number): number => Math.round(value * DECIMALS) / DECIMALS + 0;

function dayOf({ name, about, midnightMs, stays, traces }: Played): unknown {
  const minuteOf = (atMs: number): number => rounded((atMs - midnightMs) / MINUTE_MS);
  const site: unknown = parse(readFileSync(join(ROOT, 'examples/golden', `${name}.yaml`), 'utf8'));
  return {
    ...{ name, about, site },
    sessions: stays.map(({ evse, arrivedAtMs, departedAtMs, needKwh, maxA, discharge, ...said }) => ({
      ...{ bay: evse, arriveMin: minuteOf(arrivedAtMs), departMin: minuteOf(departedAtMs), needKwh: rounded(needKwh) },
      ...(maxA === undefined ? {} : { maxA }),
      ...(said.statedKwh === undefined ? {} : { statedKwh: rounded(said.statedKwh) }),
      ...(said.statedDepartureAtMs === undefined ? {} : { statedDepartMin: minuteOf(said.statedDepartureAtMs) }),
      ...(discharge === undefined
        ? {}
        : {
            gives: {
              ...{ heldKwh: rounded(discharge.heldWh / 1_000), keepKwh: rounded(discharge.keepWh / 1_000) },
              ...{ efficiency: discharge.efficiencyPercent / 100, wearPerKwh: discharge.wearMicroPerKwh / 1e6 },
            },
          }),
    })),
    meters: traces.map(({ meterId, ampsAt }) => ({
      name: meterId,
      ampsEachQuarter: Array.from({ length: DAY_MIN / QUARTER_MIN }, (_, n) =>
        rounded(ampsAt(midnightMs + n * QUARTER_MIN * MINUTE_MS).l1),
      ),
    })),
    ...pricesOfDay(tariff(), midnightMs),
  };
}

/** Of a day of work: both that a golden case touches are ones. */
function pricesOfDay(read: Tariff, midnightMs: number): object {
  const quarters = Array.from({ length: DAY_MIN / QUARTER_MIN }, (_, n) => n * QUARTER_MIN);
  const at = pricesOf(read);
  const charged = chargedIn(read);
  const tariffs = quarters.map((fromMin) => {
    // Of the clock at the site, as the golden cases have it: they are days of no place.
    const atMs = midnightMs + fromMin * MINUTE_MS;
    const { microPerKwh = 0 } = at(atMs) ?? {};
    const perKw = charged(atMs).counts.map((isCounted, n) =>
      isCounted ? (read.demandCharges[n]?.microPerKw ?? 0) / 1e6 : 0,
    );
    return { fromMin, perKwh: microPerKwh / 1e6, perKw };
  });
  const isAsBefore = (n: number): boolean =>
    JSON.stringify({ ...tariffs[n], fromMin: 0 }) === JSON.stringify({ ...tariffs[n - 1], fromMin: 0 });
  return { currency: read.currency, prices: tariffs.filter((_, n) => n === 0 || !isAsBefore(n)) };
}

function tariff(): Tariff {
  const read = readTariffs(join(ROOT, 'examples/tariffs/workplace-tou.yaml'));
  if (read.kind === 'err' || read.value.others === undefined)
    throw new Error('the tariff of the golden sites cannot be read');
  return read.value.others;
}
