import { readEvent, type ReadOptions } from '../read-event.ts';
import type { GridEvent } from '../grid-event.ts';
import type { Refusal } from '../place.ts';

export const HOUR_MS = 3_600_000;
export const utc = (text: string): number => Date.parse(text);

export type Json = Readonly<Record<string, unknown>>;

export const OPTIONS: ReadOptions = { version: '3.1', programDescriptors: [], defaults: {} };

const descriptors = [
  { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' },
  { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'EUR' },
];

/** A sound event: 50 kW for the hour from noon, unless told otherwise. */
export const event = (over: Json = {}): Json => ({
  id: 'e1',
  objectType: 'EVENT',
  createdDateTime: '2026-03-01T08:00:00Z',
  modificationDateTime: '2026-03-01T08:00:00Z',
  programID: 'p1',
  payloadDescriptors: descriptors,
  intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'PT1H' },
  intervals: [limit(0, 50)],
  ...over,
});

export const payload = (type: string, ...values: readonly unknown[]): Json => ({ type, values });
export const interval = (id: number, payloads: readonly Json[], intervalPeriod?: Json): Json => ({
  id,
  payloads,
  ...(intervalPeriod === undefined ? {} : { intervalPeriod }),
});
export const limit = (id: number, kW: unknown, period?: Json): Json =>
  interval(id, [payload('IMPORT_CAPACITY_LIMIT', kW)], period);
export const price = (id: number, values: readonly unknown[], period?: Json): Json =>
  interval(id, [payload('PRICE', ...values)], period);
export const level = (id: number, value: unknown, period?: Json): Json =>
  interval(id, [payload('SIMPLE', value)], period);

export function accepted(json: unknown, options: ReadOptions = OPTIONS): GridEvent {
  const result = readEvent(json, options);
  if (result.kind === 'err') throw new Error(result.error.sentence);
  return result.value;
}

export function refused(json: unknown, options: ReadOptions = OPTIONS): Refusal {
  const result = readEvent(json, options);
  if (result.kind === 'ok') throw new Error('the event was accepted');
  return result.error;
}
