import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Problem } from '../../domain/site-document.ts';
import { type Answer, problem } from './problem.ts';
import { validated } from './validation.ts';

export interface ResponseSpec {
  readonly description: string;
  /** Absent: no body. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Default application/json. */
  readonly contentTypes?: readonly string[];
}

interface RequestInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly accept: string;
}

interface RouteFacts {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** As in OpenAPI: `/api/v1/sites/{siteId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'Sites' | 'Live' | 'Stations' | 'Records' | 'Control' | 'Decisions' | 'Grid' | 'Demo' | 'System';
  readonly summary: string;
  readonly description: string;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** Statuses that are answered as problems, beside those of every route. */
  readonly problems: readonly number[];
  /** It changes physical power (API11). */
  readonly physical?: boolean;
}

export interface RouteSpec<P, Q, B> extends RouteFacts {
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: { readonly schema: z.ZodType<B>; readonly example: unknown; readonly yaml?: boolean };
  readonly handle: (input: RequestInput<P, Q, B>) => Promise<Answer | StreamAnswer>;
}

/** The answer goes on: `open` writes it. */
interface StreamAnswer {
  readonly open: (response: ServerResponse) => void;
}

/** A route whose types are settled: what comes in is checked before its handler sees it. */
export interface Route extends RouteFacts {
  readonly schemas: { readonly params?: z.ZodType; readonly query?: z.ZodType; readonly body?: z.ZodType };
  readonly bodyExample?: unknown;
  readonly yaml: boolean;
  readonly run: (raw: RequestInput<unknown, unknown, unknown>) => Promise<Answer | StreamAnswer>;
}

export function route<P = undefined, Q = undefined, B = undefined>(spec: RouteSpec<P, Q, B>): Route {
  const { params, query, body, handle, ...facts } = spec;
  return {
    ...facts,
    schemas: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: body.schema }),
    },
    ...(body === undefined ? {} : { bodyExample: body.example }),
    yaml: body?.yaml ?? false,
    run: async (raw) => {
      const checkedParams = checked(params, raw.params);
      // An id that cannot be one names nothing.
      if (!checkedParams.ok) return problem(404, checkedParams.problems.map((each) => each.detail).join(' '));
      const checkedQuery = checked(query, raw.query);
      if (!checkedQuery.ok) return badRequest('The query is not valid.', checkedQuery.problems);
      const checkedBody = checked(body?.schema, raw.body);
      if (!checkedBody.ok) return badRequest('The body is not valid.', checkedBody.problems);
      const input = { params: checkedParams.value, query: checkedQuery.value, body: checkedBody.value };
      return handle({ ...input, accept: raw.accept });
    },
  };
}

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function checked<T>(schema: z.ZodType<T> | undefined, value: unknown): Checked<T> {
  // Without a schema the type parameter is `undefined`, and so is what the handler gets.
  if (schema === undefined) return { ok: true, value: undefined as T };
  const outcome = validated(schema, value);
  return outcome.kind === 'ok' ? { ok: true, value: outcome.value } : { ok: false, problems: outcome.error };
}

const badRequest = (summary: string, problems: readonly Problem[]): Answer =>
  problem(400, `${summary} ${problems.map((each) => each.detail).join(' ')}`.slice(0, 2_000), { problems });
