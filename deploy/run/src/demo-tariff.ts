import { join } from 'node:path';

/** What energy costs at the sites of a demo. */
export const DEMO_TARIFF = join(import.meta.dirname, '../../../examples/tariffs/workplace-tou.yaml');
