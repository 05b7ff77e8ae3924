import { z } from 'zod';
import type { ReadTemperature } from '../../app/read-temperature.ts';
import { ofRating } from '../../domain/derating-view.ts';
import { formatDuration } from '../../domain/site-document.ts';
import { instantText, PhaseAmpsSchema } from './schemas.ts';

export const TemperatureDaySchema = z
  .object({
    siteId: z.string(),
    circuitId: z.string(),
    sensor: z.string(),
    from: z.string(),
    to: z.string(),
    temperature: z
      .object({
        atMs: z.array(z.number()).describe('Epoch milliseconds.'),
        hottestC: z.array(z.number().nullable()).describe('Null: it fell silent.'),
      })
      .describe('The hottest of each minute, oldest first, in columns of one length.'),
    bore: z
      .array(
        z.object({
          from: z.string(),
          percent: z.number().describe('Of the rating.'),
          amps: PhaseAmpsSchema,
          silent: z.boolean().describe('No reading was fresh: the last step counted.'),
        }),
      )
      .describe('What the circuit bore, by the table that its document has now; each until the next one.'),
    steps: z.array(z.object({ aboveC: z.number(), percent: z.number() })),
    staleAfter: z.string(),
    risesAtMostC: z.number(),
    rise: z
      .object({
        mostC: z.number().describe('By how much it surely got hotter within `withinS`.'),
        withinS: z
          .number()
          .describe('The longest lease of the site, its margin of 5 s, and the age of a fresh reading.'),
        at: z.string(),
        watchedS: z.number(),
        broken: z.boolean().describe('It was more than `risesAtMostC`.'),
        sentence: z.string(),
      })
      .nullable()
      .describe(
        'The largest rise of the last 7 days. Null: its sensor said nothing, or too many ask for one just now.',
      ),
  })
  .meta({ id: 'TemperatureDay' });

export function temperatureDocument(
  { siteId, circuitId }: { readonly siteId: string; readonly circuitId: string },
  { spec: { rating, derating }, day, rise }: ReadTemperature,
): z.output<typeof TemperatureDaySchema> {
  return {
    ...{ siteId, circuitId, sensor: derating.sensor, from: instantText(day.fromMs), to: instantText(day.toMs) },
    temperature: {
      atMs: day.points.map(({ atMs }) => atMs),
      hottestC: day.points.map(({ deciC }) => (deciC === null ? null : deciC / 10)),
    },
    bore: day.bore.map(({ fromMs, percent, silent }) => ({
      ...{ from: instantText(fromMs), percent, amps: ofRating(rating, percent), silent },
    })),
    steps: derating.steps.map((step) => ({ ...step })),
    ...{ staleAfter: formatDuration(derating.staleAfterMs), risesAtMostC: derating.risesAtMostC },
    rise:
      rise === null
        ? null
        : {
            ...{ mostC: rise.riseC, withinS: Math.ceil(rise.withinMs / 1_000), at: instantText(rise.atMs) },
            watchedS: Math.floor(rise.watchedMs / 1_000),
            ...{ broken: rise.broken, sentence: rise.sentence },
          },
  };
}
