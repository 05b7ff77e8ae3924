import { siteV1 } from '@headroom/contracts';
import { err, ok, type Result } from '@headroom/kernel';
import type { Wiring } from '@headroom/site-model';

/** Complete by its type. Line to neutral, the wiring of most sites, is what an absent word means. */
const WIRINGS: Readonly<Record<Wiring, siteV1.Wiring>> = {
  'line-to-line': siteV1.Wiring.LINE_TO_LINE,
  'split-phase': siteV1.Wiring.SPLIT_PHASE,
};
const NAMES = Object.keys(WIRINGS) as Wiring[];

export const wiringToWire = (wiring: Wiring | undefined): siteV1.Wiring | undefined =>
  wiring === undefined ? undefined : WIRINGS[wiring];

/** Ok with undefined: line to neutral. An error: a wiring of a later release, of which no current can be told. */
export function wiringFromWire(wire: siteV1.Wiring | undefined): Result<Wiring | undefined, 'unknown-wiring'> {
  if (wire === undefined || wire === siteV1.Wiring.UNSPECIFIED) return ok(undefined);
  const wiring = NAMES.find((name) => WIRINGS[name] === wire);
  return wiring === undefined ? err('unknown-wiring') : ok(wiring);
}
