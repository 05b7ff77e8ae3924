import { instantText, type Json, optional } from '../json.ts';
import { durationText, forEver } from './duration.ts';

/** "Do it now" (DR-T4). */
const NOW = '0001-01-01T00:00:00Z';

/** What every event may have beside its values. */
export interface EventHead {
  readonly programId: string;
  readonly eventName?: string;
  /** Epoch ms; left out: now, whenever the VEN reads it. */
  readonly startMs?: number;
  /** 0 is the highest (DR-N15). */
  readonly priority?: number;
  /** Only VENs that were granted one of them see the event. */
  readonly targets?: readonly string[];
  /** The start may move by so much to both sides (DR-T9). */
  readonly randomizeStartMs?: number;
  /** Asks for reports of these payload types, once, after the last interval (DR-N17). */
  readonly reports?: readonly string[];
}

/** One value and how long it holds; without `durationMs`, until it is cancelled. */
export interface Step {
  readonly durationMs?: number;
  readonly value: number;
}

interface Values {
  readonly payloadType: string;
  readonly units?: string;
  readonly currency?: string;
  readonly steps: readonly Step[];
}

function eventOf(head: EventHead, { payloadType, units, currency, steps }: Values): Json {
  const { programId, eventName, startMs, priority, targets, randomizeStartMs, reports } = head;
  return {
    programID: programId,
    ...optional('eventName', eventName),
    ...optional('priority', priority),
    ...optional('targets', targets),
    payloadDescriptors: [
      {
        objectType: 'EVENT_PAYLOAD_DESCRIPTOR',
        payloadType,
        ...optional('units', units),
        ...optional('currency', currency),
      },
    ],
    ...optional(
      'reportDescriptors',
      reports?.map((payload) => ({
        payloadType: payload,
        readingType: 'MEAN',
        units: 'KW',
        startInterval: -1,
        numIntervals: -1,
        historical: true,
        repeat: 1,
      })),
    ),
    intervalPeriod: {
      start: startMs === undefined ? NOW : instantText(startMs),
      ...optional('randomizeStart', randomizeStartMs === undefined ? undefined : durationText(randomizeStartMs)),
    },
    intervals: steps.map(({ durationMs, value }, id) => ({
      id,
      intervalPeriod: { duration: durationMs === undefined ? forEver : durationText(durationMs) },
      payloads: [{ type: payloadType, values: [value] }],
    })),
  };
}

/** The site may draw at most so many kW, one limit after the other. */
export const importLimitEvent = (head: EventHead, stepsKw: readonly Step[]): Json =>
  eventOf(head, { payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW', steps: stepsKw });

/** 0: normal, to 3: emergency. */
export const simpleLevelEvent = (head: EventHead, levels: readonly Step[]): Json =>
  eventOf(head, { payloadType: 'SIMPLE', steps: levels });

/** Prices of a kWh; below zero is normal (DR-F9). */
export const priceEvent = (
  head: EventHead,
  prices: { readonly currency: string; readonly steps: readonly Step[] },
): Json => eventOf(head, { payloadType: 'PRICE', units: 'KWH', ...prices });
