import type { TightDay } from '../bounds/tight-limit.ts';
import { LEAST_A, type Knowledge, type SlotPolicy, type Standing } from '../policies/policy.ts';
import { isPresent, SLOT_MIN, type SlotSession, slotWh } from '../site/slotted.ts';

/** What became of one session. */
export interface Outcome {
  readonly deliveredWh: number;
  /** From no offer to one (ME5). */
  readonly starts: number;
}

export interface DayRun {
  readonly outcomes: readonly Outcome[];
  /** With an offer for more than a conductor has left, on any of them. */
  readonly overMin: number;
}

/** `ideal`: a car takes what it is offered. `real`: see `Conduct` (BG7). */
export type CarKind = 'ideal' | 'real';

interface Car {
  deliveredWh: number;
  starts: number;
  offeredA: number;
  drawnA: number;
  asleep: boolean;
}

const SLOT_S = SLOT_MIN * 60;
/** Less than this is full. */
const FULL_WH = 0.5;
/** Binary fractions of tenths. */
const ROUNDING_A = 1e-6;

/** Plays a day with a policy. One that is no allocator may break limits, and is told for how long; any other breaking one is an error. */
export function runDay(
  day: TightDay,
  policy: SlotPolicy,
  { knows, cars: kind }: { readonly knows: Knowledge; readonly cars: CarKind },
): DayRun {
  const allocate = policy.begin(day, knows);
  const cars = day.sessions.map(
    ({ conduct }): Car => ({
      deliveredWh: 0,
      starts: 0,
      offeredA: 0,
      drawnA: 0,
      asleep: kind === 'real' && conduct.needsEdge,
    }),
  );
  let overMin = 0;
  for (let slot = 0; slot < day.slots; slot += 1) {
    let isOver = false;
    policy.askedAtS.forEach((seconds, n) => {
      const untilS = policy.askedAtS[n + 1] ?? SLOT_S;
      const offers = allocate({ slot, seconds }, standingIn(day, cars, slot, seconds));
      const over = firstOver(day, offers, slot);
      if (over !== undefined && policy.ignoresLimits !== true)
        throw new Error(`${policy.name} in slot ${slot}: ${over}`);
      isOver ||= over !== undefined;
      day.sessions.forEach((session, place) => {
        const car = cars[place];
        if (car === undefined || !isPresent(session, slot)) return;
        offer(car, offers.get(place) ?? 0);
        car.drawnA = drawOf(session, car, kind);
        charge(session, car, (untilS - seconds) / SLOT_S);
      });
    });
    if (isOver) overMin += SLOT_MIN;
  }
  return { outcomes: cars.map(({ deliveredWh, starts }) => ({ deliveredWh, starts })), overMin };
}

function standingIn(day: TightDay, cars: readonly Car[], slot: number, seconds: number): readonly Standing[] {
  return day.sessions.flatMap((session, place) => {
    const car = cars[place];
    if (car === undefined || !isPresent(session, slot)) return [];
    const leftWh = session.needWh - car.deliveredWh;
    const untilSlotEnds = (SLOT_S - seconds) / SLOT_S;
    const takesAtMostA = Math.min(session.car.maxCurrentA, Math.ceil(leftWh / (slotWh(session, 1) * untilSlotEnds)));
    const { deliveredWh, drawnA } = car;
    return [{ place, session, deliveredWh, drawnA, full: leftWh < FULL_WH, takesAtMostA }];
  });
}

function firstOver({ rows }: TightDay, offers: ReadonlyMap<number, number>, slot: number): string | undefined {
  for (const { name, members, capacityA } of rows) {
    const sumA = members.reduce((sum, place) => sum + (offers.get(place) ?? 0), 0);
    const limitA = capacityA[slot] ?? 0;
    if (sumA > limitA + ROUNDING_A) return `${name} has ${limitA} A left, and ${sumA} A are offered`;
  }
  return undefined;
}

function offer(car: Car, offeredA: number): void {
  if (offeredA > 0 && car.offeredA === 0) {
    car.starts += 1;
    if (car.starts > 1) car.asleep = false;
  }
  car.offeredA = offeredA;
}

function drawOf(session: SlotSession, car: Car, kind: CarKind): number {
  if (car.offeredA < LEAST_A || car.asleep || session.needWh - car.deliveredWh < FULL_WH) return 0;
  const belowA = kind === 'real' ? session.conduct.belowOfferA : 0;
  return Math.min(session.car.maxCurrentA, Math.max(LEAST_A, car.offeredA - belowA));
}

function charge(session: SlotSession, car: Car, slots: number): void {
  car.deliveredWh = Math.min(session.needWh, car.deliveredWh + slotWh(session, car.drawnA) * slots);
}
