export type Measurand =
  | 'Current.Import'
  | 'Current.Offered'
  | 'Power.Active.Import'
  | 'Energy.Active.Import.Register'
  | 'Voltage'
  | 'SoC';
export const MEASURANDS: readonly Measurand[] = [
  'Current.Import',
  'Current.Offered',
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'Voltage',
  'SoC',
];
