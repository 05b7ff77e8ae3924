import { expect, test } from '@jest/globals';
import { ProgramBuilder } from './program.ts';

test('entries in any order come to lie by column, rows ascending, repeated ones added up', () => {
  const builder = new ProgramBuilder();
  const [x, y] = [builder.column({ upper: 4, cost: 1 }), builder.column({ lower: -1 })];
  const [first, second] = [builder.row({ upper: 10 }), builder.row({ lower: 2, upper: 2 })];
  builder.add(second, y, 5);
  builder.add(second, x, 3);
  builder.add(first, y, 1);
  builder.add(second, y, 2);
  builder.add(first, x, 0);
  const program = builder.build();
  expect([...program.starts]).toEqual([0, 1, 3]);
  expect([...program.indices]).toEqual([second, first, second]);
  expect([...program.values]).toEqual([3, 1, 7]);
  expect([...program.colLower, ...program.colUpper]).toEqual([0, -1, 4, Infinity]);
  expect([...program.rowLower, ...program.rowUpper]).toEqual([-Infinity, 2, 10, 2]);
});

test.each([
  [
    'a column whose bounds cross',
    (builder: ProgramBuilder) => builder.column({ lower: 2, upper: 1 }),
    /between 2 and 1/u,
  ],
  ['a row whose bounds cross', (builder: ProgramBuilder) => builder.row({ lower: 2, upper: 1 }), /between 2 and 1/u],
  ['a bound that is no number', (builder: ProgramBuilder) => builder.row({ lower: Number.NaN }), /between NaN/u],
  ['a cost that is no number', (builder: ProgramBuilder) => builder.column({ cost: Number.NaN }), /cost of NaN/u],
  [
    'a coefficient that is no number',
    (builder: ProgramBuilder) => builder.add(0, 0, Infinity),
    /coefficient of Infinity/u,
  ],
  ['an entry outside', (builder: ProgramBuilder) => builder.add(1, 0, 1), /no place 1, 0/u],
])('%s is refused', (_, refused, why) => {
  const builder = new ProgramBuilder();
  builder.column();
  builder.row({ upper: 1 });
  expect(() => refused(builder)).toThrow(why);
});
