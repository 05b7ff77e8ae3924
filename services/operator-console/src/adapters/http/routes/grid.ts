import { siteId } from '@headroom/kernel';
import { z } from 'zod';
import type { GridEvent } from '../../../domain/grid-event.ts';
import { stateNow } from '../../../domain/grid-view.ts';
import { NO_GRID } from '../../../domain/site-grid.ts';
import type { Actions } from '../../../service.ts';
import { GridEventSchema, gridEventJson } from '../grid-document.ts';
import { problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { RETRY_AFTER_S } from '../rpc-problem.ts';
import { limitQuery, SiteParams } from '../schemas.ts';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 25;
const START_MS = Date.UTC(2026, 5, 7, 16);
const HOUR_MS = 3_600_000;

const EXAMPLE: GridEvent = {
  ...{ source: 'grid operator', eventId: 'e-17', eventName: 'Evening peak', programName: 'Capacity limits' },
  ...{ firstNotedMs: START_MS - 6 * HOUR_MS, notedAtMs: START_MS - 6 * HOUR_MS, kind: 'set', sentence: '' },
  periods: [{ startMs: START_MS, endMs: START_MS + HOUR_MS, asked: { kind: 'limit', limitW: 120_000 } }],
  reports: [
    {
      ...{ source: 'grid operator', eventId: 'e-17', eventName: 'Evening peak', delivery: 'sent', sentence: '' },
      reportedAtMs: START_MS + 2 * HOUR_MS,
      before: { startMs: START_MS - 900_000, endMs: START_MS, meanW: 171_400, peakW: 188_200, coveredPercent: 100 },
      during: [...[{ startMs: START_MS, endMs: START_MS + HOUR_MS, askedW: 120_000, meanW: 117_900 }]].map((span) => ({
        ...span,
        peakW: 119_600,
        coveredPercent: 100,
      })),
      after: {
        ...{ startMs: START_MS + HOUR_MS, endMs: START_MS + HOUR_MS + 900_000 },
        ...{ meanW: 149_800, peakW: 176_100, coveredPercent: 100 },
      },
    },
  ],
};

export const gridRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/grid-events',
    operationId: 'listGridEvents',
    tag: 'Grid',
    summary: 'List what the grid has asked of a site',
    description:
      'Newest first, with what was asked, what the site drew before, during and after it, and why an event was not acted on. The ' +
      'last 2,000 are kept. Go on with `next`, which the Link header repeats.',
    params: SiteParams,
    query: z.strictObject({
      limit: limitQuery(PAGE_MAX).describe(`Events at most, 1 to ${PAGE_MAX}; default ${PAGE_DEFAULT}.`),
      before: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'The `next` of the page before')
        .optional()
        .describe('The `next` of the page before.'),
    }),
    responses: {
      200: {
        description: 'A page of events.',
        schema: z.object({
          items: z.array(GridEventSchema),
          next: z.string().nullable().describe('Null: there are no older ones.'),
        }),
        example: { items: [gridEventJson(EXAMPLE, stateNow(NO_GRID, EXAMPLE, START_MS + 2 * HOUR_MS))], next: '41' },
      },
    },
    problems: [400, 404, 503],
    handle: async ({ params, query }) => {
      const id = siteId(params.siteId);
      if (!actions.board.sites().has(id)) await actions.getSite(id);
      const limit = Number(query.limit ?? PAGE_DEFAULT);
      const listed = await actions.listGridEvents({
        ...{ siteId: id, limit },
        ...(query.before === undefined ? {} : { before: Number(query.before) }),
      });
      if (listed.kind === 'err') {
        return problem(503, listed.error, { headers: { 'retry-after': String(RETRY_AFTER_S) } });
      }
      const { items, next, nowMs, timelines } = listed.value;
      const more = `/api/v1/sites/${encodeURIComponent(id)}/grid-events?limit=${limit}&before=${next}`;
      return {
        status: 200,
        body: {
          items: items.map((event) => gridEventJson(event, stateNow(timelines, event, nowMs))),
          next: next === undefined ? null : String(next),
        },
        ...(next === undefined ? {} : { headers: { link: `<${more}>; rel="next"` } }),
      };
    },
  }),
];
