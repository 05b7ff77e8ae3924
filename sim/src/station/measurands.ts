export type Measurand =
  | 'Current.Import'
  | 'Current.Offered'
  | 'Power.Active.Import'
  | 'Energy.Active.Import.Register'
  | 'Voltage'
  | 'SoC'
  | ExportMeasurand;
/** Of a station whose cars may give back. */
export type ExportMeasurand = 'Current.Export' | 'Power.Active.Export' | 'Energy.Active.Export.Register';
export const MEASURANDS: readonly Measurand[] = [
  'Current.Import',
  'Current.Offered',
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'Voltage',
  'SoC',
];
export const EXPORT_MEASURANDS: readonly ExportMeasurand[] = [
  'Current.Export',
  'Power.Active.Export',
  'Energy.Active.Export.Register',
];
