import {
  LAST_BEFORE_MS,
  liftSite,
  lowerSite,
  type LoweringDeps,
  lowerPanel,
  restorePanel,
  wait,
  waitUntil,
} from './limit-requests.ts';

/** Of seeds: those in which the power of the site is lowered, and those in which a panel is. */
const LOWERS_SHARE = 0.5;
const PANEL_SHARE = 0.35;
const VALID_MS: readonly [number, number] = [40_000, 400_000];
/** A request that was lost on its way is over by then: it does not come behind the next one. */
const BETWEEN_MS: readonly [number, number] = [60_000, 240_000];
/** Of limits, those that are lifted before their end, and after how long; likewise longer than a request is on its way. */
const LIFTED_SHARE = 0.4;
const LIFTED_AFTER_MS: readonly [number, number] = [45_000, 200_000];
/** The first one comes when cars have come, and before any trouble. */
const FIRST_MS: readonly [number, number] = [75_000, 100_000];
const LAST_VALID_MS = 150_000;
/** Of seeds that lower, those in which the last limit holds to the end. */
const HOLDS_SHARE = 0.5;

/** An operator who lowers limits for a while, again and again: no fault, in most seeds. */
export async function startLowering(deps: LoweringDeps): Promise<void> {
  await Promise.all([lowerPower(deps), lowerPanels(deps)]);
}

/** By an override, which ends by itself. */
async function lowerPower(deps: LoweringDeps): Promise<void> {
  const { chance, clock, times } = deps;
  if (chance.draw('lowers', 'operator', 0) >= LOWERS_SHARE) return;
  await waitUntil(deps, chance.drawBetween(['lowers', 'first', 0], ...FIRST_MS));
  for (let count = 0; ; count += 1) {
    await lowerOnce(deps, count);
    const pauseMs = chance.drawBetween(['lowers', 'pause', count], ...BETWEEN_MS);
    if (clock.monoMs() + pauseMs > times.troubleUntilMs - LAST_BEFORE_MS) break;
    await wait(deps, pauseMs);
  }
  await lowerLast(deps);
}

async function lowerOnce(deps: LoweringDeps, count: number): Promise<void> {
  const { chance, clock } = deps;
  const validMs = Math.round(chance.drawBetween(['lowers', 'valid', count], ...VALID_MS));
  const untilMs = clock.nowMs() + validMs;
  await lowerSite(deps, `${count}`, untilMs);
  if (chance.draw('lowers', 'lifts', count) >= LIFTED_SHARE) return;
  const liftAtMs = clock.nowMs() + chance.drawBetween(['lowers', 'lift', count], ...LIFTED_AFTER_MS);
  if (liftAtMs >= untilMs) return;
  await wait(deps, liftAtMs - clock.nowMs());
  await liftSite(deps, untilMs);
}

/** By a document, and by the old one again. It stands again before it is measured what is used. */
async function lowerPanels(deps: LoweringDeps): Promise<void> {
  const { chance, clock, times } = deps;
  if (chance.draw('lowers', 'panel', 0) >= PANEL_SHARE) return;
  await waitUntil(deps, chance.drawBetween(['lowers', 'first panel', 0], ...FIRST_MS));
  for (let count = 0; ; count += 1) {
    const forMs = chance.drawBetween(['lowers', 'panel for', count], ...BETWEEN_MS);
    if (clock.monoMs() + forMs > times.troubleUntilMs) return;
    await lowerPanel(deps, count);
    await wait(deps, forMs);
    await restorePanel(deps);
    await wait(deps, chance.drawBetween(['lowers', 'panel pause', count], ...BETWEEN_MS));
  }
}

/** What stands when it is measured what is used: a limit, or none any more, because it ended or was lifted. */
async function lowerLast(deps: LoweringDeps): Promise<void> {
  const { chance, clock, times } = deps;
  const lastMs = times.measuredFromMs - LAST_BEFORE_MS;
  const ending = chance.draw('lowers', 'ends', 0);
  if (ending < HOLDS_SHARE) {
    await waitUntil(deps, lastMs);
    return lowerSite(deps, 'last', clock.nowMs() + times.endMs);
  }
  await waitUntil(deps, lastMs - LAST_VALID_MS);
  const isLifted = ending < HOLDS_SHARE + LIFTED_SHARE * (1 - HOLDS_SHARE);
  const untilMs = clock.nowMs() + (isLifted ? times.endMs : LAST_VALID_MS);
  await lowerSite(deps, 'last', untilMs);
  if (!isLifted) return;
  await waitUntil(deps, lastMs);
  await liftSite(deps, untilMs);
}
