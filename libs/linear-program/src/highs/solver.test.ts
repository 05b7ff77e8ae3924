import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LinearProgram, ProgramBuilder } from '../program.ts';
import { verify } from '../verify.ts';
import { openHighs } from './index.ts';

const LIMITS = { timeLimitS: 10 };
const solver = await openHighs();

/** Columns between 0 and 5, rows that 0 keeps: feasible and bounded whatever the numbers. */
const programs = fc
  .record({
    costs: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 8 }),
    rows: fc.array(
      fc.record({
        upper: fc.integer({ min: 0, max: 20 }),
        entries: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 8, maxLength: 8 }),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ costs, rows }): LinearProgram => {
    const builder = new ProgramBuilder();
    const columns = costs.map((cost) => builder.column({ upper: 5, cost }));
    for (const { upper, entries } of rows) {
      const row = builder.row({ upper });
      for (const column of columns) builder.add(row, column, entries[column] ?? 0);
    }
    return builder.build();
  });

test('VF2, VF3: what it calls optimal holds, and the solution moved by a little does not', () => {
  fc.assert(
    fc.property(programs, fc.nat(), (program, chosen) => {
      const { status, claimed } = solver.solve(program, LIMITS);
      expect(status).toBe('optimal');
      if (claimed === undefined) throw new Error('no solution');
      expect(verify(program, claimed)).toMatchObject({ kind: 'holds' });
      const moved = Float64Array.from(claimed.colValue);
      const column = chosen % program.columns;
      moved[column] = (moved[column] ?? 0) + (program.colCost[column] === 0 ? 6 : 0.01);
      expect(verify(program, { ...claimed, colValue: moved }).kind).toBe('refused');
    }),
    { numRuns: 300 },
  );
});

test('SV9: the same program gives the same bits', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(solver.solve(program, LIMITS)).toEqual(solver.solve(program, LIMITS));
    }),
    { numRuns: 50 },
  );
});

test('HI-24: what has no solution, or no end, is told apart from what is solved', () => {
  const impossible = new ProgramBuilder();
  impossible.add(impossible.row({ lower: 2 }), impossible.column({ upper: 1 }), 1);
  expect(solver.solve(impossible.build(), LIMITS)).toMatchObject({ status: 'infeasible' });
  const endless = new ProgramBuilder();
  endless.add(endless.row({ lower: 0 }), endless.column({ cost: -1 }), 1);
  expect(solver.solve(endless.build(), LIMITS).status).toBe('unbounded-or-infeasible');
});

/** So many cars in so many slots, all of which want more than there is: some thousand steps of work. */
function crowded(cars: number, slots: number): LinearProgram {
  const builder = new ProgramBuilder();
  const limits = Array.from({ length: slots }, (_, slot) => builder.row({ upper: 40 + (slot % 7) }));
  for (let car = 0; car < cars; car += 1) {
    const need = builder.row({ upper: 60 + ((car * 37) % 101) });
    for (let slot = car % 5; slot < slots - (car % 9); slot += 1) {
      const column = builder.column({ upper: 11 + (car % 3), cost: -1 - ((car * 13 + slot * 7) % 29) / 100 });
      builder.add(limits[slot] ?? 0, column, 1);
      builder.add(need, column, 0.25);
    }
  }
  return builder.build();
}

test('HI-23: the time limit counts from each solve, and what runs out of it has no solution', () => {
  const program = crowded(60, 96);
  expect(solver.solve(program, { timeLimitS: 0 })).toMatchObject({ status: 'time-limit' });
  expect(solver.solve(program, { timeLimitS: 0 }).claimed).toBeUndefined();
  expect(solver.solve(program, LIMITS).status).toBe('optimal');
});

test('HI-21: solved programs leave nothing behind', () => {
  const program = crowded(30, 48);
  for (let n = 0; n < 10; n += 1) solver.solve(program, LIMITS);
  const bytes = solver.memoryBytes();
  for (let n = 0; n < 100; n += 1) solver.solve(program, LIMITS);
  expect(solver.memoryBytes()).toBe(bytes);
});
