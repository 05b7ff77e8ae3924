import { epochMs, siteId } from '@headroom/kernel';
import { z } from 'zod';
import { seenRise, temperatureDay } from '../../../domain/temperature-day.ts';
import type { Actions } from '../../../service.ts';
import { problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { DEFAULT_LIMIT, InstantSchema, instantMs, instantText, limitQuery, SiteIdSchema } from '../schemas.ts';
import { temperatureDocument, TemperatureDaySchema } from '../temperature-document.ts';
import { knownSite } from './known-site.ts';

const MAX_ITEMS = 1_000;
const AT_MS = Date.UTC(2026, 5, 7, 12);
const DAY_MS = 86_400_000;

const TemperatureSchema = z.object({ sampledAt: z.string(), temperatureC: z.number() }).meta({ id: 'Temperature' });
const NameParam = z.string().min(1).max(64);

const EXAMPLE_DERATING = {
  ...{ sensor: 'duct', staleAfterMs: 60_000, risesAtMostC: 2 },
  steps: [
    { aboveC: 30, percent: 90 },
    { aboveC: 40, percent: 75 },
  ],
};
const EXAMPLE_SPAN = { hottestDeciC: 312, lastDeciC: 310, firstAtMs: AT_MS - 40_000, lastAtMs: AT_MS - 10_000 };
const EXAMPLE_RISE = {
  riseDeciC: 14,
  toDeciC: 312,
  atMs: AT_MS - DAY_MS,
  firstAtMs: AT_MS - 7 * DAY_MS,
  lastAtMs: AT_MS,
};
const EXAMPLE = temperatureDocument(
  { siteId: 'demo-depot', circuitId: 'panel-a' },
  {
    spec: { rating: { l1A: 160, l2A: 160, l3A: 160 }, derating: EXAMPLE_DERATING },
    day: temperatureDay([EXAMPLE_SPAN], EXAMPLE_DERATING, { fromMs: epochMs(AT_MS - DAY_MS), toMs: epochMs(AT_MS) }),
    rise: seenRise(EXAMPLE_RISE, 185_000, EXAMPLE_DERATING),
  },
);

export const temperatureRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/sensors/{sensorId}/temperatures',
    operationId: 'listTemperatures',
    tag: 'Records',
    summary: 'List what a sensor of temperature said',
    description: 'Newest first. Go back in time with `before`. A sensor is named by the circuits of its site.',
    params: z.strictObject({
      siteId: SiteIdSchema,
      sensorId: NameParam.describe('The `sensor` of a circuit, the `meterId` of its readings.'),
    }),
    query: z.strictObject({
      limit: limitQuery(MAX_ITEMS),
      before: InstantSchema.optional().describe('Only readings taken before this instant; default now.'),
    }),
    responses: {
      200: {
        description: 'The readings.',
        schema: z.object({ items: z.array(TemperatureSchema) }),
        example: { items: [{ sampledAt: instantText(AT_MS), temperatureC: 31.4 }] },
      },
    },
    problems: [400, 404],
    handle: async ({ params, query }) => {
      const found = await actions.listTemperatures({
        siteId: await knownSite(actions, params.siteId),
        sensorId: params.sensorId,
        limit: Number(query.limit ?? DEFAULT_LIMIT),
        ...(query.before === undefined ? {} : { beforeMs: instantMs(query.before) }),
      });
      const items = found.map(({ sampledAtMs, deciC }) => ({
        sampledAt: instantText(sampledAtMs),
        temperatureC: deciC / 10,
      }));
      return { status: 200, body: { items } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/circuits/{circuitId}/temperature',
    operationId: 'getTemperature',
    tag: 'Live',
    summary: 'See the last day of a circuit that is derated by its temperature',
    description:
      'How hot it was, and what it bore at that: the step of the table, 2 C later on the way down, and the last one where its sensor was ' +
      'silent. Beside it the largest rise of a week within one lease, by which `risesAtMostC` of its document can be stated.',
    params: z.strictObject({ siteId: SiteIdSchema, circuitId: NameParam.describe('Its name in the site document.') }),
    responses: { 200: { description: 'The day.', schema: TemperatureDaySchema, example: EXAMPLE } },
    problems: [404],
    handle: async ({ params }) => {
      const read = await actions.readTemperature(siteId(params.siteId), params.circuitId);
      return read.kind === 'ok'
        ? { status: 200, body: temperatureDocument(params, read.value) }
        : problem(404, read.error);
    },
  }),
];
