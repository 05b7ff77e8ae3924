import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readArguments } from './read-arguments.ts';
import { BENCH_GROUPS, BENCHES } from './registry.ts';
import { type BenchRun, spreadLines, typicalRun } from './results.ts';
import { aimLine, tableLines } from './table.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const KNOWN = ['one', 'two', 'three'];

test('without a name all benches run; with names those, in their own order; --json names a file', () => {
  expect(readArguments([], KNOWN)).toEqual({ kind: 'run', names: KNOWN, jsonFile: undefined, times: 1 });
  expect(readArguments(['three', '--json', 'out.json', '--times', '3', 'one'], KNOWN)).toEqual({
    ...{ kind: 'run', names: ['one', 'three'], jsonFile: 'out.json', times: 3 },
  });
});

test('a name or an option that is none, and --json without a file, are refused in words', () => {
  expect(readArguments(['four'], KNOWN)).toEqual({ kind: 'refused', why: 'there is no bench "four"' });
  expect(readArguments(['--all'], KNOWN)).toEqual({ kind: 'refused', why: 'there is no option --all' });
  for (const times of ['0', '21', '1.5', 'often']) {
    expect(readArguments(['--times', times], KNOWN)).toEqual({
      ...{ kind: 'refused', why: '--times wants a whole number from 1 to 20' },
    });
  }
  expect(readArguments(['one', '--json'], KNOWN)).toEqual({
    ...{ kind: 'refused', why: '--json wants the name of a file' },
  });
});

test('a group stands for its members, in the order of all', () => {
  const groups = { some: ['three', 'one'], wrong: ['one', 'four'] };
  expect(readArguments(['some'], KNOWN, groups)).toMatchObject({ names: ['one', 'three'] });
  expect(readArguments(['wrong'], KNOWN, groups)).toEqual({ kind: 'refused', why: 'there is no bench "wrong"' });
  const all = BENCHES.map(({ name }) => name);
  for (const name of Object.keys(BENCH_GROUPS))
    expect(readArguments([name], all, BENCH_GROUPS)).toMatchObject({ names: BENCH_GROUPS[name] });
});

test('--list asks for the names, whatever else is said', () => {
  expect(readArguments(['one', '--list'], KNOWN)).toEqual({ kind: 'list' });
});

test('an aim stands beside its figure: reached, or missed and by how much, in its own direction', () => {
  const aim = { what: 'p99', unit: 'ms', value: 31 };
  expect(aimLine({ ...aim, atMost: 31 })).toBe('aim: p99 at most 31 ms: 31 ms, reached');
  expect(aimLine({ ...aim, atMost: 25 })).toBe('aim: p99 at most 25 ms: 31 ms, MISSED by 6 ms (24 %)');
  expect(aimLine({ ...aim, unit: '/s', atLeast: 31 })).toBe('aim: p99 at least 31/s: 31/s, reached');
  expect(aimLine({ ...aim, unit: '/s', atLeast: 100 })).toBe('aim: p99 at least 100/s: 31/s, MISSED by 69/s (69 %)');
  expect(tableLines({ title: 'T', rows: [], notes: ['Mind this.'], aims: [{ ...aim, atMost: 31 }] }).slice(2)).toEqual([
    ...['aim: p99 at most 31 ms: 31 ms, reached', 'Mind this.'],
  ]);
});

test('a table has its numbers to the right, three digits of small ones, and its notes below', () => {
  const rows = [
    { sites: 5_000, of: 'optimizer', 'p50 ms': 0.1234 },
    { sites: 1, of: 'x', 'p50 ms': 1_234.5 },
  ];
  expect(tableLines({ title: 'T', rows, notes: ['Mind this.'] })).toEqual([
    'T',
    'sites  of         p50 ms',
    '5,000  optimizer   0.123',
    '    1  x           1,235',
    'Mind this.',
  ]);
  expect(tableLines({ title: 'Nothing', rows: [], notes: [] })).toEqual(['Nothing', '']);
});

test('each bench has a name of its own and programs that exist', () => {
  expect(new Set(BENCHES.map(({ name }) => name)).size).toBe(BENCHES.length);
  for (const { programs } of BENCHES) expect(programs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('of several runs each aim has its median and its spread, and the typical run is the one of the median', () => {
  const run = (value: number): BenchRun => ({
    ...{ loadBefore: 0, failures: [] },
    tables: [{ title: 'T', rows: [{ value }], notes: [], aims: [{ what: 'p99', unit: 'ms', atMost: 25, value }] }],
  });
  const result = { name: 'one', about: '', aim: '', runs: [run(30), run(10), run(20)] };
  expect(spreadLines(result)).toEqual(['aim: p99 at most 25 ms: 20 ms, reached (median of 3: 10 to 30)']);
  expect(typicalRun(result)).toEqual(run(20));
  expect(spreadLines({ ...result, runs: [run(30)] })).toEqual([]);
  expect(typicalRun({ ...result, runs: [] })).toBeUndefined();
});
