import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { limitAt } from './composite.ts';
import type { OperationMode, Period, Purpose, Rate, RateUnit } from './profile.ts';
import { installed, query, T0 } from './test-support/given.ts';

/**
 * 2.1, in both directions: profiles that hold all the time, in the unit of the composite, so that only the amounts matter. An
 * amount is one number, or one for each conductor (K08.FR.09).
 */
type Amount = number | readonly [l1: number, l2: number, l3: number];
const amount = (min: number, max: number): fc.Arbitrary<Amount | undefined> => {
  const one = fc.integer({ min, max });
  return fc.option(fc.oneof(one, fc.tuple(one, one, one)), { nil: undefined });
};
const periods = fc.record({
  operationMode: fc.constantFrom<OperationMode>('CentralSetpoint', 'CentralSetpoint', 'ExternalSetpoint', 'Idle'),
  limit: amount(0, 320),
  dischargeLimit: amount(-320, 0),
  setpoint: amount(-400, 400),
});
type Amounts = typeof periods extends fc.Arbitrary<infer T> ? T : never;
type Field = 'limit' | 'dischargeLimit' | 'setpoint';
const FIELDS: readonly Field[] = ['limit', 'dischargeLimit', 'setpoint'];

const rateOf = (said: Amount): Rate =>
  typeof said === 'number' ? { all: said } : { all: said[0], l2: said[1], l3: said[2] };
const rate = (key: Field, said: Amount | undefined) => (said === undefined ? {} : { [key]: rateOf(said) });

const periodOf = ({ operationMode, limit, dischargeLimit, setpoint }: Amounts): Period => ({
  startS: 0,
  operationMode,
  ...rate('limit', limit),
  ...rate('dischargeLimit', dischargeLimit),
  ...rate('setpoint', setpoint),
});

const isSaid = (value: number | undefined): value is number => value !== undefined;

/** Of one conductor, or of all of them. W of all three are spread over them, and what is lost in it is no power. */
function on(said: Amount | undefined, conductor: 0 | 1 | 2 | 'all', unit: RateUnit): number | undefined {
  if (said === undefined || conductor === 'all') return said as number | undefined;
  if (typeof said !== 'number') return said[conductor];
  return unit === 'A' ? said : Math.trunc(said / 3) + 0;
}

/** What counts of a session and of an outer bound, each by its amounts on one conductor. */
function expected(tx: Spoken, external: Spoken | undefined): Partial<Record<Field, number | undefined>> {
  const both = external === undefined ? [tx] : [tx, external];
  const awake = both.filter(({ operationMode }) => operationMode !== 'Idle');
  const isIdle = awake.length < both.length;
  const tops = awake.map(({ limit }) => limit).filter(isSaid);
  const bottoms = awake.map(({ dischargeLimit }) => dischargeLimit).filter(isSaid);
  const top = isIdle ? 0 : tops.length === 0 ? undefined : Math.min(...tops);
  const bottom = isIdle ? 0 : bottoms.length === 0 ? undefined : Math.max(...bottoms);
  const isExternal = external !== undefined && external.operationMode !== 'Idle';
  const asked =
    tx.operationMode === 'CentralSetpoint'
      ? tx.setpoint
      : tx.operationMode === 'ExternalSetpoint' && isExternal
        ? external.setpoint
        : undefined;
  const capped = asked === undefined ? undefined : Math.min(asked, top ?? asked);
  const setpoint = capped === undefined ? undefined : Math.max(capped, bottom ?? capped);
  return { limit: top, dischargeLimit: bottom, setpoint };
}
type Spoken = Pick<Amounts, 'operationMode'> & { readonly [K in Field]: number | undefined };

const spoken = (one: Amounts, conductor: 0 | 1 | 2 | 'all', unit: RateUnit): Spoken => ({
  operationMode: one.operationMode,
  limit: on(one.limit, conductor, unit),
  dischargeLimit: on(one.dischargeLimit, conductor, unit),
  setpoint: on(one.setpoint, conductor, unit),
});

test.each(['A', 'W'] as const)(
  '2.1 K08.FR.09: limit and discharge limit are the narrowest of all, on each conductor, and the setpoint that is followed lies within them (%s)',
  (unit) => {
    fc.assert(
      fc.property(periods, fc.option(periods, { nil: undefined }), (tx, external) => {
        const place = (purpose: Purpose, amounts: Amounts, id: number) =>
          installed({ id, purpose, evse: 1, steps: [periodOf(amounts)], more: { unit } });
        const held = [
          place('tx', tx, 1),
          ...(external === undefined ? [] : [place('external-constraints', external, 2)]),
        ];
        const found = limitAt(query(held, { unit }), T0);
        if (found.kind === 'err') throw new Error(found.error.why);

        const both = external === undefined ? [tx] : [tx, external];
        const perConductor = both.some((one) => FIELDS.some((field) => typeof one[field] === 'object'));
        const of = (conductor: 0 | 1 | 2 | 'all') =>
          expected(spoken(tx, conductor, unit), external && spoken(external, conductor, unit));
        const [l1, l2, l3] = perConductor ? [of(0), of(1), of(2)] : [of('all'), {}, {}];
        const { limit, limitL2, limitL3, dischargeLimit, dischargeLimitL2, dischargeLimitL3 } = found.value;
        const { setpoint, setpointL2, setpointL3 } = found.value;
        expect([
          { limit, dischargeLimit, setpoint },
          { limit: limitL2, dischargeLimit: dischargeLimitL2, setpoint: setpointL2 },
          { limit: limitL3, dischargeLimit: dischargeLimitL3, setpoint: setpointL3 },
        ]).toEqual([l1, l2, l3]);
      }),
      { numRuns: 2_000, seed: 20_261_126 },
    );
  },
);
