import type { WireFrame } from './wire-profile.ts';

/** A start or an end that a station said, and when it was told that it is kept. */
export interface SaidTurn {
  readonly stationId: string;
  readonly transactionId: string;
  readonly meterWh: number;
  readonly acknowledgedAtMs: number;
}

/** Readings of one station at one instant of its own clock. */
export interface SaidReading {
  readonly stationId: string;
  readonly stationTimeMs: number;
  /** Undefined: it was not told that it is kept. */
  acknowledgedAtMs: number | undefined;
  /** Messages that say so, each once however often it was sent. */
  readonly messages: Set<string>;
  /** What they say of the register, Wh; NaN: one of them says nothing. */
  readonly registersWh: Set<number>;
}

/** What stations said of energy, and what of it was acknowledged. */
export interface Said {
  sent(stationId: string, frame: WireFrame): void;
  written(nowMs: number, stationId: string, frame: WireFrame): void;
  /** Acknowledged ones, by station and transaction. */
  readonly starts: ReadonlyMap<string, SaidTurn>;
  readonly ends: ReadonlyMap<string, SaidTurn>;
  /** By station and instant. */
  readonly readings: ReadonlyMap<string, SaidReading>;
  /** Different starts of this station at this register, acknowledged or not. */
  startsAt(stationId: string, meterWh: number): number;
}

const CALL = '2';
const RESULT = '3';
const ACTIONS = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly kind: 'start' | 'end' | 'reading';
  /** Empty: only the answer names it (OCPP 1.6). */
  readonly transactionId: string;
  readonly meterWh: number;
  readonly instants: readonly number[];
  /** Of each instant the registers, Wh; NaN: none. */
  readonly registersWh: ReadonlyMap<number, readonly number[]>;
}

/** Of a 1.6 station that was never told the id of its transaction. */
const UNKNOWN_TRANSACTION = '-1';

export function createSaid(): Said {
  const waiting = new Map<string, Message>();
  const starts = new Map<string, SaidTurn>();
  const ends = new Map<string, SaidTurn>();
  const readings = new Map<string, SaidReading>();
  const registers = new Map<string, Set<string>>();
  const noteTurn = (to: Map<string, SaidTurn>, turn: SaidTurn): void => {
    const key = `${turn.stationId} ${turn.transactionId}`;
    // It may be said and acknowledged again: its first answer is the promise.
    if (!to.has(key) && turn.transactionId !== UNKNOWN_TRANSACTION) to.set(key, turn);
  };
  return {
    ...{ starts, ends, readings },
    startsAt: (stationId, meterWh) => registers.get(`${stationId} ${meterWh}`)?.size ?? 0,
    sent(stationId, frame) {
      const { kind, messageId, action } = frame.head();
      if (kind !== CALL || !ACTIONS.has(action)) return;
      const payload = payloadOf(frame.text, 3);
      const message = messageOf(action, payload);
      waiting.set(`${stationId} ${messageId}`, message);
      const content = JSON.stringify(payload);
      if (message.kind === 'start') addTo(registers, `${stationId} ${message.meterWh}`, content);
      for (const stationTimeMs of message.instants) {
        const key = `${stationId} ${stationTimeMs}`;
        const known = readings.get(key);
        const of = { stationId, stationTimeMs, acknowledgedAtMs: undefined };
        const reading = known ?? { ...of, messages: new Set<string>(), registersWh: new Set<number>() };
        readings.set(key, reading);
        reading.messages.add(content);
        for (const registerWh of message.registersWh.get(stationTimeMs) ?? []) reading.registersWh.add(registerWh);
      }
    },
    written(nowMs, stationId, frame) {
      const { kind, messageId } = frame.head();
      const key = `${stationId} ${messageId}`;
      const message = kind === RESULT ? waiting.get(key) : undefined;
      if (message === undefined) return;
      waiting.delete(key);
      const answered = message.transactionId === '' && message.kind === 'start';
      const transactionId = answered ? textOf(payloadOf(frame.text, 2)['transactionId']) : message.transactionId;
      const turn = { stationId, transactionId, meterWh: message.meterWh, acknowledgedAtMs: nowMs };
      if (message.kind === 'start') noteTurn(starts, turn);
      if (message.kind === 'end') noteTurn(ends, turn);
      for (const stationTimeMs of message.instants) {
        const reading = readings.get(`${stationId} ${stationTimeMs}`);
        if (reading !== undefined) reading.acknowledgedAtMs ??= nowMs;
      }
    },
  };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set<string>();
  sets.set(key, set.add(value));
}

function messageOf(action: string, payload: Json): Message {
  const values = listOf(payload['meterValue'] ?? payload['transactionData']);
  const byInstant = Map.groupBy(values, ({ timestamp }) => Date.parse(textOf(timestamp)));
  const registersWh = new Map(
    [...byInstant].map(([atMs, each]) => [atMs, each.map((of) => registerIn([of]))] as const),
  );
  const of = { instants: [...byInstant.keys()], registersWh };
  const { eventType, meterStart, meterStop, transactionId, transactionInfo } = payload;
  if (action === 'StartTransaction') return { kind: 'start', transactionId: '', meterWh: Number(meterStart), ...of };
  if (action === 'StopTransaction')
    return { kind: 'end', transactionId: textOf(transactionId), meterWh: Number(meterStop), ...of };
  const kind = eventType === 'Started' ? 'start' : eventType === 'Ended' ? 'end' : 'reading';
  const name = isObject(transactionInfo) ? textOf(transactionInfo['transactionId']) : '';
  return { kind, transactionId: name, meterWh: registerIn(values), ...of };
}

/** The energy register, Wh; NaN: none. */
function registerIn(values: readonly Json[]): number {
  const sampled = values.flatMap(({ sampledValue }) => listOf(sampledValue));
  return Number(sampled.find(({ measurand }) => measurand === 'Energy.Active.Import.Register')?.['value']);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function payloadOf(text: string, place: number): Json {
  const frame: unknown = JSON.parse(text);
  const payload: unknown = Array.isArray(frame) ? frame[place] : undefined;
  return isObject(payload) ? payload : {};
}
