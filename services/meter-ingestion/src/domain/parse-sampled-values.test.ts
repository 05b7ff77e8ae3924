import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Socket } from './derive-phases.ts';
import { MAX_SAMPLED_VALUES, parseSampledValues } from './parse-sampled-values.ts';
import type { Measured, SampledText } from './samples.ts';

const THREE: Socket = { phases: 3, nominalVoltageV: 230 };
const ONE: Socket = { phases: 1, nominalVoltageV: 230 };

const text = (value: string, measurand: string, rest: Partial<SampledText> = {}): SampledText => ({
  value,
  measurand,
  phase: '',
  unit: '',
  multiplier: 0,
  location: '',
  ...rest,
});
const current = (value: string, phase = ''): SampledText => text(value, 'Current.Import', { phase, unit: 'A' });
const power = (value: string, unit = 'W', phase = ''): SampledText =>
  text(value, 'Power.Active.Import', { unit, phase });
const all3 = [current('16', 'L1'), current('15.9', 'L2'), current('16.04', 'L3')];

interface Row {
  readonly title: string;
  readonly values: readonly SampledText[];
  readonly socket?: Socket;
  readonly expected: {
    readonly [K in keyof Measured]?: Measured[K] extends string
      ? Measured[K]
      : number | Readonly<Record<string, number>>;
  };
}

const exported = (value: string, phase = ''): SampledText => text(value, 'Current.Export', { phase, unit: 'A' });

