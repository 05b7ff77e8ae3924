import {
  type Allocator,
  type AwaitedPolicy,
  LEAST_A,
  type Knowledge,
  type SlotPolicy,
  type Standing,
} from '../policies/policy.ts';
import { type Counts, Room, rowsByPlace } from '../policies/room.ts';
import { isPresent, SLOT_MIN, type SlotSession, type SlottedDay, slotWh } from '../site/slotted.ts';

/** What became of one session. */
export interface Outcome {
  /** Less what it gave back. */
  readonly deliveredWh: number;
  /** As its supply saw it. */
  readonly exportedWh: number;
  /** From no offer to one (ME5). */
  readonly starts: number;
}

export interface DayRun {
  readonly outcomes: readonly Outcome[];
  /** With an offer for more than a conductor has left, on any of them. */
  readonly overMin: number;
  /** What its cars took from the supply in each slot, less what they gave back, in watt-hours. */
  readonly suppliedWh: Float64Array;
}

/** `ideal`: a car takes what it is offered. `real`: see `Conduct` (BG7). */
export type CarKind = 'ideal' | 'real';

interface Car {
  deliveredWh: number;
  exportedWh: number;
  lostWh: number;
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

/** When a policy is asked, and of whom. */
interface Turn {
  readonly at: Parameters<Allocator>[0];
  readonly standing: readonly Standing[];
}
type Offers = ReturnType<Allocator>;

/** Plays a day with a policy. One that is no allocator may break limits, and is told for how long; any other breaking one is an error. */
export function runDay<D extends SlottedDay>(
  day: D,
  policy: SlotPolicy<D>,
  { knows, cars }: { readonly knows: Knowledge; readonly cars: CarKind },
): DayRun {
  const allocate = policy.begin(day, knows);
  const turns = turnsOf(day, policy, cars);
  let turn = turns.next(new Map());
  while (turn.done !== true) turn = turns.next(allocate(turn.value.at, turn.value.standing));
  return turn.value;
}

/** The same with a policy that has to wait for another thread: days stand still meanwhile. */
export async function runDayAwaiting<D extends SlottedDay>(
  day: D,
  policy: AwaitedPolicy<D>,
  { knows, cars }: { readonly knows: Knowledge; readonly cars: CarKind },
): Promise<DayRun> {
  const allocate = policy.begin(day, knows);
  const turns = turnsOf(day, policy, cars);
  let turn = turns.next(new Map());
  while (turn.done !== true) turn = turns.next(await allocate(turn.value.at, turn.value.standing));
  return turn.value;
}

/** Each turn of a day; what is sent to it are the offers of that turn. */
function* turnsOf(
  day: SlottedDay,
  policy: Pick<SlotPolicy, 'name' | 'askedAtS' | 'ignoresLimits'>,
  kind: CarKind,
): Generator<Turn, DayRun, Offers> {
  const cars = day.sessions.map(({ conduct }) => parked(kind === 'real' && conduct.needsEdge));
  const rowsOf = rowsByPlace(day);
  const suppliedWh = new Float64Array(day.slots);
  const isPresentIn = presence(day.sessions);
  let overMin = 0;
  for (let slot = 0; slot < day.slots; slot += 1) {
    const present = isPresentIn(slot);
    if (present.length === 0) continue;
    let isOver = false;
    let checked: Offers | undefined;
    for (const [n, seconds] of policy.askedAtS.entries()) {
      const untilS = policy.askedAtS[n + 1] ?? SLOT_S;
      const offers = yield { at: { slot, seconds }, standing: standingIn(day, cars, present, seconds) };
      const over = offers === checked ? undefined : firstOver(day, rowsOf, offers, slot);
      checked = offers;
      if (over !== undefined && policy.ignoresLimits !== true)
        throw new Error(`${policy.name} in slot ${slot}: ${over}`);
      isOver ||= over !== undefined;
      for (const place of present) {
        const [car, session] = [cars[place], day.sessions[place]];
        if (car === undefined || session === undefined) continue;
        offer(car, offers.get(place) ?? 0);
        car.drawnA = drawOf(session, car, kind);
        suppliedWh[slot] = (suppliedWh[slot] ?? 0) + pass(session, car, (untilS - seconds) / SLOT_S);
      }
    }
    if (isOver) overMin += SLOT_MIN;
  }
  const outcomes = cars.map(({ deliveredWh, exportedWh, starts }) => ({ deliveredWh, exportedWh, starts }));
  return { outcomes, overMin, suppliedWh };
}

const parked = (asleep: boolean): Car => ({
  ...{ deliveredWh: 0, exportedWh: 0, lostWh: 0, starts: 0, offeredA: 0, drawnA: 0 },
  asleep,
});

/** Who is there in a slot, by place; slots are asked for in their order. */
function presence(sessions: readonly SlotSession[]): (slot: number) => readonly number[] {
  const coming = sessions.map((_, place) => place).toSorted((a, b) => firstOf(a) - firstOf(b) || a - b);
  let next = 0;
  let present: readonly number[] = [];
  function firstOf(place: number): number {
    return sessions[place]?.first ?? 0;
  }
  return (slot) => {
    let changed = present.some((place) => (sessions[place]?.end ?? 0) <= slot);
    const from = next;
    while (next < coming.length && firstOf(coming[next] ?? 0) <= slot) next += 1;
    changed ||= next > from;
    if (changed) {
      const isHere = (place: number): boolean => {
        const session = sessions[place];
        return session !== undefined && isPresent(session, slot);
      };
      present = [...present, ...coming.slice(from, next)].filter(isHere).toSorted((a, b) => a - b);
    }
    return present;
  };
}

function standingIn(
  { sessions }: SlottedDay,
  cars: readonly Car[],
  present: readonly number[],
  seconds: number,
): readonly Standing[] {
  return present.flatMap((place) => {
    const [car, session] = [cars[place], sessions[place]];
    if (car === undefined || session === undefined) return [];
    const leftWh = session.needWh - car.deliveredWh;
    const untilSlotEnds = (SLOT_S - seconds) / SLOT_S;
    const takesAtMostA = Math.min(session.car.maxCurrentA, Math.ceil(leftWh / (slotWh(session, 1) * untilSlotEnds)));
    const { deliveredWh, drawnA, exportedWh, lostWh } = car;
    return [{ place, session, deliveredWh, drawnA, exportedWh, lostWh, full: leftWh < FULL_WH, takesAtMostA }];
  });
}

function firstOver(
  { rows }: SlottedDay,
  rowsOf: readonly (readonly Counts[])[],
  offers: ReadonlyMap<number, number>,
  slot: number,
): string | undefined {
  const room = new Room(rows, rowsOf, slot);
  // Who gives back makes no room for anybody (MD18).
  for (const [place, offeredA] of offers) room.take(place, Math.max(0, offeredA));
  const broken = room.broken(ROUNDING_A);
  if (broken === undefined) return undefined;
  const row = rows[broken.row];
  return `${row?.name} has ${row?.capacityA[slot]} A left, and ${broken.sumA} A are offered`;
}

function offer(car: Car, offeredA: number): void {
  if (offeredA > 0 && car.offeredA <= 0) {
    car.starts += 1;
    if (car.starts > 1) car.asleep = false;
  }
  car.offeredA = offeredA;
}

function drawOf(session: SlotSession, car: Car, kind: CarKind): number {
  if (car.offeredA < 0)
    return session.discharge === undefined || isEmpty(session, car)
      ? 0
      : Math.max(car.offeredA, 0 - session.car.maxCurrentA);
  if (car.offeredA < (session.car.leastA ?? LEAST_A) || car.asleep || session.needWh - car.deliveredWh < FULL_WH)
    return 0;
  const belowA = kind === 'real' ? session.conduct.belowOfferA : 0;
  return Math.min(session.car.maxCurrentA, Math.max(session.car.leastA ?? LEAST_A, car.offeredA - belowA));
}

const isEmpty = ({ discharge }: SlotSession, { deliveredWh }: Car): boolean =>
  (discharge?.heldWh ?? 0) + deliveredWh < FULL_WH;

/** What it takes from its supply in a part of a slot, in watt-hours; below 0: what it gives. */
function pass(session: SlotSession, car: Car, slots: number): number {
  if (car.drawnA >= 0) return charge(session, car, slots) / (session.car.efficiency ?? 1);
  const { discharge } = session;
  if (discharge === undefined) return 0;
  const efficiency = discharge.efficiencyPercent / 100;
  const wantsWh = (slotWh(session, 0 - car.drawnA) * slots) / (session.car.efficiency ?? 1);
  const lostWh = Math.min(wantsWh / efficiency, discharge.heldWh + car.deliveredWh);
  car.deliveredWh -= lostWh;
  car.lostWh += lostWh;
  car.exportedWh += lostWh * efficiency;
  return 0 - lostWh * efficiency;
}

function charge(session: SlotSession, car: Car, slots: number): number {
  const before = car.deliveredWh;
  car.deliveredWh = Math.min(session.needWh, before + slotWh(session, car.drawnA) * slots);
  return car.deliveredWh - before;
}
