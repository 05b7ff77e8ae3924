import { instantText, type Json } from '../../json.ts';
import type { MeterSample } from '../dialect.ts';
import type { Measurand } from '../measurands.ts';

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** One MeterValue of OCPP 2.0.1 (2.27): values are numbers, the unit stands in `unitOfMeasure`. */
export function meterValue(sample: MeterSample, measurands: ReadonlySet<Measurand>): Json {
  const context = sample.context;
  const values: Json[] = [];
  const add = (measurand: Measurand, unit: string, rest: Json): void => {
    if (!measurands.has(measurand)) return;
    values.push({ context, measurand, location: 'Outlet', unitOfMeasure: { unit }, ...rest });
  };
  sample.currentA.forEach((amps, i) => add('Current.Import', 'A', { value: rounded(amps, 2), phase: `L${i + 1}` }));
  add('Current.Offered', 'A', { value: rounded(sample.offeredA, 1) });
  add('Power.Active.Import', 'W', { value: rounded(sample.powerW, 0) });
  add('Energy.Active.Import.Register', 'Wh', { value: rounded(sample.registerWh, 0) });
  sample.currentA.forEach((_, i) => add('Voltage', 'V', { value: rounded(sample.voltageV, 1), phase: `L${i + 1}-N` }));
  if (sample.back !== undefined) {
    const { currentA, powerW, registerWh } = sample.back;
    currentA.forEach((amps, i) => add('Current.Export', 'A', { value: rounded(amps, 2), phase: `L${i + 1}` }));
    add('Power.Active.Export', 'W', { value: rounded(powerW, 0) });
    add('Energy.Active.Export.Register', 'Wh', { value: rounded(registerWh, 0) });
  }
  if (sample.socPercent !== undefined) {
    add('SoC', 'Percent', { value: rounded(sample.socPercent, 0), location: 'EV' });
  }
  return { timestamp: instantText(sample.atMs), sampledValue: values };
}
