import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, evseId, stationId } from '@headroom/kernel';
import fc from 'fast-check';
import { fill } from './fill.ts';
import { type Constraints, ConstraintsBuilder } from './flat-constraints.ts';
import { circuitRowsOf, phaseStep } from './phase-step.ts';
import type { Contender } from './policies/policy.ts';
import { proportional } from './policies/shares.ts';
import { QUANTUM_MS, STARVES_AFTER_S } from './rotation.ts';

const QUANTUM_S = QUANTUM_MS / 1_000;

type On = 0 | 1 | 2 | 'all';
interface Car {
  readonly on: On;
  readonly max: number;
  readonly isHeld?: boolean;
  readonly credit?: number;
  readonly waitedS?: number;
}

const ROWS = { lines: [0, 1, 2] };

const contenderOf = ({ max, isHeld = false, credit = 0, waitedS = 0 }: Car, n: number): Contender => ({
  evseId: evseId(stationId(`ST-${String(n).padStart(3, '0')}`), 1),
  startedAtMs: n,
  ...{ min: deciAmps(60), max: deciAmps(max), tier: 1, weight: 1, idle: false, gaveUp: false, probes: false },
  need: { departureAtMs: 0, laxityS: 10_000, meanMilliA: 1, socPermille: 500 },
  turn: { credit, isHeld, isPreferred: false, waitedS },
});

function constraintsOf(cars: readonly Car[], rooms: readonly number[]): Constraints {
  const builder = new ConstraintsBuilder(cars.length, 8);
  for (const [line, room] of rooms.entries()) {
    builder.begin({ rowIndex: line, room, overfull: false, counts: 'counted' });
    for (const [i, { on }] of cars.entries()) if (on === line || on === 'all') builder.add(i, 1, 0);
  }
  return builder.build();
}

const filled = (cars: readonly Car[], rooms: readonly number[]) =>
  fill(cars.map(contenderOf), constraintsOf(cars, rooms), proportional, ROWS).map(({ given }) => given);
/** By the policy alone. */
const plainly = (cars: readonly Car[], rooms: readonly number[]) =>
  fill(cars.map(contenderOf), constraintsOf(cars, rooms), proportional).map(({ given }) => given);

/** Deci-amps that flow over all lines. */
const flows = (cars: readonly Car[], given: readonly number[]): number =>
  given.reduce((sum, deciA, i) => sum + deciA * (cars[i]?.on === 'all' ? 3 : 1), 0);

test('FS2 cars on three phases make room where cars on one phase can fill every line, and have what nobody else could use', () => {
  // Line 1 alone has a car of its own: what it gives up there is worth three times as much.
  const oneSided: readonly Car[] = [
    { on: 0, max: 320 },
    { on: 'all', max: 320 },
  ];
  expect(plainly(oneSided, [300, 300, 300])).not.toEqual([0, 300]);
  expect(filled(oneSided, [300, 300, 300])).toEqual([0, 300]);
  // All lines could be filled by cars of their own: by the policy alone nothing is lost, and nothing is changed.
  const even: readonly Car[] = [
    { on: 0, max: 320 },
    { on: 1, max: 320 },
    { on: 2, max: 320 },
    { on: 'all', max: 320 },
  ];
  expect(phaseStepOf(even, [300, 300, 300], [150, 150, 150, 150])).toBeUndefined();
  expect(filled(even, [300, 300, 300])).toEqual([150, 150, 150, 150]);
});

const phaseStepOf = (cars: readonly Car[], rooms: readonly number[], entitled: readonly number[]) =>
  phaseStep(cars.map(contenderOf), constraintsOf(cars, rooms), { entitled, rows: ROWS });

