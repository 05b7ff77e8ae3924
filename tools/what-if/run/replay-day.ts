import type { CircuitId, PerPhaseDeciAmps } from '@headroom/kernel';
import { deciAmps, perPhase } from '@headroom/kernel';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import { type SlotRow, type SlotSession, SLOT_MIN, type SlottedDay } from '../../optimum/site/slotted.ts';
import type { Stay } from '../history/stays.ts';
import { carAt, type OtherLoad, physicalRows } from '../site/physical-rows.ts';

/** Recorded sessions on a site, on the grid of slots: a whole period as one. */
export interface ReplayDay extends SlottedDay {
  readonly site: SiteModel;
  /** In the order of the document; a session names its place. */
  readonly evses: readonly EvseModel[];
  /** When slot 0 begins; a whole quarter of an hour. */
  readonly startsAtMs: number;
  readonly otherLoad: OtherLoad;
  /** What was read of all that is no car, in watts: what nobody read is not guessed. */
  readonly restW: (slot: number) => number;
  readonly readings: (slot: number) => readonly { readonly meterId: string; readonly current: PerPhaseDeciAmps }[];
}

const SLOT_MS = SLOT_MIN * 60_000;

/** A meter as it was read, amperes per phase. Sources below 0. */
export interface MeterTrace {
  readonly meterId: string;
  readonly circuitId: CircuitId;
  readonly ampsAt: (atMs: number) => { readonly l1: number; readonly l2: number; readonly l3: number };
}

/** `maxA`: no car takes more. Loads without a trace count with their worst case, as they would without their meter. */
export function replayDay(
  site: SiteModel,
  stays: readonly Stay[],
  of: { readonly maxA?: number; readonly traces?: readonly MeterTrace[] } = {},
): ReplayDay {
  const evses = [...site.evses.values()];
  const traces = of.traces ?? [];
  const earliestMs = stays.reduce((least, { arrivedAtMs }) => Math.min(least, arrivedAtMs), Infinity);
  const startsAtMs = Number.isFinite(earliestMs) ? Math.floor(earliestMs / DAY_MS) * DAY_MS : 0;
  const sessions = stays.map((stay, index): SlotSession => {
    const evse = evses[stay.evse];
    if (evse === undefined) throw new Error(`the site has no EVSE ${stay.evse}`);
    const first = Math.ceil((stay.arrivedAtMs - startsAtMs) / SLOT_MS);
    const end = Math.max(first, Math.floor((stay.departedAtMs - startsAtMs) / SLOT_MS));
    const { statedDepartureAtMs, statedKwh } = stay;
    return {
      ...{ index, evse: stay.evse, first, end, needWh: stay.needKwh * 1_000, lines: [] },
      car: carAt(evse, site.nominalVoltageV, stay.maxA ?? of.maxA),
      conduct: { belowOfferA: 0, needsEdge: false },
      ...(stay.discharge === undefined ? {} : { discharge: stay.discharge }),
      claim: {
        ...(statedKwh === undefined ? {} : { energyKwh: statedKwh }),
        ...(statedDepartureAtMs === undefined ? {} : { departMin: (statedDepartureAtMs - startsAtMs) / 60_000 }),
      },
    };
  });
  const slots = sessions.reduce((most, { end }) => Math.max(most, end), 0);
  const slotMs = (slot: number): number => startsAtMs + slot * SLOT_MS;
  const otherLoad: OtherLoad = (circuitId, slot) =>
    perPhase((phase) => {
      const traced = traces.reduce(
        (sum, one) => (one.circuitId === circuitId ? sum + one.ampsAt(slotMs(slot))[phase] : sum),
        0,
      );
      const worst = site.otherLoads.reduce((sum, load) => {
        const isTraced = load.meterId !== undefined && traces.some(({ meterId }) => meterId === load.meterId);
        return load.circuitId === circuitId && !isTraced ? sum + load.worstCase[phase] / 10 : sum;
      }, 0);
      return traced + worst;
    });
  const rows = physicalRows(site, { evses: sessions.map((one) => evses[one.evse]).filter(isThere), slots, otherLoad });
  const restW = (slot: number): number =>
    traces.reduce((sum, { ampsAt }) => {
      const { l1, l2, l3 } = ampsAt(slotMs(slot));
      return sum + (l1 + l2 + l3) * site.nominalVoltageV;
    }, 0);
  return {
    ...{ restW, site, evses, startsAtMs, slots, sessions, rows, otherLoad },
    readings: (slot) =>
      traces.map(({ meterId, ampsAt }) => {
        const amps = ampsAt(slotMs(slot));
        return { meterId, current: perPhase((phase) => deciAmps(Math.ceil(amps[phase] * 10))) };
      }),
  };
}

const DAY_MS = 86_400_000;
const isThere = <T>(value: T | undefined): value is T => value !== undefined;

/** Stretches of a period in which somebody is always there: a bound over one of them bears on no other. */
export function blocksOf(
  day: ReplayDay,
): readonly (SlottedDay & { readonly fromSlot: number; readonly places: readonly number[] })[] {
  const order = day.sessions.map((_, place) => place).toSorted((a, b) => firstOf(day, a) - firstOf(day, b) || a - b);
  const groups: number[][] = [];
  let busyUntil = -1;
  for (const place of order) {
    const session = day.sessions[place];
    if (session === undefined || session.end <= session.first) continue;
    if (session.first >= busyUntil) groups.push([]);
    groups.at(-1)?.push(place);
    busyUntil = Math.max(busyUntil, session.end);
  }
  return groups.map((places) => {
    const fromSlot = firstOf(day, places[0] ?? 0);
    const untilSlot = places.reduce((most, place) => Math.max(most, day.sessions[place]?.end ?? 0), 0);
    return { fromSlot, places, ...partOf(day, places, [fromSlot, untilSlot]) };
  });
}

/** Of a period, some sessions between two slots: what lies outside of them is cut off their stays, and their needs are as they were. */
export function partOf(
  day: SlottedDay,
  places: readonly number[],
  [fromSlot, untilSlot]: readonly [number, number],
): SlottedDay {
  const inPart = new Map(places.map((place, n) => [place, n]));
  const sessions = places.flatMap((place, index) => {
    const session = day.sessions[place];
    const within = (slot: number): number => Math.min(untilSlot, Math.max(fromSlot, slot)) - fromSlot;
    return session === undefined ? [] : [{ ...session, index, first: within(session.first), end: within(session.end) }];
  });
  const rows = day.rows.map((row) => rowOfPart(row, inPart, [fromSlot, untilSlot]));
  return { slots: untilSlot - fromSlot, sessions, rows };
}

const firstOf = ({ sessions }: SlottedDay, place: number): number => sessions[place]?.first ?? 0;

function rowOfPart(
  row: SlotRow,
  inPart: ReadonlyMap<number, number>,
  [fromSlot, untilSlot]: readonly [number, number],
): SlotRow {
  const there = row.members.flatMap((place, n) => {
    const now = inPart.get(place);
    return now === undefined ? [] : [{ now, phasor: row.phasors?.[n] }];
  });
  const phasors = there.map(({ phasor }) => phasor).filter(isThere);
  return {
    ...{ name: row.name, circuit: row.circuit, capacityA: row.capacityA.subarray(fromSlot, untilSlot) },
    members: there.map(({ now }) => now),
    ...(row.phasors === undefined ? {} : { phasors }),
  };
}
