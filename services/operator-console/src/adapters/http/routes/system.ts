import type { Readiness } from '@headroom/service-host';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { RETRY_AFTER_S } from '../rpc-problem.ts';

const StatusSchema = z.object({ status: z.literal('ok') });
const OK = { status: 200, body: { status: 'ok' } };

export interface SystemDeps {
  readonly readiness: () => Readiness;
  readonly openApi: () => unknown;
}

export const systemRoutes = (deps: SystemDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/healthz',
    operationId: 'getHealth',
    tag: 'System',
    summary: 'Is the process alive?',
    description: 'Always, while it answers at all.',
    responses: { 200: { description: 'Alive.', schema: StatusSchema, example: OK.body } },
    problems: [],
    handle: async () => OK,
  }),
  route({
    method: 'GET',
    path: '/readyz',
    operationId: 'getReadiness',
    tag: 'System',
    summary: 'Can it serve?',
    description: 'Not while a part that it needs is out of reach, nor while it stops.',
    responses: { 200: { description: 'Ready.', schema: StatusSchema, example: OK.body } },
    problems: [503],
    handle: async () => {
      const readiness = deps.readiness();
      if (readiness.kind === 'ready') return OK;
      return problem(503, `Not ready: ${readiness.why}.`, { headers: { 'retry-after': String(RETRY_AFTER_S) } });
    },
  }),
  route({
    method: 'GET',
    path: '/api/openapi.json',
    operationId: 'getOpenApi',
    tag: 'System',
    summary: 'This description',
    description: 'OpenAPI 3.1, made from the code that serves it.',
    responses: {
      200: {
        description: 'The description.',
        schema: z.record(z.string(), z.unknown()),
        example: { openapi: '3.1.0' },
      },
    },
    problems: [],
    handle: async () => ({ status: 200, body: deps.openApi() }),
  }),
];
