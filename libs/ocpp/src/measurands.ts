/** What we ask of every station: the draw per phase, what it shows on its pilot, the register, the battery. */
export const SAMPLED_MEASURANDS: readonly string[] = [
  'Current.Import',
  'Current.Offered',
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'SoC',
];

/** What a station is asked besides whose car may give back (2.1, block Q): the current that flows back, and its register. */
export const SAMPLED_WITH_EXPORT: readonly string[] = [
  ...SAMPLED_MEASURANDS,
  'Current.Export',
  'Energy.Active.Export.Register',
];
