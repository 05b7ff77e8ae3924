import { z } from 'zod';
import {
  type Asked,
  type DrawnStretch,
  endOf,
  type EventReport,
  type GridEvent,
  startOf,
} from '../../domain/grid-event.ts';
import type { Drawn, GridView, ShownEvent } from '../../domain/grid-view.ts';
import type { LimitStep } from '../../domain/limit-ahead.ts';
import type { Price, PriceView } from '../../domain/price-view.ts';
import type { GridSource } from '../../domain/site-grid.ts';
import { instantOrNull, instantText } from './schemas.ts';

const number = z.number().nullable();
const instant = z.string().nullable();
const text = z.string().nullable();
const kilo = (watts: number | null | undefined): number | null =>
  watts === null || watts === undefined ? null : Math.round(watts) / 1_000;
const words = (value: string): string | null => (value === '' ? null : value);

export const LimitAheadSchema = z
  .array(z.object({ from: z.string(), powerKw: z.number() }))
  .describe('How the limit will move within the next hour, as far as it is known; the first step is now.');
export const limitAheadJson = (steps: readonly LimitStep[]): z.output<typeof LimitAheadSchema> =>
  steps.map(({ fromMs, powerW }) => ({ from: instantText(fromMs), powerKw: powerW / 1_000 }));

const SourceSchema = z.object({
  name: z.string(),
  state: z
    .enum(['heard', 'lost', 'never-heard', 'silent'])
    .describe('`silent`: the grid adapter itself has said nothing for long.'),
  sentence: z.string(),
  lastHeardAt: instant,
});

const DrawnSchema = z.object({ meanKw: number, peakKw: number });

const circuitIds = z
  .array(z.string())
  .describe('Circuits that are asked. Empty: the grid connection is, and with it the whole site.');

const state = z
  .enum(['scheduled', 'active', 'returning', 'completed', 'cancelled', 'refused'])
  .describe('`returning`: it is over, and the limit rises back in steps.');

const ShownEventSchema = z.object({
  eventId: z.string(),
  source: z.string().describe('Configured name of the VTN.'),
  name: text,
  program: text,
  state,
  startsAt: z.string(),
  endsAt: instant.describe('Null: until it is taken back.'),
  circuitIds,
  askedKw: number.describe('The whole site, or each of these circuits, building and cars, may draw so much.'),
  level: number.describe('Of a SIMPLE event, 0 to 3.'),
  why: text.describe('Why it is not acted on, or why a later version of it is not.'),
  returnsBy: instant.describe('When the limit is the site’s own again.'),
  delivered: z
    .object({ before: DrawnSchema, during: DrawnSchema })
    .nullable()
    .describe(
      'What the site drew before it and since it began, from the last hour; null before it begins, and of an event for circuits.',
    ),
});

export const GridSchema = z
  .object({
    sources: z.array(SourceSchema),
    event: ShownEventSchema.nullable().describe('The one that matters most now.'),
    more: z.int().describe('Further events that hold or are to come.'),
  })
  .meta({ id: 'GridLive', description: 'What the grid asks of the site, and whether it is heard.' });

const sourceJson = ({ name, state, sentence, lastHeardMs }: GridSource): z.output<typeof SourceSchema> => ({
  ...{ name, state, sentence },
  lastHeardAt: instantOrNull(lastHeardMs),
});

export const gridJson = ({ sources, shown, more }: GridView): z.output<typeof GridSchema> => ({
  sources: sources.map(sourceJson),
  event: shown === null ? null : shownJson(shown),
  more,
});

const shownJson = (shown: ShownEvent): z.output<typeof ShownEventSchema> => ({
  eventId: shown.event.eventId,
  source: shown.event.source,
  name: words(shown.event.eventName),
  program: words(shown.event.programName),
  state: shown.state,
  startsAt: instantText(shown.startMs),
  endsAt: instantOrNull(shown.endMs),
  circuitIds: [...(shown.event.circuitIds ?? [])],
  askedKw: kilo(shown.askedW),
  level: shown.level,
  why: whyOf(shown.event),
  returnsBy: instantOrNull(shown.returnsByMs),
  delivered:
    shown.delivered === null
      ? null
      : { before: drawnJson(shown.delivered.before), during: drawnJson(shown.delivered.during) },
});

const whyOf = ({ sentence, refusal }: GridEvent): string | null => words(sentence) ?? refusal?.sentence ?? null;
const drawnJson = ({ meanW, peakW }: Drawn): z.output<typeof DrawnSchema> => ({
  meanKw: kilo(meanW),
  peakKw: kilo(peakW),
});