const ROWS: readonly Row[] = [
  {
    title: 'MD18 what a car gives back is that of the conductor that carries most, and no draw',
    values: [current('0', 'L1'), current('0', 'L2'), current('0', 'L3'), exported('10', 'L1'), exported('10.41', 'L2')],
    expected: { current: { l1: 0, l2: 0, l3: 0 }, given: 105, quality: 'good' },
  },
  {
    title: 'MD18 a power that flows back is a current where it has one conductor alone',
    values: [text('2.3', 'power.active.export', { unit: 'kW' }), current('0')],
    socket: ONE,
    expected: { current: { l1: 0 }, given: 100 },
  },
  {
    title: 'currents per phase are rounded up to tenths',
    values: all3,
    expected: { current: { l1: 160, l2: 159, l3: 161 }, quality: 'good' },
  },
  {
    title: 'H38 L1-N is L1',
    values: [current('6', 'L1-N'), current('7', 'L2-N'), current('8', 'L3-N')],
    expected: { current: { l1: 60, l2: 70, l3: 80 } },
  },
  {
    title: 'H38 the neutral and line-to-line values are left out',
    values: [...all3, current('1', 'N'), current('2', 'L1-L2')],
    expected: { current: { l1: 160, l2: 159, l3: 161 }, quality: 'good' },
  },
  {
    title: 'H38 power per phase without a total is summed',
    values: [power('1000', 'W', 'L1'), power('1.5', 'kW', 'L2'), ...all3],
    expected: { powerW: 2500 },
  },
  {
    title: 'H38 a total stands before the sum of its phases',
    values: [power('3000'), power('999', 'W', 'L1'), ...all3],
    expected: { powerW: 3000 },
  },
  {
    title: 'H34 a decimal comma and spaces are read',
    values: [current(' 16,5 ', 'L1')],
    socket: ONE,
    expected: { current: { l1: 165 }, quality: 'good' },
  },
  {
    title: 'H34 NaN is dropped alone',
    values: [...all3, text('NaN', 'SoC', { unit: 'Percent' })],
    expected: { current: { l1: 160, l2: 159, l3: 161 }, quality: 'derived', dropped: 1 },
  },
  {
    title: 'H34 the empty string is no zero',
    values: [current('', 'L1'), power('2300')],
    socket: ONE,
    expected: { current: { l1: 100 }, quality: 'derived', dropped: 1 },
  },
  {
    title: 'H35 no measurand and no unit: the energy register in Wh',
    values: [text('12345', '')],
    expected: { energyRegisterWh: 12345, current: {}, quality: 'good' },
  },
  {
    title: 'energy in kWh',
    values: [text('12.345', 'Energy.Active.Import.Register', { unit: 'kWh' })],
    expected: { energyRegisterWh: 12345 },
  },
  {
    title: 'H36 power in "Wh" is power, flagged',
    values: [power('2300', 'Wh'), current('10', 'L1')],
    socket: ONE,
    expected: { powerW: 2300, quality: 'derived' },
  },
  {
    title: 'H37 an unknown unit costs that value only',
    values: [power('5', 'Hertz'), ...all3],
    expected: { current: { l1: 160, l2: 159, l3: 161 }, dropped: 1 },
  },
  {
    title: 'H39 the case of measurand and unit does not matter',
    values: [text('10', 'current.IMPORT', { phase: 'l1', unit: 'a' })],
    socket: ONE,
    expected: { current: { l1: 100 } },
  },
  {
    title: 'the multiplier is a power of ten',
    values: [text('32', 'Power.Active.Import', { unit: 'W', multiplier: 2 }), current('14', 'L1')],
    socket: ONE,
    expected: { powerW: 3200 },
  },
  {
    title: 'an absurd multiplier is dropped',
    values: [text('32', 'Power.Active.Import', { unit: 'W', multiplier: 40 }), current('14', 'L1')],
    socket: ONE,
    expected: { dropped: 1 },
  },
  {
    title: 'what is offered is rounded down',
    values: [text('16.09', 'Current.Offered', { unit: 'A' }), ...all3],
    expected: { offered: 160 },
  },
  { title: 'SoC', values: [text('80', 'SoC', { unit: 'Percent', location: 'EV' })], expected: { socPercent: 80 } },
  { title: 'SoC above 100 is dropped', values: [text('101', 'SoC'), ...all3], expected: { dropped: 1 } },
  {
    title: 'H41 zeros on L2 and L3 stay zeros',
    values: [current('16', 'L1'), current('0', 'L2'), current('0', 'L3'), power('3680')],
    expected: { current: { l1: 160, l2: 0, l3: 0 }, quality: 'good' },
  },
  {
    title: 'phases missing, power known: spread over the conductors, flagged',
    values: [power('11040')],
    expected: { current: { l1: 160, l2: 160, l3: 160 }, quality: 'derived' },
  },
  {
    title: 'spread, but no conductor below what the pilot offers',
    values: [power('3680'), text('16', 'Current.Offered', { unit: 'A' })],
    expected: { current: { l1: 160, l2: 160, l3: 160 }, quality: 'derived' },
  },
  {
    title: 'the measured voltage is used',
    values: [power('2400'), text('240', 'Voltage', { unit: 'V' })],
    socket: ONE,
    expected: { current: { l1: 100 }, quality: 'derived' },
  },
  {
    title: 'one phase measured, power says the rest',
    values: [current('10', 'L1'), power('6900')],
    expected: { current: { l1: 100, l2: 100, l3: 100 }, quality: 'derived' },
  },
  {
    title: 'one phase measured and nothing else: the others are unknown, not 0',
    values: [current('10', 'L1')],
    expected: { current: { l1: 100 }, quality: 'good' },
  },
  {
    title: 'a current without a phase on one conductor',
    values: [current('10')],
    socket: ONE,
    expected: { current: { l1: 100 }, quality: 'good' },
  },
  {
    title: 'a current without a phase counts on every conductor',
    values: [current('10')],
    expected: { current: { l1: 100, l2: 100, l3: 100 }, quality: 'derived' },
  },
  {
    title: 'H38 a current without a phase that power shows to be the total is spread',
    values: [current('48'), power('11040'), text('16', 'Current.Offered')],
    expected: { current: { l1: 160, l2: 160, l3: 160 }, quality: 'derived' },
  },
  {
    title: 'the inlet is used only where the outlet says nothing',
    values: [text('99', 'Current.Import', { phase: 'L1', location: 'Inlet' }), current('10', 'L1')],
    socket: ONE,
    expected: { current: { l1: 100 } },
  },
  { title: 'noise below zero is zero', values: [current('-0.2', 'L1')], socket: ONE, expected: { current: { l1: 0 } } },
];

