import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { limitAt } from './composite.ts';
import type { OperationMode, Period, Purpose } from './profile.ts';
import { installed, query, T0 } from './test-support/given.ts';

/** 2.1, in both directions: profiles that hold all the time, in A, so that only the amounts matter. */
const amount = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: undefined });
const periods = fc.record({
  operationMode: fc.constantFrom<OperationMode>('CentralSetpoint', 'CentralSetpoint', 'ExternalSetpoint', 'Idle'),
  limit: amount(0, 320),
  dischargeLimit: amount(-320, 0),
  setpoint: amount(-400, 400),
});
type Amounts = typeof periods extends fc.Arbitrary<infer T> ? T : never;

const rate = (key: 'limit' | 'dischargeLimit' | 'setpoint', all: number | undefined) =>
  all === undefined ? {} : { [key]: { all } };

const periodOf = ({ operationMode, limit, dischargeLimit, setpoint }: Amounts): Period => ({
  startS: 0,
  operationMode,
  ...rate('limit', limit),
  ...rate('dischargeLimit', dischargeLimit),
  ...rate('setpoint', setpoint),
});

const isSaid = (value: number | undefined): value is number => value !== undefined;

test('2.1: limit and discharge limit are the narrowest of all, and the setpoint that is followed lies within them', () => {
  fc.assert(
    fc.property(periods, fc.option(periods, { nil: undefined }), (tx, external) => {
      const place = (purpose: Purpose, amounts: Amounts, id: number) =>
        installed({ id, purpose, evse: 1, steps: [periodOf(amounts)] });
      const held = [
        place('tx', tx, 1),
        ...(external === undefined ? [] : [place('external-constraints', external, 2)]),
      ];
      const found = limitAt(query(held), T0);
      if (found.kind === 'err') throw new Error(found.error.why);

      const both = external === undefined ? [tx] : [tx, external];
      const isIdle = both.some((one) => one.operationMode === 'Idle');
      const tops = both
        .filter((one) => one.operationMode !== 'Idle')
        .map((one) => one.limit)
        .filter(isSaid);
      const bottoms = both
        .filter((one) => one.operationMode !== 'Idle')
        .map((one) => one.dischargeLimit)
        .filter(isSaid);
      const top = isIdle ? 0 : tops.length === 0 ? undefined : Math.min(...tops);
      const bottom = isIdle ? 0 : bottoms.length === 0 ? undefined : Math.max(...bottoms);
      const isExternal = external !== undefined && external.operationMode !== 'Idle';
      const asked =
        tx.operationMode === 'CentralSetpoint'
          ? tx.setpoint
          : tx.operationMode === 'ExternalSetpoint' && isExternal
            ? external.setpoint
            : undefined;
      const within =
        asked === undefined
          ? undefined
          : Math.max(Math.min(asked, top ?? asked), bottom ?? Math.min(asked, top ?? asked));
      const { limit, dischargeLimit, setpoint } = found.value;
      expect({ limit, dischargeLimit, setpoint }).toEqual({ limit: top, dischargeLimit: bottom, setpoint: within });
    }),
    { numRuns: 1_000, seed: 20_261_126 },
  );
});
