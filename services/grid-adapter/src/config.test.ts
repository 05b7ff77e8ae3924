import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { err, ok } from '@headroom/kernel';
import { type RawGridAdapterConfig, readEnv, toConfig } from './config.ts';
import { PROGRAMS_CONFIGURED_MAX, SOURCES_MAX } from './config-sources.ts';
import { ROUTED_TARGETS_MAX } from './domain/bounds.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/grid/sources.json');
const SECRET = 'very secret';
const source = (over: object = {}) => ({
  ...{ name: 'dso', url: 'https://vtn.example.org/v3', untargeted: [{ siteId: 'depot' }] },
  ...over,
});
const raw = (json: unknown): RawGridAdapterConfig => ({
  path: 'grid.json',
  text: ok(JSON.stringify(json)),
  variable: (name) => (name === 'SECRET' ? SECRET : undefined),
});
const read = (over: object = {}) => toConfig(raw({ sources: [source(over)] }));
function sentences(result: ReturnType<typeof toConfig>): readonly string[] {
  return result.kind === 'err' ? result.error : [];
}

test('without a file there is no source', () => {
  expect(toConfig(readEnv({}))).toEqual(ok({ sources: [] }));
  expect(toConfig(readEnv({ HEADROOM_GRID_SOURCES: '' }))).toEqual(ok({ sources: [] }));
});

test('the example is taken as it is, secrets from the environment', () => {
  const config = toConfig(readEnv({ HEADROOM_GRID_SOURCES: EXAMPLE, GRID_OPERATOR_SECRET: SECRET }));
  if (config.kind === 'err') throw new Error(config.error.join(' '));
  const [operator, retailer] = config.value.sources;
  expect(operator).toMatchObject({
    ...{ credentials: { clientId: 'depot', clientSecret: SECRET }, pollEveryMs: 30_000, lostAfterMs: 600_000 },
    ...{ fallbackLimitW: 60_000, limits: { restore: { maxDelayMs: 600_000, rampMs: 300_000, stepMs: 30_000 } } },
  });
  expect(operator?.routing.targets.get('feeder-7')).toHaveLength(2);
  expect(retailer).not.toHaveProperty('credentials');
  expect(retailer?.defaults).toEqual({ priceUnits: 'KWH', currency: 'EUR' });
  expect(readFileSync(EXAMPLE, 'utf8')).not.toContain(SECRET);
});

test('what is not said is the usual', () => {
  expect(read()).toMatchObject(
    ok({
      sources: [
        {
          ...{ version: '3.1', programIds: [], pollEveryMs: 30_000, lostAfterMs: 600_000, defaults: {} },
          limits: { levelPercent: [100, 70, 40, 0], restore: { maxDelayMs: 0, rampMs: 300_000, stepMs: 30_000 } },
        },
      ],
    }),
  );
});

test('a file that is not there, or is no JSON, is one sentence', () => {
  expect(sentences(toConfig(readEnv({ HEADROOM_GRID_SOURCES: '/nowhere.json' })))).toEqual([
    'HEADROOM_GRID_SOURCES is "/nowhere.json"; that file cannot be read (ENOENT).',
  ]);
  expect(sentences(toConfig({ ...raw([]), text: ok('{') }))).toEqual([
    'HEADROOM_GRID_SOURCES is "grid.json"; that file is no JSON.',
  ]);
  expect(sentences(toConfig({ ...raw([]), text: err('EACCES') }))).toHaveLength(1);
});