test('RF7, OD2: whoever is owed a whole turn, or has not finished his own, keeps his minimum whatever the lines could carry', () => {
  const cars = (change: Partial<Car>): readonly Car[] => [
    { on: 0, max: 320, ...change },
    { on: 'all', max: 320, isHeld: true },
  ];
  expect(filled(cars({}), [300, 300, 300])).toEqual([0, 300]);
  expect(filled(cars({ isHeld: true }), [300, 300, 300])).toEqual([60, 240]);
  expect(filled(cars({ credit: 60 * QUANTUM_S - 1 }), [300, 300, 300])).toEqual([0, 300]);
  expect(filled(cars({ credit: 60 * QUANTUM_S }), [300, 300, 300])).toEqual([60, 240]);
  // RF4: nor does it starve.
  expect(filled(cars({ waitedS: STARVES_AFTER_S - 1 }), [300, 300, 300])).toEqual([0, 300]);
  expect(filled(cars({ waitedS: STARVES_AFTER_S }), [300, 300, 300])).toEqual([60, 240]);
});

const anyCar = fc.record({
  on: fc.constantFrom<On>(0, 1, 2, 'all', 'all'),
  max: fc.integer({ min: 60, max: 320 }),
  isHeld: fc.boolean(),
});

test('FS2 no line is exceeded, nobody has less than a minimum, nothing that fits is left; classes have the division that carries most', () => {
  let changed = 0;
  fc.assert(
    fc.property(
      fc.array(anyCar, { minLength: 1, maxLength: 9 }),
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 3, maxLength: 3 }),
      (drawn, rooms) => {
        // Nobody who is held would leave no minimum for the others: what is promised to them is tested above.
        const cars = drawn.map((one) => ({ ...one, isHeld: false }));
        const given = filled(cars, rooms);
        const left = rooms.map((room, line) =>
          given.reduce((rest, deciA, i) => (cars[i]?.on === line || cars[i]?.on === 'all' ? rest - deciA : rest), room),
        );
        for (const room of left) expect(room).toBeGreaterThanOrEqual(0);
        for (const [i, { on, max }] of cars.entries()) {
          const deciA = given[i] ?? 0;
          expect(deciA === 0 || (deciA >= 60 && deciA <= max)).toBe(true);
          const room = on === 'all' ? Math.min(...left) : (left[on] ?? 0);
          expect(deciA === max || room < (deciA === 0 ? 60 : 1)).toBe(true);
        }
        // The best division, tried out deci-amp by deci-amp: where a step was made, its classes have no more room than that.
        const plain = plainly(cars, rooms);
        if (given.join() === plain.join()) return;
        changed += 1;
        const mostOf = (on: On) => cars.reduce((sum, one) => (one.on === on ? sum + one.max : sum), 0);
        let best = 0;
        for (let g = 0; g <= Math.min(mostOf('all'), ...rooms); g += 1) {
          const singles = rooms.reduce((sum, room, line) => sum + Math.min(mostOf(line as On), room - g), 0);
          best = Math.max(best, 3 * g + singles);
        }
        expect(flows(cars, given)).toBeLessThanOrEqual(best);
      },
    ),
    { numRuns: 400 },
  );
  expect(changed).toBeGreaterThan(20);
});

test('FS2 on the whole it carries more than the policy by itself', () => {
  let [by, without] = [0, 0];
  fc.assert(
    fc.property(fc.array(anyCar, { minLength: 4, maxLength: 9 }), fc.integer({ min: 200, max: 600 }), (drawn, room) => {
      const cars = drawn.map((one) => ({ ...one, isHeld: false }));
      by += flows(cars, filled(cars, [room, room, room]));
      without += flows(cars, plainly(cars, [room, room, room]));
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(by).toBeGreaterThan(without * 1.02);
});

test('a circuit without three lines, or a line that is lost already, is shared as it is', () => {
  expect(circuitRowsOf([], circuitId('grid'))).toBeUndefined();
  const cars: readonly Car[] = [
    { on: 0, max: 320 },
    { on: 'all', max: 320 },
  ];
  const builder = new ConstraintsBuilder(2, 8);
  for (const line of [0, 1, 2]) {
    builder.begin({ rowIndex: line, room: 300, overfull: line === 0, counts: 'fallback' });
    if (line === 0) builder.add(0, 1, 0);
    builder.add(1, 1, 0);
  }
  const step = phaseStep(cars.map(contenderOf), builder.build(), { entitled: [150, 150], rows: ROWS });
  expect(step).toBeUndefined();
});
