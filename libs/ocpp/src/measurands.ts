/** What we ask of every station: the draw per phase, what it shows on its pilot, the register, the battery. */
export const SAMPLED_MEASURANDS: readonly string[] = [
  'Current.Import',
  'Current.Offered',
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'SoC',
];
