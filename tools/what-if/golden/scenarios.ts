import { circuitId as circuit, type GridPhase } from '@headroom/kernel';
import { day } from '../../optimum/generate/day.ts';
import { type Dice, diceOf } from '../../optimum/generate/dice.ts';
import { atMin, DAY_MIN, type DayKind, powerKw } from '../../optimum/generate/session.ts';
import type { Stay } from '../history/stays.ts';
import type { MeterTrace } from '../run/replay-day.ts';

/** A site of `examples/golden/` with days that are played on it: the same ones every time. */
export interface Scenario {
  /** Of its document. */
  readonly name: string;
  /** What a reader should look for in the figures. */
  readonly about: string;
  readonly stays: () => readonly Stay[];
  /** What its meters read. Absent: it has none. */
  readonly traces?: readonly MeterTrace[];
}

/** A Monday, 00:00 of the site; time zones do not matter to a made-up day. */
export const MONDAY_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
/** A car of one phase at a bay of three is taken for one of three phases and a third of the current, and no car takes less. */
const LEAST_A = 6;
const instant = (minutes: number): number => MONDAY_MS + Math.round(minutes) * MINUTE_MS;

interface Made {
  readonly evse: number;
  readonly arriveMin: number;
  readonly departMin: number;
  readonly needKwh: number;
  readonly maxA?: number;
  readonly statedKwh?: number | undefined;
  readonly statedDepartMin?: number | undefined;
}

const stayOf = ({ evse, arriveMin, departMin, needKwh, maxA, statedKwh, statedDepartMin }: Made): Stay => ({
  ...{ evse, needKwh, arrivedAtMs: instant(arriveMin), departedAtMs: instant(departMin) },
  ...(statedKwh === undefined ? {} : { statedKwh }),
  ...(statedDepartMin === undefined ? {} : { statedDepartureAtMs: instant(statedDepartMin) }),
  ...(maxA === undefined ? {} : { maxA }),
});

/** A day of the generator (BG12 to BG15) on the EVSEs of a site, what its drivers say included. `wattsPerAmp`: of its EVSEs. */
const generated = (
  kind: DayKind,
  of: { readonly seed: number; readonly evses: number; readonly wattsPerAmp: number; readonly maxA: number },
) =>
  day(kind, of.seed, of.evses).sessions.map(({ evse, arriveMin, departMin, energyKwh, car, claim }) =>
    stayOf({
      ...{ evse, arriveMin, departMin, needKwh: energyKwh },
      maxA: Math.min(of.maxA, Math.max(LEAST_A, Math.floor((powerKw(car) * 1_000) / of.wattsPerAmp))),
      ...{ statedKwh: claim.energyKwh, statedDepartMin: claim.departMin },
    }),
  );

const everyEvse = (evses: number, seed: number, made: (dice: Dice) => Omit<Made, 'evse'>): readonly Stay[] => {
  const dice = diceOf(seed);
  return Array.from({ length: evses }, (_, evse) => stayOf({ evse, ...made(dice) }));
};

/** A bell over the hours of a day, between a least and a most. */
const bell = (
  atMs: number,
  of: { readonly peakMin: number; readonly widthMin: number; readonly least: number; readonly most: number },
): number => {
  const minutes = ((atMs - MONDAY_MS) / MINUTE_MS) % DAY_MIN;
  return of.least + (of.most - of.least) * Math.exp(-(((minutes - of.peakMin) / of.widthMin) ** 2));
};
const even = (currentA: number): Readonly<Record<GridPhase, number>> => ({ l1: currentA, l2: currentA, l3: currentA });

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'garage-50',
    about: 'C3: fifty bays of 7.4 kW on a connection for eleven of them; everybody leaves full in the morning.',
    stays: () =>
      everyEvse(50, 50, (dice) => {
        const needKwh = dice.within({ least: 3, most: 40 }, 11, () => dice.logNormal(11, 0.5));
        const arriveMin = dice.within({ least: atMin(15), most: atMin(22) }, atMin(18), () =>
          dice.normal(atMin(18), 70),
        );
        const departMin =
          DAY_MIN +
          dice.within({ least: atMin(5, 30), most: atMin(10) }, atMin(7, 30), () => dice.normal(atMin(7, 30), 45));
        return { arriveMin, departMin, needKwh, statedKwh: needKwh, statedDepartMin: departMin };
      }),
  },
  {
    name: 'workplace-pv',
    about:
      'An office at work and the sun on its roof: cars have what the office leaves. The sun may vanish at any moment, so it makes room for nobody; what it supplies is not bought.',
    stays: () => generated('workplace', { seed: 21, evses: 24, wattsPerAmp: 690, maxA: 16 }),
    traces: [
      {
        meterId: 'office',
        circuitId: circuit('grid'),
        ampsAt: (atMs) => even(bell(atMs, { peakMin: 660, widthMin: 240, least: 15, most: 60 })),
      },
      {
        meterId: 'roof',
        circuitId: circuit('grid'),
        ampsAt: (atMs) => even(-bell(atMs, { peakMin: 770, widthMin: 190, least: 0, most: 45 })),
      },
    ],
  },
  {
    name: 'depot-buses',
    about: 'Twenty buses that must be ready at 06:00, on less than a third of what their chargers could take.',
    stays: () =>
      everyEvse(20, 6, (dice) => {
        const needKwh = dice.within({ least: 80, most: 320 }, 190, () => dice.normal(190, 55));
        const arriveMin = dice.within({ least: atMin(18), most: atMin(23, 30) }, atMin(20), () =>
          dice.normal(atMin(20), 70),
        );
        const departMin = DAY_MIN + atMin(6);
        return { arriveMin, departMin, needKwh, statedKwh: needKwh, statedDepartMin: departMin };
      }),
  },
  {
    name: 'residential',
    about:
      'Sixty flats, a house that cooks in the evening and leaves its cars next to nothing then; of three tiers the last goes short.',
    stays: () => generated('residential', { seed: 60, evses: 60, wattsPerAmp: 230, maxA: 32 }),
    traces: [
      {
        meterId: 'house',
        circuitId: circuit('grid'),
        ampsAt: (atMs) => even(bell(atMs, { peakMin: 1_150, widthMin: 150, least: 12, most: 52 })),
      },
    ],
  },
  {
    name: 'dc-hub-350',
    about: 'Six chargers of 350 kW on 350 kW in all: there is little time to wait in.',
    stays: () => generated('hub', { seed: 350, evses: 6, wattsPerAmp: 3 * 0.9 * 230 * 0.95 * 0.98, maxA: 610 }),
  },
  {
    name: 'delta-208',
    about: 'PH9: between two phases each, so that a conductor carries less than the sum of its two pairs.',
    stays: () => generated('workplace', { seed: 208, evses: 30, wattsPerAmp: 207.8, maxA: 32 }),
  },
];
