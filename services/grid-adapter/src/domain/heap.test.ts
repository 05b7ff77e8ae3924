import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pop, push } from './heap.ts';

const order = (a: number, b: number): number => a - b;

test('whatever is put in and taken out, the first is the least of what is in', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const heap: number[] = [];
      let model: number[] = [];
      for (const step of steps) {
        if (step === undefined) {
          pop(heap, order);
          model = model.toSorted(order).slice(1);
        } else {
          push(heap, step, order);
          model = [...model, step];
        }
        expect(heap.toSorted(order)).toEqual(model.toSorted(order));
        expect(heap[0]).toBe(model.toSorted(order)[0]);
      }
    }),
  );
});
