/** One made-up EVSE and its car: enough of a life that every state of a card is seen. Nothing here is how Headroom allocates. */

export type MockState = 'charging' | 'waiting' | 'paused' | 'plugged' | 'free' | 'offline' | 'faulted' | 'not-obeying';

export interface MockEvse {
  readonly index: number;
  readonly evseId: string;
  readonly stationId: string;
  readonly name: string;
  readonly circuitId: string;
  readonly phases: readonly string[];
  readonly maxA: number;
  state: MockState;
  wantsA: number;
  commandedA: number;
  offeredA: number;
  drawnA: number;
  energyKwh: number;
  requestedKwh: number;
  plannedMs: number;
  startedAtMs: number;
  departureAtMs: number;
  soc: number | null;
  measuredAtMs: number;
  pinned: boolean;
}

export type Chance = () => number;

/** Mulberry32: small, seeded, so that two pictures of the same second are the same. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const METER_EVERY_MS = 5000;

export function makeEvse(index: number, circuitId: string, atMs: number, chance: Chance): MockEvse {
  const single = index % 6 === 5;
  const number = String(index + 1).padStart(3, '0');
  return {
    index,
    evseId: `ST-${number}/1`,
    stationId: `ST-${number}`,
    name: `Bay ${index + 1}`,
    circuitId,
    phases: single ? [['l1', 'l2', 'l3'][Math.floor(index / 6) % 3] ?? 'l1'] : ['l1', 'l2', 'l3'],
    maxA: index % 8 === 3 ? 16 : 32,
    state: 'free',
    wantsA: 0,
    commandedA: 0,
    offeredA: 0,
    drawnA: 0,
    energyKwh: 0,
    requestedKwh: 0,
    plannedMs: atMs + chance() * 0.5 * HOUR_MS,
    startedAtMs: 0,
    departureAtMs: 0,
    soc: null,
    measuredAtMs: atMs,
    pinned: false,
  };
}

export function plugIn(evse: MockEvse, atMs: number, chance: Chance): void {
  evse.state = 'plugged';
  evse.wantsA = Math.min(evse.maxA, chance() < 0.3 ? 16 : 32);
  evse.requestedKwh = Math.round((8 + chance() * 40) * 10) / 10;
  evse.energyKwh = 0;
  evse.startedAtMs = atMs;
  evse.departureAtMs = atMs + (1.5 + chance() * 7) * HOUR_MS;
  evse.soc = chance() < 0.5 ? Math.round(10 + chance() * 50) : null;
}

export function plugOut(evse: MockEvse, atMs: number, chance: Chance): void {
  evse.state = 'free';
  evse.drawnA = 0;
  evse.commandedA = 0;
  evse.offeredA = 0;
  evse.plannedMs = atMs + (0.1 + chance() * 1.5) * HOUR_MS;
}

/** One second of a car under `shareA`: commanded at once, offered a second later, drawn as a car follows. */
export function stepEvse(evse: MockEvse, shareA: number, atMs: number, voltageV: number): void {
  if (evse.state === 'offline' || evse.state === 'faulted') return;
  if (evse.pinned) {
    evse.measuredAtMs = atMs;
    return;
  }
  evse.offeredA = Math.min(evse.commandedA, shareA);
  evse.commandedA = evse.state === 'free' ? 0 : shareA;
  const taper = evse.requestedKwh - evse.energyKwh < 1.5 ? 0.45 : 1;
  const goal = evse.state === 'not-obeying' ? evse.wantsA : Math.min(evse.offeredA, evse.wantsA * taper);
  evse.drawnA = goal < evse.drawnA ? goal : Math.min(goal, evse.drawnA + 1.6);
  evse.energyKwh += (evse.drawnA * voltageV * evse.phases.length) / HOUR_MS;
  if (atMs - evse.measuredAtMs >= METER_EVERY_MS + (evse.index % 3) * SECOND_MS) evse.measuredAtMs = atMs;
  evse.state = stateAfter(evse);
}

function stateAfter(evse: MockEvse): MockState {
  if (evse.state === 'free' || evse.state === 'not-obeying') return evse.state;
  if (evse.energyKwh >= evse.requestedKwh) return 'plugged';
  if (evse.commandedA === 0) return evse.drawnA > 0 ? 'paused' : 'waiting';
  return evse.drawnA > 0.5 ? 'charging' : 'plugged';
}
