import { expect, test } from '@jest/globals';
import { ProgramBuilder } from './program.ts';
import { verify } from './verify.ts';

/** Minimise -3x - 2y with x + y <= 4 and x <= 3: x = 3, y = 1, and an ampere more is worth 2. */
const small = () => {
  const builder = new ProgramBuilder();
  const [x, y] = [builder.column({ upper: 3, cost: -3 }), builder.column({ cost: -2 })];
  const row = builder.row({ upper: 4 });
  builder.add(row, x, 1);
  builder.add(row, y, 1);
  return builder.build();
};
const claim = (x: number, y: number, price: number) => ({
  colValue: Float64Array.of(x, y),
  rowDual: Float64Array.of(price),
});

test('VF2, VF3: the optimum holds, with its objective and the bound that proves it', () => {
  expect(verify(small(), claim(3, 1, -2))).toEqual({ kind: 'holds', objective: -11, bound: -11, gap: 0, violation: 0 });
});

test.each([
  ['VF2: a broken row', claim(3, 1.1, -2), 'primal'],
  ['VF2: a broken bound of a column', claim(3.1, 0.9, -2), 'primal'],
  ['VF2: a column below its lower bound', claim(3, -0.1, -2), 'primal'],
  ['VF3: a feasible one that is not the best', claim(2, 2, -2), 'gap'],
  ['VF3: prices that prove too little', claim(3, 1, -2.5), 'gap'],
  ['VF3: a price that meets no bound', claim(3, 1, -1), 'dual'],
  ['VF3: a price of the wrong sign', claim(3, 1, 2), 'dual'],
  ['VF6: a value that is no number', claim(Number.NaN, 1, -2), 'claim'],
  ['VF6: a price that is no number', claim(3, 1, Number.NaN), 'claim'],
  ['a solution of another size', { colValue: Float64Array.of(3), rowDual: Float64Array.of(-2) }, 'claim'],
])('%s is refused', (_, claimed, code) => {
  expect(verify(small(), claimed)).toMatchObject({ kind: 'refused', code });
});

test('VF2: a violation counts relative to a large bound, and absolutely below 1', () => {
  const builder = new ProgramBuilder();
  builder.column({ lower: 0, upper: 1e6 });
  const program = builder.build();
  const told = (value: number) =>
    verify(program, { colValue: Float64Array.of(value), rowDual: new Float64Array(0) }).kind;
  expect([told(1e6 + 0.5), told(1e6 + 1.5), told(-0.5e-6), told(-1.5e-6)]).toEqual([
    ...['holds', 'refused'],
    ...['holds', 'refused'],
  ]);
});
