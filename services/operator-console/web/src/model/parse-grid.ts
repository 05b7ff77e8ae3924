import type {
  Drawn,
  GridEventState,
  GridLive,
  GridSource,
  LimitStep,
  Price,
  PriceLive,
  ShownEvent,
} from './grid-live.ts';
import { type Fields, fieldsOf, fieldsOrNull, instantOf, listOf, numberOf, textOf } from './json-fields.ts';

/** More of either is not a page for a person. */
const MAX_SOURCES = 20;
const MAX_STEPS = 100;
const MAX_CIRCUITS = 50;

const SOURCE_STATES = ['heard', 'lost', 'silent'] as const;
const STATES: readonly GridEventState[] = ['scheduled', 'active', 'returning', 'completed', 'cancelled', 'refused'];

export const stateIn = (value: unknown): GridEventState | null => STATES.find((state) => state === value) ?? null;

export function gridOf(grid: Fields): GridLive {
  return {
    sources: listOf(grid['sources']).slice(0, MAX_SOURCES).flatMap(sourceOf),
    event: eventOf(fieldsOrNull(grid['event'])),
    more: numberOf(grid['more']) ?? 0,
  };
}

function sourceOf(value: unknown): readonly GridSource[] {
  const source = fieldsOf(value);
  const name = textOf(source['name']);
  if (name === null) return [];
  const state = SOURCE_STATES.find((each) => each === source['state']) ?? 'never-heard';
  const sentence = textOf(source['sentence']) ?? '';
  return [{ name, state, sentence, lastHeardAtMs: instantOf(source['lastHeardAt']) }];
}

function eventOf(event: Fields | null): ShownEvent | null {
  const state = stateIn(event?.['state']);
  const startsAtMs = instantOf(event?.['startsAt']);
  if (event === null || state === null || startsAtMs === null) return null;
  const delivered = fieldsOrNull(event['delivered']);
  return {
    eventId: textOf(event['eventId']),
    source: textOf(event['source']) ?? 'the utility',
    name: textOf(event['name']),
    state,
    startsAtMs,
    endsAtMs: instantOf(event['endsAt']),
    circuitIds: circuitIdsOf(event['circuitIds']),
    askedKw: numberOf(event['askedKw']),
    level: numberOf(event['level']),
    why: textOf(event['why']),
    returnsByMs: instantOf(event['returnsBy']),
    delivered:
      delivered === null
        ? null
        : { before: drawnOf(fieldsOf(delivered['before'])), during: drawnOf(fieldsOf(delivered['during'])) },
  };
}

export const circuitIdsOf = (value: unknown): readonly string[] =>
  listOf(value)
    .slice(0, MAX_CIRCUITS)
    .flatMap((each) => textOf(each) ?? []);

const drawnOf = (drawn: Fields): Drawn => ({ meanKw: numberOf(drawn['meanKw']), peakKw: numberOf(drawn['peakKw']) });

export const limitAheadOf = (value: unknown): readonly LimitStep[] =>
  listOf(value)
    .slice(0, MAX_STEPS)
    .flatMap((each) => {
      const fromMs = instantOf(fieldsOf(each)['from']);
      const powerKw = numberOf(fieldsOf(each)['powerKw']);
      return fromMs === null || powerKw === null ? [] : [{ fromMs, powerKw }];
    });

export function priceLiveOf(price: Fields | null): PriceLive | null {
  if (price === null) return null;
  const next = fieldsOrNull(price['next']);
  const atMs = instantOf(next?.['at']);
  return {
    now: priceOf(fieldsOrNull(price['now'])),
    next: next === null || atMs === null ? null : { atMs, price: priceOf(fieldsOrNull(next['price'])) },
  };
}

function priceOf(price: Fields | null): Price | null {
  const perKwh = numberOf(price?.['perKwh']);
  const currency = textOf(price?.['currency']);
  if (price === null || perKwh === null || currency === null) return null;
  return { perKwh, currency, period: textOf(price['period']), source: textOf(price['source']) ?? '' };
}