const PriceSchema = z.object({
  perKwh: z.number().describe('Of the currency; may be below zero.'),
  currency: z.string().describe('ISO 4217.'),
  period: text.describe('Its name in the tariff.'),
  source: z.string().describe('The tariff, or the VTN.'),
  from: z.enum(['tariff', 'grid']),
});

export const PriceViewSchema = z
  .object({
    now: PriceSchema.nullable().describe('Null: there is none now, which is not a price of 0.'),
    next: z
      .object({ at: z.string(), price: PriceSchema.nullable() })
      .nullable()
      .describe('The next change within a day.'),
  })
  .meta({ id: 'PriceLive', description: 'What a kilowatt-hour costs now and next.' });

export const priceViewJson = ({ now, next }: PriceView): z.output<typeof PriceViewSchema> => ({
  now: now === null ? null : priceJson(now),
  next:
    next === null ? null : { at: instantText(next.atMs), price: next.price === null ? null : priceJson(next.price) },
});

const MICRO = 1_000_000;
const priceJson = ({ microPerKwh, currency, periodName, source, from }: Price): z.output<typeof PriceSchema> => ({
  perKwh: microPerKwh / MICRO,
  ...{ currency, source, from },
  period: words(periodName),
});

const StretchSchema = z.object({
  from: z.string(),
  to: z.string(),
  askedKw: number,
  meanKw: number,
  peakKw: number.describe('The highest mean of ten seconds.'),
  coveredPercent: z.int().describe('How much of it the meters have told.'),
});

export const GridEventSchema = z
  .object({
    eventId: text.describe('Null: it had none that could be read.'),
    source: z.string(),
    name: text,
    program: text,
    state,
    why: text.describe('Why it is not acted on, or why a later version of it is not.'),
    startsAt: z.string(),
    endsAt: instant,
    notedAt: z.string().describe('When it was heard of first.'),
    circuitIds,
    periods: z.array(
      z.object({
        from: z.string(),
        to: instant,
        askedKw: number,
        level: number,
        price: z.object({ perKwh: z.number(), currency: z.string() }).nullable(),
      }),
    ),
    reports: z
      .array(
        z.object({
          before: StretchSchema.nullable(),
          during: z.array(StretchSchema),
          after: StretchSchema.nullable(),
          delivery: z.enum(['not-asked', 'sent', 'failed']).describe('To the VTN.'),
          why: text.describe('Why it was not delivered.'),
          circuitId: text.describe('Drawn by this circuit and what is beneath it. Null: by the whole site.'),
        }),
      )
      .describe('What was drawn, from the meters, by each place that was asked. Empty: it is not told yet.'),
  })
  .meta({ id: 'GridEvent', description: 'What a utility asked of a site, and what came of it.' });

/** `now`: its state, as `stateNow` tells it. */
export const gridEventJson = (event: GridEvent, now: ShownEvent['state']): z.output<typeof GridEventSchema> => ({
  eventId: words(event.eventId),
  source: event.source,
  name: words(event.eventName),
  program: words(event.programName),
  state: now,
  why: whyOf(event),
  startsAt: instantText(startOf(event)),
  endsAt: instantOrNull(endOf(event)),
  notedAt: instantText(event.firstNotedMs),
  circuitIds: [...(event.circuitIds ?? [])],
  periods: event.periods.map(({ startMs, endMs, asked }) => ({
    from: instantText(startMs),
    to: instantOrNull(endMs),
    ...askedJson(asked),
  })),
  reports: (event.reports ?? []).map(reportJson),
});

const askedJson = (asked: Asked) => ({
  askedKw: asked.kind === 'limit' ? kilo(asked.limitW) : null,
  level: asked.kind === 'level' ? asked.level : null,
  price: asked.kind === 'price' ? { perKwh: asked.microPerKwh / MICRO, currency: asked.currency } : null,
});

const reportJson = ({ before, during, after, delivery, sentence, circuitId }: EventReport) => ({
  before: before === undefined ? null : stretchJson(before),
  during: during.map(stretchJson),
  after: after === undefined ? null : stretchJson(after),
  delivery,
  why: words(sentence),
  circuitId: circuitId ?? null,
});

const stretchJson = (stretch: DrawnStretch): z.output<typeof StretchSchema> => ({
  from: instantText(stretch.startMs),
  to: instantText(stretch.endMs),
  askedKw: kilo(stretch.askedW),
  meanKw: kilo(stretch.meanW),
  peakKw: kilo(stretch.peakW),
  coveredPercent: stretch.coveredPercent,
});
