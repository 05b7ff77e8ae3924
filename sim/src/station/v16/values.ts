import { instantText, type Json } from '../../json.ts';
import type { MeterSample } from '../dialect.ts';
import type { Measurand } from '../measurands.ts';

const fixed = (value: number, digits: number): string => value.toFixed(digits);

/** One MeterValue of OCPP 1.6 (7.33): every value is text, SoC sits at the EV, the rest at the outlet. */
export function meterValue(sample: MeterSample, measurands: ReadonlySet<Measurand>): Json {
  const context = sample.context;
  const values: Json[] = [];
  const add = (measurand: Measurand, rest: Json): void => {
    if (measurands.has(measurand)) values.push({ context, measurand, location: 'Outlet', ...rest });
  };
  sample.currentA.forEach((amps, i) => add('Current.Import', { value: fixed(amps, 2), phase: `L${i + 1}`, unit: 'A' }));
  add('Current.Offered', { value: fixed(sample.offeredA, 1), unit: 'A' });
  add('Power.Active.Import', { value: fixed(sample.powerW, 0), unit: 'W' });
  add('Energy.Active.Import.Register', { value: fixed(sample.registerWh, 0), unit: 'Wh' });
  sample.currentA.forEach((_, i) =>
    add('Voltage', { value: fixed(sample.voltageV, 1), phase: `L${i + 1}-N`, unit: 'V' }),
  );
  if (sample.socPercent !== undefined) {
    add('SoC', { value: fixed(sample.socPercent, 0), unit: 'Percent', location: 'EV' });
  }
  return { timestamp: instantText(sample.atMs), sampledValue: values };
}
