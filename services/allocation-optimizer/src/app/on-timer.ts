import { type DecideDeps, decideNow } from './decide-site.ts';
import { type PublishDeps, publishSnapshot } from './publish-snapshot.ts';
import type { Tenures } from './tenures.ts';

/** Time alone changes things (a reading grows stale, an override ends, a car rests): a site is looked at this often. */
export const DECIDE_EVERY_MS = 1_000;
/** One tick takes so long at most, then facts and heartbeats have their turn. What is left waits for the next. */
export const TICK_BUDGET_MS = 100;

export interface TickDeps extends DecideDeps, PublishDeps {
  readonly tenures: Tenures;
  /** Where the last tick ended: sites that it left come first. */
  readonly tick: { next: number };
}

/** The tick of the service, at the pace of the live state. */
export function onTimer(deps: TickDeps): void {
  const beganMs = deps.clock.monoMs();
  const lanes = deps.tenures.lanes();
  const first = deps.tick.next;
  deps.tick.next = 0;
  for (let n = 0; n < lanes.length; n += 1) {
    const index = (first + n) % lanes.length;
    const lane = lanes[index];
    if (lane === undefined) continue;
    const monoMs = deps.clock.monoMs();
    if (monoMs - beganMs > TICK_BUDGET_MS) {
      deps.tick.next = index;
      return;
    }
    if (monoMs - lane.decidedAtMonoMs >= DECIDE_EVERY_MS) decideNow(deps, lane, 'timer');
    publishSnapshot(deps, lane);
  }
}