const places = (count: number) => Array.from({ length: count }, (_, n) => ({ siteId: `s${n}` }));
test.each([
  [{ name: undefined }, 'name is missing'],
  [{ url: 'http://vtn.example.org' }, 'it must be an address of https, or of http on loopback'],
  [{ url: 'https://ann:pw@vtn.example.org' }, 'has a user, a query or a fragment'],
  [{ url: 'vtn' }, 'it must be an address of https'],
  [{ polEveryS: 5 }, 'has "polEveryS"; possible are name, url'],
  [{ version: '2.0b' }, 'version is "2.0b"; possible are 3.0, 3.1'],
  [{ pollEveryS: 0 }, 'pollEveryS is 0; a time in seconds must be a number from 1 to 3600'],
  [{ pollEveryS: 1.5 }, 'pollEveryS is 1.5; a time in seconds must be a whole number'],
  [{ pollEveryS: 60, lostAfterS: 119 }, 'has a lostAfterS that is less than two polls'],
  [{ clientId: 'depot' }, 'has one of clientId and clientSecretEnv; both are needed, or none'],
  [{ clientId: 'depot', clientSecretEnv: 'NOT_SET' }, 'is "NOT_SET"; that variable of the environment is not set'],
  [{ untargeted: [] }, 'has neither targets nor untargeted: its signals would go nowhere'],
  [{ untargeted: [{ site: 'depot' }] }, 'untargeted[0] has "site"; possible are siteId, circuitId'],
  [{ targets: [1] }, 'targets must be an object'],
  [{ targets: { '': places(1) } }, 'has ""; a target has 1 to 128 characters'],
  [
    { targets: { a: places(ROUTED_TARGETS_MAX) }, untargeted: [{ siteId: 'one more' }] },
    'goes to more than 50 sites and circuits',
  ],
  [{ programIds: places(PROGRAMS_CONFIGURED_MAX + 1) }, 'programIds has 11 entries; at most 10 are possible'],
  [{ levelPercent: [100, 70, 40] }, 'levelPercent must have four whole numbers'],
  [{ levelPercent: [100, 40, 70, 0] }, 'levelPercent rises; a higher level must not allow more'],
  [{ levelPercent: [101, 40, 0, 0] }, 'levelPercent[0] is 101; a percentage must be a number from 0 to 100'],
  [{ restore: { rampS: 21_601 } }, 'restore.rampS is 21601'],
  [{ restore: { delayS: 1 } }, 'restore has "delayS"; possible are maxDelayS, rampS, stepS'],
  [{ fallbackLimitW: -1 }, 'fallbackLimitW is -1; a limit in watts must be a number from 0'],
  [{ defaults: { currency: 'euro' } }, 'it must be a code of ISO 4217'],
  [{ defaults: { limitUnits: 'MW' } }, 'defaults.limitUnits is "MW"; possible are KW, W'],
])('a source with %j is refused in one sentence', (over, sentence) => {
  const found = sentences(read(over));
  expect(found).toEqual([expect.stringContaining(sentence)]);
  expect(found[0]).toMatch(/^HEADROOM_GRID_SOURCES: sources(\.|\[)?0/);
});

test('of each wrong source one sentence, and none of the secrets', () => {
  const wrong = source({ clientId: 'depot', clientSecretEnv: 'SECRET', pollEveryS: -1 });
  const found = sentences(toConfig(raw({ sources: [wrong, source(), source({ name: 'x', url: 7 })] })));
  expect(found).toHaveLength(2);
  expect(found.join(' ')).not.toContain(SECRET);
});

test('two sources of one name are refused, and the first source over the bound', () => {
  expect(sentences(toConfig(raw({ sources: [source(), source()] })))).toEqual([
    'HEADROOM_GRID_SOURCES: Two sources have one name.',
  ]);
  const many = (count: number) => Array.from({ length: count }, (_, n) => source({ name: `dso ${n}` }));
  expect(toConfig(raw({ sources: many(SOURCES_MAX) })).kind).toBe('ok');
  expect(sentences(toConfig(raw({ sources: many(SOURCES_MAX + 1) })))).toEqual([
    'HEADROOM_GRID_SOURCES: sources has 11 entries; at most 10 are possible.',
  ]);
  expect(sentences(toConfig(raw({ sourcs: [] })))).toHaveLength(1);
});

const webhookOf = (variables: Readonly<Record<string, string>>) =>
  toConfig({ path: undefined, text: ok(''), variable: (name) => variables[name] });

test('a way in for VTNs: a port, and an address of https before it', () => {
  const [PORT, URL] = ['HEADROOM_GRID_WEBHOOK_PORT', 'HEADROOM_GRID_WEBHOOK_URL'];
  expect(webhookOf({})).toEqual(ok({ sources: [] }));
  expect(webhookOf({ [PORT]: '8443' })).toMatchObject({ kind: 'ok' });
  for (const [variables, why] of [
    [{ [PORT]: '70000' }, 'it must be a whole number from 0 to 65535'],
    [{ [PORT]: 'http' }, 'it must be a whole number'],
    [
      { [PORT]: '0', [URL]: 'http://example.org' },
      'HEADROOM_GRID_WEBHOOK_URL is "http://example.org"; it must be an address of https',
    ],
    [{ [URL]: 'https://example.org' }, 'HEADROOM_GRID_WEBHOOK_PORT is not'],
  ] as const)
    expect(webhookOf(variables)).toEqual({ kind: 'err', error: [expect.stringContaining(why)] });
});
