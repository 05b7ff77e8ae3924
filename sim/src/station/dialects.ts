import type { Dialect, OcppVersion } from './dialect.ts';
import { dialect16 } from './v16/dialect.ts';
import { dialect201 } from './v201/dialect.ts';
import { dialect21 } from './v21/dialect.ts';

export const DIALECTS: Readonly<Record<OcppVersion, Dialect>> = {
  '1.6': dialect16,
  '2.0.1': dialect201,
  '2.1': dialect21,
};
