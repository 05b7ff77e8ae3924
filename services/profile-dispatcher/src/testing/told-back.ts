import { invariant } from '@headroom/kernel';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import type { Shard } from '../app/shard.ts';
import { committedBack } from '../domain/back-set.ts';
import { controlAt, countingOf } from '../domain/site-state.ts';
import { type Bench, RULES } from './bench.ts';
import { evseNumber, SITE } from './bench-site.ts';

/** `ST-1 16 -10`: station, amperes of each lease, and those that it lets its car give back. */
export const toldBack = (commands: readonly IntendedCommand[]): readonly string[] =>
  commands.flatMap(({ intent: { stationId, purpose, limit, discharge = 0 } }) =>
    purpose === 'lease' ? [`${stationId} ${limit / 10} ${0 - discharge / 10}`] : [],
  );

/** Amperes that may be flowing back, as far as this owner knows. Absent: the one that acts. */
export function givingA(bench: Bench, number: number, shard: Shard = bench.shard): number {
  const site = shard.sites.get(SITE);
  const evse = site?.model?.evses.get(evseNumber(number));
  invariant(site !== undefined && evse !== undefined, `no station ${number}`);
  const counting = countingOf(site, evse, { leaseNowMs: bench.nowMs, marginMs: RULES.leaseMarginMs });
  return committedBack(controlAt(site, evse).back, counting, evse) / 10;
}
