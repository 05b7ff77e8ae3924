import type { Chance } from './chance.ts';

/** Half of the deaths are noticed at once: their heir meets what the dead one sent. */
const RESTART_SOON_MS: readonly [number, number] = [100, 1_200];
const RESTART_MS: readonly [number, number] = [300, 15_000];
/** A gateway that is not started again at once (its machine is gone). */
const LONG_GONE_MS: readonly [number, number] = [15_000, 60_000];
const LONG_GONE_SHARE = 0.1;

/** How long until a process that died is started again. `life`: its name. */
export function restartInMs(chance: Chance, life: string): number {
  if (life.startsWith('ocpp-gateway') && chance.draw('long gone', life, 0) < LONG_GONE_SHARE) {
    return chance.drawBetween(['long gone for', life, 0], ...LONG_GONE_MS);
  }
  return chance.draw('restart soon', life, 0) < 0.5
    ? chance.drawBetween(['restart', life, 0], ...RESTART_SOON_MS)
    : chance.drawBetween(['restart', life, 0], ...RESTART_MS);
}
