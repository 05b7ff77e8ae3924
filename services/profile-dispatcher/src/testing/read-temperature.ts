import { ZERO_PHASES } from '@headroom/kernel';
import type { Bench } from './bench.ts';
import { SITE } from './bench-site.ts';

/** The sensor `duct` says how warm it is now; it rounds up. */
export function readTemperature(bench: Bench, celsius: number): void {
  const times = { sampledAtMs: bench.nowMs, receivedAtMs: bench.nowMs };
  const reading = { meterId: 'duct', current: ZERO_PHASES, temperatureDeciC: Math.ceil(celsius * 10), ...times };
  bench.take({ kind: 'site-meter-read', siteId: SITE, reading });
}
