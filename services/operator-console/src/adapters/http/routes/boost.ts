import { z } from 'zod';
import { parseEvseId } from '../../../domain/evse-id.ts';
import type { Actions } from '../../../service.ts';
import { problem, refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { EvseParams, instantText } from '../schemas.ts';

/** Without a word: long enough for a car to be let go in a hurry. */
const DEFAULT_MINUTES = 30;
const MAX_MINUTES = 240;

const BoostBody = z
  .strictObject({
    minutes: z
      .int()
      .min(1)
      .max(MAX_MINUTES)
      .optional()
      .describe(`How long, at most ${MAX_MINUTES}. Default: ${DEFAULT_MINUTES}.`),
  })
  .meta({ id: 'BoostRequest' });

const BoostSchema = z.object({ until: z.string(), setBy: z.string() }).meta({ id: 'Boost' });

const noEvse = (evseId: string) => problem(404, `"${evseId}" is no EVSE; write <stationId>%2F<number>.`);

export const boostRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/evses/{evseId}/boost',
    operationId: 'postBoost',
    tag: 'Control',
    summary: 'Let the car at an EVSE come before all others for a while',
    description:
      'The car that charges there has all that it can take before any other car of the site has anything, but for what ' +
      'accessible bays are assured. No limit moves. It ends by itself: after its time, or with the transaction, whichever ' +
      'is first. A new boost replaces the one before.',
    params: EvseParams,
    body: { schema: BoostBody, example: { minutes: 30 } },
    responses: {
      200: {
        description: 'The boost that stands now.',
        schema: BoostSchema,
        example: { until: '2026-06-07T18:00:00Z', setBy: 'operator' },
      },
    },
    problems: [400, 404, 422],
    physical: true,
    handle: async ({ params, body }) => {
      const place = parseEvseId(params.evseId);
      if (place === undefined) return noEvse(params.evseId);
      const outcome = await actions.setBoost(place, body.minutes ?? DEFAULT_MINUTES);
      if (outcome.kind === 'err') return refused(outcome.error);
      return { status: 200, body: { until: instantText(outcome.value.untilMs), setBy: outcome.value.setBy } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/evses/{evseId}/boost',
    operationId: 'deleteBoost',
    tag: 'Control',
    summary: 'End the boost of an EVSE now',
    description: 'Its car shares like the others again. Ending none is as good.',
    params: EvseParams,
    responses: { 204: { description: 'None stands.' } },
    problems: [404, 422],
    physical: true,
    handle: async ({ params }) => {
      const place = parseEvseId(params.evseId);
      if (place === undefined) return noEvse(params.evseId);
      const outcome = await actions.endBoost(place);
      return outcome.kind === 'ok' ? { status: 204 } : refused(outcome.error);
    },
  }),
];
