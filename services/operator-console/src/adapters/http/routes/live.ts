import { type SiteId, siteId } from '@headroom/kernel';
import { z } from 'zod';
import type { Actions } from '../../../service.ts';
import {
  HistorySchema,
  historyDocument,
  type LiveDocument,
  LiveDocumentSchema,
  liveDocument,
} from '../live-document.ts';
import type { LiveStreams } from '../live-stream.ts';
import { type Answer, problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { RETRY_AFTER_S } from '../rpc-problem.ts';
import { SiteParams } from '../schemas.ts';
import { EXAMPLE_LIVE } from './live-example.ts';

const MAX_HISTORY_S = 3_600;
const HISTORY_QUERY = z.strictObject({
  seconds: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'A whole number of seconds from 1 to 3600')
    .refine((text) => Number(text) <= MAX_HISTORY_S, 'At most 3600 seconds')
    .optional()
    .describe('Seconds back from now, 1 to 3600; default 3600.'),
});

const AGAIN = { headers: { 'retry-after': String(RETRY_AFTER_S) } };
const noState = (): Answer => problem(503, 'The site is known, but nothing has been heard of its state yet.', AGAIN);

export const liveRoutes = (actions: Actions, streams: LiveStreams, demo: LiveDocument['demo']): readonly Route[] => {
  const { board } = actions;
  /** Known from the list that is read every two seconds, else asked for; an unknown site is `not-found`. */
  const known = async (text: string): Promise<SiteId> => {
    const id = siteId(text);
    if (!board.sites().has(id)) await actions.getSite(id);
    return id;
  };

  return [
    route({
      method: 'GET',
      path: '/api/v1/sites/{siteId}/live',
      operationId: 'getLive',
      tag: 'Live',
      summary: 'See a site now',
      description:
        'The limit and how it will move, what the grid asks, the price of energy, the building, and for every EVSE what was commanded, what it offers and what it draws, with the reason for ' +
        'its limit and the age of each number.',
      params: SiteParams,
      responses: { 200: { description: 'The site now.', schema: LiveDocumentSchema, example: EXAMPLE_LIVE } },
      problems: [404, 503],
      handle: async ({ params }) => {
        const answer = await board.live(await known(params.siteId));
        return answer.kind === 'live' ? { status: 200, body: liveDocument(answer.view, demo) } : noState();
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/sites/{siteId}/live/stream',
      operationId: 'streamLive',
      tag: 'Live',
      summary: 'Follow a site',
      description:
        'Server-sent events: `event: live` with the whole document, at once and then after each change, at most four a ' +
        'second and at least one while anything is known. Comments keep the connection open.',
      params: SiteParams,
      responses: {
        200: {
          description: 'The stream.',
          schema: z.string(),
          example: 'event: live\ndata: {"siteId":"demo-depot"}\n\n',
          contentTypes: ['text/event-stream'],
        },
      },
      problems: [404, 503],
      handle: async ({ params }) => {
        const id = await known(params.siteId);
        if (!streams.hasRoom()) return problem(503, 'Too many pages follow the sites of this console.', AGAIN);
        if ((await board.live(id)).kind === 'no-state') return noState();
        return { open: (response) => streams.open(id, response) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/sites/{siteId}/live/history',
      operationId: 'getLiveHistory',
      tag: 'Live',
      summary: 'See the last hour of a site',
      description: 'One point a second since the console follows the site, at most 3600. All columns are equally long.',
      params: SiteParams,
      query: HISTORY_QUERY,
      responses: {
        200: {
          description: 'The columns, oldest first.',
          schema: HistorySchema,
          example: {
            atMs: [1_780_833_600_000],
            limitKw: [200],
            buildingKw: [62.1],
            drawnKw: [118.4],
            evses: { 'ST-001/1': [11.04] },
          },
        },
      },
      problems: [400, 404],
      handle: async ({ params, query }) => {
        const seconds = Number(query.seconds ?? MAX_HISTORY_S);
        return { status: 200, body: historyDocument(await board.history(await known(params.siteId), seconds)) };
      },
    }),
  ];
};
