import { siteId } from '@headroom/kernel';
import { z } from 'zod';
import type { Actions, DemoActions } from '../../../service.ts';
import { refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { SiteIdSchema, SiteParams } from '../schemas.ts';

const KW_MAX = 100_000;
const DURATION_S = { least: 20, most: 14_400 };
const START_IN_S_MOST = 3_600;

const EventBody = z
  .strictObject({
    limitKw: z
      .number({ error: 'The limit must be a number of kW' })
      .min(0, 'A limit cannot be below 0 kW')
      .max(KW_MAX, `A limit of more than ${KW_MAX} kW limits nothing`)
      .describe('The whole site, building and cars, may draw so much.'),
    durationS: z
      .int({ error: 'The length must be whole seconds' })
      .min(DURATION_S.least, `An event lasts at least ${DURATION_S.least} s`)
      .max(DURATION_S.most, `An event of the demo lasts at most ${DURATION_S.most / 3_600} h`),
    startInS: z
      .int({ error: 'The start must be whole seconds from now' })
      .min(0, 'An event cannot begin in the past')
      .max(START_IN_S_MOST, 'An event of the demo begins within an hour')
      .describe('Seconds from now, of the clock of the run.'),
  })
  .meta({ id: 'DemoGridEvent' });

const EventParams = z.strictObject({
  siteId: SiteIdSchema,
  eventId: z.string().min(1).max(128).describe('As it was answered.'),
});

/** Only of a demo run: its utility is played from the page. */
export const demoRoutes = (actions: Actions, demo: DemoActions): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/sites/{siteId}/demo/grid-events',
    operationId: 'postDemoGridEvent',
    tag: 'Demo',
    summary: 'Have the utility of this demo ask for less',
    description:
      'Makes an OpenADR event at the VTN of the run, as a utility would; it comes to the site by the grid adapter. Only in demo runs.',
    params: SiteParams,
    body: { schema: EventBody, example: { limitKw: 120, durationS: 120, startInS: 30 } },
    responses: {
      202: {
        description: 'The VTN has it.',
        schema: z.object({ eventId: z.string() }),
        example: { eventId: 'e-17' },
      },
    },
    problems: [400, 404, 422],
    physical: true,
    handle: async ({ params, body }) => {
      const id = siteId(params.siteId);
      if (!actions.board.sites().has(id)) await actions.getSite(id);
      const ordered = await demo.orderEvent({ siteId: id, ...body });
      return ordered.kind === 'ok' ? { status: 202, body: ordered.value } : refused(ordered.error);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sites/{siteId}/demo/grid-events/{eventId}',
    operationId: 'deleteDemoGridEvent',
    tag: 'Demo',
    summary: 'Have the utility of this demo take an event back',
    description: 'Deletes it at the VTN of the run. Only in demo runs, and only events that were made there.',
    params: EventParams,
    responses: { 204: { description: 'The VTN has it no more.' } },
    problems: [404, 422],
    physical: true,
    handle: async ({ params }) => {
      const withdrawn = await demo.withdrawEvent(params.eventId);
      return withdrawn.kind === 'ok' ? { status: 204 } : refused(withdrawn.error);
    },
  }),
];
