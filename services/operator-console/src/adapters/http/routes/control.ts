import { demandDeciAmps, siteId } from '@headroom/kernel';
import { z } from 'zod';
import { parseEvseId } from '../../../domain/evse-id.ts';
import type { ShownByMeter } from '../../../ports.ts';
import type { Actions } from '../../../service.ts';
import { problem, refused } from '../problem.ts';
import { ChargingBody, chargingWish } from './charging-body.ts';
import { type Route, route } from '../route.ts';
import { EvseParams, InstantSchema, instantMs, instantText, PhaseAmpsSchema, SiteParams } from '../schemas.ts';

const EXAMPLE_AT = '2026-06-07T18:00:00Z';
const HOTTEST_C = 150;

const OverrideBody = z
  .strictObject({
    powerKw: z.number().min(0).max(1_000_000),
    validUntil: InstantSchema.describe('It ends by itself: in the future, at most 7 days ahead.'),
    reason: z.string().max(200).optional(),
  })
  .meta({ id: 'LimitOverrideRequest' });

const OverrideSchema = z
  .object({ powerKw: z.number(), validUntil: z.string(), setBy: z.string(), reason: z.string() })
  .meta({ id: 'LimitOverride' });

const ReadingBody = z
  .strictObject({
    meterId: z.string().min(1).max(63),
    sampledAt: InstantSchema,
    current: PhaseAmpsSchema.optional().describe('What flows through the meter; negative: export.'),
    temperatureC: z
      .number()
      .min(-60)
      .max(HOTTEST_C)
      .optional()
      .describe('Of a sensor that a circuit is derated by, in degrees Celsius.'),
  })
  .refine(
    ({ current, temperatureC }) => (current === undefined) !== (temperatureC === undefined),
    'A meter shows a current, a sensor a temperatureC: one of them, not both',
  )
  .meta({ id: 'MeterReading' });

/** What is drawn rounds up, and so does how hot it is. */
function shownBy({ current, temperatureC }: z.output<typeof ReadingBody>): ShownByMeter {
  if (current === undefined) return { kind: 'temperature', deciC: Math.ceil((temperatureC ?? HOTTEST_C) * 10 - 1e-6) };
  const { l1A, l2A, l3A } = current;
  return { kind: 'current', current: { l1: demandDeciAmps(l1A), l2: demandDeciAmps(l2A), l3: demandDeciAmps(l3A) } };
}

export const controlRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'PUT',
    path: '/api/v1/sites/{siteId}/limit-override',
    operationId: 'putLimitOverride',
    tag: 'Control',
    summary: 'Lower the limit of a site for a while',
    description: 'Only lowers: the document’s own limits hold beside it. A new override replaces the one before.',
    params: SiteParams,
    body: {
      schema: OverrideBody,
      example: { powerKw: 120, validUntil: EXAMPLE_AT, reason: 'Transformer maintenance' },
    },
    responses: {
      200: {
        description: 'The override that stands now.',
        schema: OverrideSchema,
        example: { powerKw: 120, validUntil: EXAMPLE_AT, setBy: 'operator', reason: 'Transformer maintenance' },
      },
    },
    problems: [400, 404, 422],
    physical: true,
    handle: async ({ params, body }) => {
      const wish = { powerKw: body.powerKw, validUntilMs: instantMs(body.validUntil), reason: body.reason ?? '' };
      const outcome = await actions.setLimitOverride(siteId(params.siteId), wish);
      if (outcome.kind === 'err') return refused(outcome.error);
      const { validUntilMs, ...stands } = outcome.value.override ?? { ...wish, setBy: 'operator' };
      return { status: 200, body: { ...stands, validUntil: instantText(validUntilMs) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sites/{siteId}/limit-override',
    operationId: 'deleteLimitOverride',
    tag: 'Control',
    summary: 'End the override of a site now',
    description: 'The limits of the document hold again. Ending none is as good.',
    params: SiteParams,
    responses: { 204: { description: 'None stands.' } },
    problems: [404, 422],
    physical: true,
    handle: async ({ params }) => {
      const outcome = await actions.endLimitOverride(siteId(params.siteId));
      return outcome.kind === 'ok' ? { status: 204 } : refused(outcome.error);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/sites/{siteId}/meter-readings',
    operationId: 'postMeterReading',
    tag: 'Control',
    summary: 'Report what a site meter, or a sensor of temperature, shows',
    description:
      'Once a second is usual of a meter, every ten seconds of a sensor. Answered once it is durable. Refused with one of the codes too-old (over 60 s), ' +
      'from-the-future (over 10 s), implausible, unknown-meter, out-of-order.',
    params: SiteParams,
    body: {
      schema: ReadingBody,
      example: { meterId: 'building', sampledAt: '2026-06-07T12:00:00Z', current: { l1A: 90.1, l2A: 88, l3A: 91.4 } },
    },
    responses: {
      202: {
        description: 'Recorded.',
        schema: z.object({ recorded: z.literal(true) }),
        example: { recorded: true },
      },
    },
    problems: [400, 404, 422],
    physical: true,
    handle: async ({ params, body }) => {
      const outcome = await actions.recordReading({
        siteId: siteId(params.siteId),
        meterId: body.meterId,
        sampledAtMs: instantMs(body.sampledAt),
        shown: shownBy(body),
      });
      if (outcome.kind === 'ok') return { status: 202, body: { recorded: true } };
      return refused([{ ...outcome.error, pointer: '' }]);
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/evses/{evseId}/charging-request',
    operationId: 'putChargingRequest',
    tag: 'Control',
    summary: 'Say what a driver wants',
    description:
      'For the session at the EVSE now, or the next one within ten minutes. In energies, or as a driver knows it: what his battery held when he plugged in, ' +
      'how large it is, and up to what it is to be charged. What is said twice is refused, with a word on what to leave out.',
    params: EvseParams,
    body: {
      schema: ChargingBody,
      example: { battery: { sizeKwh: 77, atPlugInPercent: 40, targetPercent: 80 }, departureAt: EXAMPLE_AT },
    },
    responses: { 204: { description: 'Noted.' } },
    problems: [400, 404, 422],
    handle: async ({ params, body }) => {
      const evse = parseEvseId(params.evseId);
      if (evse === undefined) return problem(404, `"${params.evseId}" is no EVSE; write <stationId>%2F<number>.`);
      const outcome = await actions.requestCharging({
        stationId: evse.stationId,
        evse: evse.evse,
        ...chargingWish(body),
      });
      return outcome.kind === 'ok' ? { status: 204 } : refused(outcome.error);
    },
  }),
];
