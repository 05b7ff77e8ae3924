import { siteId, stationId } from '@headroom/kernel';
import { z } from 'zod';
import type { Actions } from '../../../service.ts';
import { problem, refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { RETRY_AFTER_S } from '../rpc-problem.ts';
import { InstantSchema, instantMs, SiteIdSchema, StationIdSchema } from '../schemas.ts';
import { stationDocument, StationDocumentSchema } from '../station-document.ts';
import { EXAMPLE_STATION } from './station-example.ts';

const CredentialsSchema = z
  .object({
    stationId: z.string(),
    siteId: z
      .string()
      .nullable()
      .describe('Null: no site document names it yet; it may connect and is not controlled.'),
    password: z.string().describe('For HTTP Basic, with the station id as the user. In this answer and nowhere else.'),
    ocppUrl: z.string(),
  })
  .meta({ id: 'StationCredentials' });

const AGAIN = { headers: { 'retry-after': String(RETRY_AFTER_S) } };

const knownStationRoute = (actions: Actions): Route =>
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/stations/{stationId}',
    operationId: 'getStation',
    tag: 'Stations',
    summary: 'Read what is known of a station',
    description:
      'What kind of station it is, what it can do by its own word, what is peculiar about it and what Headroom does about that, what was ' +
      'found on it, and what is held against it. Nothing is decided by it. `toldAt` is null while its dispatcher has told nothing.',
    params: z.strictObject({ siteId: SiteIdSchema, stationId: StationIdSchema }),
    responses: {
      200: { description: 'What is known.', schema: StationDocumentSchema, example: EXAMPLE_STATION },
    },
    problems: [404, 503],
    handle: async ({ params }) => {
      const outcome = await actions.readStation(siteId(params.siteId), stationId(params.stationId));
      if (outcome.kind === 'ok') return { status: 200, body: stationDocument(outcome.value) };
      const { kind, sentence } = outcome.error;
      return kind === 'unknown' ? problem(404, sentence) : problem(503, sentence, AGAIN);
    },
  });

const TokenBody = z
  .strictObject({
    status: z.enum(['accepted', 'blocked']).optional().describe('Default accepted.'),
    validUntil: InstantSchema.optional().describe('Absent: for ever.'),
    label: z.string().max(100).optional().describe('A name for people; never the token.'),
  })
  .meta({ id: 'TokenRequest' });

export const stationRoutes = (actions: Actions): readonly Route[] => [
  knownStationRoute(actions),
  route({
    method: 'PUT',
    path: '/api/v1/stations/{stationId}',
    operationId: 'putStation',
    tag: 'Stations',
    summary: 'Make the credentials of a station',
    description:
      'Answers what to enter at the station. Each call makes a new password and ends the one before. The station is placed at a ' +
      'circuit by the site document that names it, before or after.',
    params: z.strictObject({ stationId: StationIdSchema }),
    responses: {
      201: {
        description: 'The credentials.',
        schema: CredentialsSchema,
        example: {
          stationId: 'ST-001',
          siteId: 'demo-depot',
          password: 'shown once, 20 or so',
          ocppUrl: 'ws://127.0.0.1:8080/ocpp/ST-001',
        },
      },
    },
    problems: [404, 422],
    handle: async ({ params }) => {
      const outcome = await actions.putStation(stationId(params.stationId));
      if (outcome.kind === 'err') return refused(outcome.error);
      return { status: 201, body: outcome.value, headers: { 'cache-control': 'no-store' } };
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/tokens/{idToken}',
    operationId: 'putToken',
    tag: 'Stations',
    summary: 'Admit a token, or block it',
    description: 'What a driver shows to a station, such as the number of a card. Only its keyed hash is stored.',
    params: z.strictObject({ idToken: z.string().min(1).max(255).describe('Exactly as the station sends it.') }),
    body: { schema: TokenBody, example: { status: 'accepted', label: 'Card of van 7' } },
    responses: { 204: { description: 'Done.' } },
    problems: [400, 404, 422],
    handle: async ({ params, body }) => {
      const outcome = await actions.putToken({
        idToken: params.idToken,
        status: body.status ?? 'accepted',
        label: body.label ?? '',
        ...(body.validUntil === undefined ? {} : { validUntilMs: instantMs(body.validUntil) }),
      });
      return outcome.kind === 'ok' ? { status: 204 } : refused(outcome.error);
    },
  }),
];
