import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { applyMutant, parseMutant, readMutants } from './mutant.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const folder = mkdtempSync(join(tmpdir(), 'headroom-mutant-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD =
  'breaks: It forgets.\nrule: SI3\ncheckers: circuit flow\nfaults: none\nseeds: 5\nhours: 0.5\nstations: 8\n';
const CHANGE = '\n=== a.ts\n<<<\nconst a = 1;\n  b();\n---\nconst a = 2;\n>>>\n';

test('a mutant says what it breaks, who should see it, and what it changes, within a line or over some', () => {
  const parsed = parseMutant('m', `${HEAD}${CHANGE}\n=== b.ts\n<<<\n  c();\n---\n>>>\n`);
  expect(parsed).toMatchObject({ rule: 'SI3', checkers: ['circuit', 'flow'], faults: [], seeds: 5, stations: 8 });
  expect(parsed.changes).toEqual([
    { file: 'a.ts', search: 'const a = 1;\n  b();', replace: 'const a = 2;' },
    { file: 'b.ts', search: '  c();', replace: '' },
  ]);
  expect(parsed).not.toHaveProperty('persona');
  expect(parsed).not.toHaveProperty('sites');
  expect(parsed).not.toHaveProperty('isHot');
  expect(parseMutant('m', `heat: always\n${HEAD}${CHANGE}`)).toMatchObject({ isHot: true });
  expect(parsed).not.toHaveProperty('isSparing');
  expect(parseMutant('m', `contactors: spared\n${HEAD}${CHANGE}`)).toMatchObject({ isSparing: true });
  expect(() => parseMutant('m', `contactors: worn\n${HEAD}${CHANGE}`)).toThrow('m: contactors is "worn"');
  expect(parsed).not.toHaveProperty('moves');
  expect(parseMutant('m', `moves: as-new\n${HEAD}${CHANGE}`)).toMatchObject({ moves: 'as-new' });
  expect(() => parseMutant('m', `moves: far\n${HEAD}${CHANGE}`)).toThrow('m: moves is "far"');
  expect(() => parseMutant('m', `heat: often\n${HEAD}${CHANGE}`)).toThrow('m: heat is "often"');
  expect(parseMutant('m', `persona: H79\ngrid: always\nsites: 2\n${HEAD}${CHANGE}`)).toMatchObject({
    ...{ persona: 'H79', grid: 'always', sites: 2 },
  });
  expect(() => parseMutant('m', CHANGE)).toThrow('m: breaks is missing');
  expect(() => parseMutant('m', HEAD)).toThrow('changes nothing');
  expect(() => parseMutant('m', `${HEAD}${CHANGE}<<<\n  c();\n---\n  d();\n>>>\n`)).toThrow('of its own');
});

test('it is applied and undone; where it does not apply exactly once, nothing is changed', () => {
  const path = join(folder, 'a.ts');
  const [one, two] = ['// $1\nconst a = 1;\n', 'const a = 1;\nconst a = 1;\n'];
  const change = { file: 'a.ts', search: 'const a = 1;', replace: 'const a = "$&";' };
  writeFileSync(path, one);
  const undo = applyMutant(folder, { changes: [change] });
  expect(readFileSync(path, 'utf8')).toBe('// $1\nconst a = "$&";\n');
  undo();
  expect(readFileSync(path, 'utf8')).toBe(one);
  for (const text of [two, 'nothing\n']) {
    writeFileSync(path, text);
    expect(() => applyMutant(folder, { changes: [change] })).toThrow('does not apply to a.ts');
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

test.each(readMutants(join(ROOT, 'sim/mutants')))(
  '$name still applies to the sources',
  ({ changes, checkers, breaks }) => {
    for (const { file, search, replace } of changes) {
      expect(readFileSync(join(ROOT, file), 'utf8').split(search)).toHaveLength(2);
      expect(replace).not.toBe(search);
    }
    expect(checkers).not.toContain('platform');
    expect(breaks).toMatch(/\.$/);
  },
);
