import { z } from 'zod';
import { YAML_TYPES } from './body.ts';
import { ProblemSchema } from './problem.ts';
import type { ResponseSpec, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** Every operation may answer these. */
const COMMON_PROBLEMS = [403, 500];
/** Asked only where the console listens beyond loopback. */
const UNAUTHORIZED = 401;
/** Of operations with a body. */
const BODY_PROBLEMS = [400, 413, 415];
/** Of operations that ask another part of the platform. */
const UPSTREAM_PROBLEMS = [429, 503, 504];

const PROBLEM_WORDS: ReadonlyMap<number, string> = new Map([
  [400, 'The request is not well formed.'],
  [401, 'A bearer token is needed.'],
  [403, 'The Host or Origin is not ours.'],
  [404, 'There is no such thing.'],
  [409, 'It cannot be done as things stand.'],
  [413, 'The body is too large.'],
  [415, 'The content type is not one that is read here.'],
  [422, 'The request is well formed and refused; see `problems`.'],
  [429, 'Too many requests.'],
  [500, 'A fault of ours.'],
  [503, 'A part of the platform is out of reach.'],
  [504, 'A part of the platform did not answer in time; the effect is unknown.'],
]);

/** The description of the API (OpenAPI 3.1, JSON Schema 2020-12), made from the routes that serve it. */
export function openApiOf(routes: readonly Route[]): Json {
  const schemas: Record<string, unknown> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown => hoisted(schema, io, schemas);
  const problemRef = schemaOf(ProblemSchema, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const methods = paths[route.path] ?? {};
    methods[route.method.toLowerCase()] = operationOf(route, schemaOf, problemRef);
    paths[route.path] = methods;
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Headroom',
      version: '1.0.0',
      description:
        'Smart charging that keeps every circuit of a site under its rating. Instants are RFC 3339, currents amperes, power kW, ' +
        'energy kWh; unknown numbers are null. Errors are problems (RFC 9457). On loopback no token is asked, but Host and Origin ' +
        'must be ours.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: TAGS.filter((tag) => routes.some((route) => route.tag === tag)).map((name) => ({ name })),
    security: [{}, { bearer: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Asked where the console listens beyond loopback.' },
      },
    },
  };
}

const TAGS: readonly Route['tag'][] = [
  'Sites',
  'Live',
  'Stations',
  'Records',
  'Control',
  'Decisions',
  'Grid',
  'Demo',
  'System',
];

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => unknown;

function operationOf(route: Route, schemaOf: SchemaOf, problemRef: unknown): Json {
  const responses: Record<string, unknown> = {};
  for (const [status, spec] of Object.entries(route.responses)) responses[status] = responseOf(spec, schemaOf);
  for (const status of problemStatuses(route)) {
    responses[status] = {
      description: PROBLEM_WORDS.get(status) ?? 'A problem.',
      content: { 'application/problem+json': { schema: problemRef } },
    };
  }
  const { body } = route.schemas;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    ...(route.physical === true ? { 'x-consequence': 'physical' } : {}),
    parameters: [
      ...parametersOf(route.schemas.params, 'path', schemaOf),
      ...parametersOf(route.schemas.query, 'query', schemaOf),
    ],
    ...(body === undefined ? {} : { requestBody: requestBodyOf(route, schemaOf(body, 'input')) }),
    responses,
  };
}

const problemStatuses = (route: Route): readonly number[] => {
  const all = new Set([...route.problems, ...COMMON_PROBLEMS]);
  if (route.schemas.body !== undefined) for (const status of BODY_PROBLEMS) all.add(status);
  if (route.path.startsWith('/api/v1')) for (const status of [UNAUTHORIZED, ...UPSTREAM_PROBLEMS]) all.add(status);
  return [...all].toSorted((a, b) => a - b);
};

function responseOf(spec: ResponseSpec, schemaOf: SchemaOf): Json {
  if (spec.schema === undefined) return { description: spec.description };
  const media = { schema: schemaOf(spec.schema, 'output'), example: spec.example };
  const types = spec.contentTypes ?? ['application/json'];
  return { description: spec.description, content: Object.fromEntries(types.map((type) => [type, media])) };
}

function requestBodyOf(route: Route, schema: unknown): Json {
  const types = ['application/json', ...(route.yaml ? YAML_TYPES.slice(0, 1) : [])];
  const media = { schema, example: route.bodyExample };
  return { required: true, content: Object.fromEntries(types.map((type) => [type, media])) };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', schemaOf: SchemaOf): readonly Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !field.safeParse(undefined).success,
    ...(field.description === undefined ? {} : { description: field.description }),
    schema: schemaOf(field, 'input'),
  }));
}

/** A schema with its named parts moved to the components (toolchain HT-02). */
function hoisted(schema: z.ZodType, io: 'input' | 'output', into: Record<string, unknown>): unknown {
  const { $schema: _dialect, $defs = {}, id, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  for (const [name, part] of Object.entries($defs)) into[name] ??= withRefs(withoutId(part));
  if (typeof id !== 'string') return withRefs(rest);
  into[id] ??= withRefs(rest);
  return { $ref: `#/components/schemas/${id}` };
}

const withoutId = ({ id: _id, ...rest }: Json): Json => rest;

function withRefs(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withRefs);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : withRefs(value),
    ]),
  );
}
