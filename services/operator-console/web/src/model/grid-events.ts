import type { GridEventState } from './grid-live.ts';
import { type Fields, fieldsOf, fieldsOrNull, instantOf, listOf, numberOf, textOf } from './json-fields.ts';
import { circuitIdsOf, stateIn } from './parse-grid.ts';

/** What the site drew over a stretch; null: it is not told. */
export interface EventStretch {
  readonly meanKw: number | null;
  readonly peakKw: number | null;
  readonly coveredPercent: number | null;
}

/** One line of the list of events. */
export interface EventLine {
  /** Tells the line from the others of its page. */
  readonly key: string;
  readonly source: string;
  readonly name: string | null;
  readonly state: GridEventState;
  readonly why: string | null;
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly notedAtMs: number | null;
  /** Circuits that are asked; empty: the whole site is. */
  readonly circuitIds: readonly string[];
  /** In words: "120.0 kW", "level 2", a price. */
  readonly asked: readonly EventAsked[];
  /** One of each place that was asked; empty: none is told yet. */
  readonly reports: readonly PlaceReport[];
}

/** What was drawn at one place. */
export interface PlaceReport {
  /** Whose draw the stretches are; null: that of the whole site. */
  readonly circuitId: string | null;
  /** The least that was asked of it; null: nothing that is told in power. */
  readonly askedKw: number | null;
  readonly before: EventStretch | null;
  readonly during: EventStretch | null;
  readonly after: EventStretch | null;
  readonly delivery: 'not-asked' | 'sent' | 'failed' | null;
  readonly deliveryWhy: string | null;
}

export interface EventAsked {
  readonly kw: number | null;
  readonly level: number | null;
  readonly price: { readonly perKwh: number; readonly currency: string } | null;
}

export interface EventPage {
  readonly lines: readonly EventLine[];
  /** Where the older ones begin; null: there are none. */
  readonly next: string | null;
}

const MAX_LINES = 100;
const MAX_ASKED = 100;
const MAX_REPORTS = 51;

export function parseEventPage(body: unknown): EventPage {
  const page = fieldsOf(body);
  return {
    lines: listOf(page['items'])
      .slice(0, MAX_LINES)
      .map((item, index) => lineOf(fieldsOf(item), index)),
    next: textOf(page['next']),
  };
}

function lineOf(item: Fields, index: number): EventLine {
  return {
    key: `${textOf(item['source']) ?? ''} ${textOf(item['eventId']) ?? ''} ${textOf(item['notedAt']) ?? ''} ${index}`,
    source: textOf(item['source']) ?? 'unknown',
    name: textOf(item['name']),
    state: stateIn(item['state']) ?? 'refused',
    why: textOf(item['why']),
    startsAtMs: instantOf(item['startsAt']),
    endsAtMs: instantOf(item['endsAt']),
    notedAtMs: instantOf(item['notedAt']),
    circuitIds: circuitIdsOf(item['circuitIds']),
    asked: listOf(item['periods']).slice(0, MAX_ASKED).map(askedOf),
    reports: listOf(item['reports']).slice(0, MAX_REPORTS).map(reportOf),
  };
}

function reportOf(value: unknown): PlaceReport {
  const report = fieldsOf(value);
  const { delivery } = report;
  const during = listOf(report['during']);
  const asked = during.flatMap((each) => numberOf(fieldsOf(each)['askedKw']) ?? []);
  return {
    circuitId: textOf(report['circuitId']),
    askedKw: asked.length === 0 ? null : Math.min(...asked),
    before: stretchOf(report['before']),
    during: worstOf(during.flatMap((each) => stretchOf(each) ?? [])),
    after: stretchOf(report['after']),
    delivery: delivery === 'sent' || delivery === 'failed' || delivery === 'not-asked' ? delivery : null,
    deliveryWhy: textOf(report['why']),
  };
}

function askedOf(value: unknown): EventAsked {
  const period = fieldsOf(value);
  const price = fieldsOrNull(period['price']);
  const perKwh = numberOf(price?.['perKwh']);
  const currency = textOf(price?.['currency']);
  return {
    kw: numberOf(period['askedKw']),
    level: numberOf(period['level']),
    price: perKwh === null || currency === null ? null : { perKwh, currency },
  };
}

function stretchOf(value: unknown): EventStretch | null {
  const stretch = fieldsOrNull(value);
  if (stretch === null) return null;
  return {
    meanKw: numberOf(stretch['meanKw']),
    peakKw: numberOf(stretch['peakKw']),
    coveredPercent: numberOf(stretch['coveredPercent']),
  };
}

/** Of an event with several steps the one with the highest mean: it must not look better than it was. */
function worstOf(stretches: readonly EventStretch[]): EventStretch | null {
  return stretches.toSorted((a, b) => (b.meanKw ?? -1) - (a.meanKw ?? -1))[0] ?? null;
}