test.each(ROWS)('$title', ({ values, socket, expected }) => {
  expect(parseSampledValues(values, socket ?? THREE)).toMatchObject(expected);
});

test('one value over the bound is cut and said', () => {
  const values = Array.from({ length: MAX_SAMPLED_VALUES + 1 }, () => text('1', 'Energy.Active.Import.Register'));
  expect(parseSampledValues(values, THREE)).toMatchObject({ dropped: 1, quality: 'derived' });
});

test('nothing usable is nothing, not an empty sample', () => {
  expect(parseSampledValues([text('5', 'RPM'), text('x', 'SoC')], THREE)).toBeUndefined();
  expect(parseSampledValues([], THREE)).toBeUndefined();
});

const oneOfOrAny = (...known: readonly string[]) => fc.oneof(fc.constantFrom(...known), fc.string());
const anyText: fc.Arbitrary<SampledText> = fc.record({
  value: fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.constantFrom('NaN', '-Infinity', '1e308', '1e-308', '١٢', '0x10', '1,2,3'),
  ),
  measurand: oneOfOrAny('', 'Current.Import', 'Power.Active.Import', 'SoC', 'Voltage', 'Current.Offered'),
  phase: oneOfOrAny('', 'L1', 'L2', 'L3', 'N', 'L1-L2', '__proto__'),
  unit: oneOfOrAny('', 'A', 'W', 'kWh', 'V', 'constructor'),
  multiplier: fc.oneof(fc.integer(), fc.double()),
  location: oneOfOrAny('', 'Outlet', 'Inlet'),
});

test('whatever a station sends never throws, and what comes out is whole, finite and not negative', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), (values, phases) => {
      const measured = parseSampledValues(values, { phases, nominalVoltageV: 230 });
      for (const amps of Object.values(measured?.current ?? {})) {
        expect(Number.isSafeInteger(amps)).toBe(true);
        expect(amps).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a bad value beside good ones changes nothing of what they say', () => {
  fc.assert(
    fc.property(
      fc.array(
        anyText.map((value) => ({ ...value, value: 'rubbish' })),
        { maxLength: 20 },
      ),
      (bad) => {
        expect(parseSampledValues([...bad, ...all3], THREE)?.current).toEqual(parseSampledValues(all3, THREE)?.current);
      },
    ),
  );
});

test('MD18: of a power on several conductors, and of DC, nobody knows which current flows back', () => {
  const back = [...all3, text('6900', 'Power.Active.Export', { unit: 'W' })];
  expect(parseSampledValues(back, THREE)).not.toHaveProperty('given');
  expect(parseSampledValues([...back, exported('300')], { ...THREE, phases: 0 })).not.toHaveProperty('given');
});

test('MD17: what flowed back is read where a car may give back by the site document, and is of no use anywhere else', () => {
  const GIVES: Socket = { ...THREE, givesBack: true };
  const exported = (value: string, unit = 'kWh', phase = '') =>
    text(value, 'Energy.Active.Export.Register', { unit, phase });
  const read = (values: readonly SampledText[], socket: Socket) => parseSampledValues([...all3, ...values], socket);
  expect(read([exported('1.2345')], GIVES)).toMatchObject({ exportedRegisterWh: 1_235, quality: 'good' });
  expect(read([exported('0')], GIVES)).toMatchObject({ exportedRegisterWh: 0, quality: 'good' });
  const phases = [exported('1', 'kWh', 'L1'), exported('2', 'kWh', 'L2')];
  expect(read(phases, GIVES)).toMatchObject({ exportedRegisterWh: 3_000 });
  expect(read([exported('-1')], GIVES)).toMatchObject({ quality: 'derived', dropped: 1 });
  expect(read([exported('-1')], GIVES)).not.toHaveProperty('exportedRegisterWh');
  // Nothing of it anywhere else: not even a value that cannot be.
  for (const value of ['1.2345', '-1']) expect(read([exported(value)], THREE)).toEqual(read([], THREE));
  expect(parseSampledValues([exported('5')], THREE)).toBeUndefined();
});
