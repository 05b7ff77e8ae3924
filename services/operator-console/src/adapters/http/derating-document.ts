import { z } from 'zod';
import type { DeratingView } from '../../domain/derating-view.ts';
import { instantOrNull, PhaseAmpsSchema } from './schemas.ts';

const number = z.number().nullable();

/** A circuit at its temperature. Unknown numbers are null, never 0. */
export const CircuitDeratingSchema = z
  .object({
    sensor: z.string(),
    temperatureC: number.describe('As it was read last, however long ago. Null: never.'),
    measuredAt: z.string().nullable(),
    ageMs: number,
    silent: z
      .boolean()
      .describe(
        'Nothing was heard for longer than `staleAfter` of the document: the last step counts, until it speaks again.',
      ),
    countsAsC: number.describe(
      'What it counts with: up to 2 C more than was read while it falls. Null: the sensor is silent, or was until now.',
    ),
    bearsPercent: z.number().describe('Of its rating, now.'),
    keepsToPercent: z
      .number()
      .describe('Of its rating, what leases keep to, in case it gets hotter within one and nobody is alive to say so.'),
    bears: PhaseAmpsSchema.nullable(),
    sentence: z.string().describe('Why, in a sentence or two.'),
  })
  .meta({ id: 'CircuitDerating', description: 'What a circuit bears at its temperature.' });

export const deratingJson = (view: DeratingView | null): z.output<typeof CircuitDeratingSchema> | null =>
  view && {
    sensor: view.sensorId,
    temperatureC: view.temperatureC,
    measuredAt: instantOrNull(view.measuredAtMs),
    ageMs: view.ageMs,
    silent: view.silent,
    countsAsC: view.countsAsC,
    bearsPercent: view.bearsPercent,
    keepsToPercent: view.keepsToPercent,
    bears: view.bears === null ? null : { ...view.bears },
    sentence: view.sentence,
  };
