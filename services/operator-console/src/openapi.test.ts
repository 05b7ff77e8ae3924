import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Rig, startRig } from './testing/rig.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: unknown; readonly example: unknown }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema: unknown; readonly example?: unknown }>>;
      }
    >
  >;
  readonly 'x-consequence'?: string;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let rig: Rig;
let description: Description;
beforeEach(async () => {
  rig = await startRig();
  description = (await rig.ask('/api/openapi.json')).json() as Description;
});
afterEach(() => rig.stop());

const EXPECTED = [
  'GET /api/openapi.json',
  'GET /api/v1/evses/{evseId}/meter-values',
  'PUT /api/v1/evses/{evseId}/charging-request',
  'POST /api/v1/evses/{evseId}/boost',
  'DELETE /api/v1/evses/{evseId}/boost',
  'GET /api/v1/sessions',
  'GET /api/v1/sites',
  'GET /api/v1/sites/{siteId}',
  'PUT /api/v1/sites/{siteId}',
  'PUT /api/v1/sites/{siteId}/limit-override',
  'DELETE /api/v1/sites/{siteId}/limit-override',
  'GET /api/v1/sites/{siteId}/sensors/{sensorId}/temperatures',
  'GET /api/v1/sites/{siteId}/circuits/{circuitId}/temperature',
  'GET /api/v1/sites/{siteId}/explanation',
  'GET /api/v1/sites/{siteId}/grid-events',
  'GET /api/v1/sites/{siteId}/live',
  'GET /api/v1/sites/{siteId}/live/history',
  'GET /api/v1/sites/{siteId}/live/stream',
  'POST /api/v1/sites/{siteId}/meter-readings',
  'POST /api/v1/sites/{siteId}/preview',
  'GET /api/v1/sites/{siteId}/replay',
  'GET /api/v1/sites/{siteId}/plan',
  'GET /api/v1/sites/{siteId}/stations/{stationId}',
  'PUT /api/v1/stations/{stationId}',
  'PUT /api/v1/tokens/{idToken}',
  'GET /api/v1/transactions',
  'GET /healthz',
  'GET /readyz',
];

const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

test('the description is OpenAPI 3.1 and names every route, and no other', () => {
  expect(description.openapi).toBe('3.1.0');
  expect(
    operations()
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  ).toEqual([...EXPECTED].toSorted());
});

test('every operation says what it does, what it answers, and how it fails', () => {
  const ids = new Set<string>();
  for (const { path, operation } of operations()) {
    ids.add(operation.operationId);
    expect(operation.summary).toMatch(/^[A-Z]/);
    expect(operation.description.length).toBeGreaterThan(20);
    const statuses = Object.keys(operation.responses);
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description).not.toBe('A problem.');
      if (status === '204') continue;
      for (const media of Object.values(response.content ?? {})) expect(media.schema).toBeDefined();
      if (!status.startsWith('2')) {
        const problem = { schema: { $ref: '#/components/schemas/Problem' } };
        expect(response.content).toEqual({ 'application/problem+json': problem });
      } else for (const media of Object.values(response.content ?? {})) expect(media.example).toBeDefined();
    }
    expect(statuses).toEqual(expect.arrayContaining(['403', '500']));
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(operation.parameters.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(named);
    for (const media of Object.values(operation.requestBody?.content ?? {})) expect(media.example).toBeDefined();
  }
  expect(ids.size).toBe(EXPECTED.length);
});

test('what changes physical power says so (API11)', () => {
  const physical = operations().filter(({ operation }) => operation['x-consequence'] === 'physical');
  expect(physical.map(({ operation }) => operation.operationId).toSorted()).toEqual([
    'deleteBoost',
    'deleteLimitOverride',
    'postBoost',
    'postMeterReading',
    'putLimitOverride',
    'putSite',
  ]);
});

test('every reference leads somewhere, and nothing of the dialect of single schemas is left', () => {
  const text = JSON.stringify(description);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
  expect(references.size).toBeGreaterThan(5);
  for (const reference of references) {
    const name = reference.replace('#/components/schemas/', '');
    expect(Object.keys(description.components.schemas)).toContain(name);
  }
  expect(text).not.toContain('$defs');
  expect(text).not.toContain('"$schema"');
});

test('the site document is described strictly, in JSON and YAML', () => {
  const put = description.paths['/api/v1/sites/{siteId}']?.['put'];
  expect(Object.keys(put?.requestBody?.content ?? {})).toEqual(['application/json', 'application/yaml']);
  expect(description.components.schemas['SiteDocument']).toMatchObject({ type: 'object', additionalProperties: false });
});
