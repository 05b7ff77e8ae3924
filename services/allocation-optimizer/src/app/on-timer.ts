import { type DecideDeps, decideNow } from './decide-site.ts';
import { type PublishDeps, publishSnapshot } from './publish-snapshot.ts';

/** Time alone changes things (a reading grows stale, an override ends, a car rests): a site is looked at this often. */
export const DECIDE_EVERY_MS = 1_000;

/** The tick of the service, at the pace of the live state. */
export function onTimer(deps: DecideDeps & PublishDeps): void {
  const monoMs = deps.clock.monoMs();
  for (const lane of deps.lanes.all()) {
    if (monoMs - lane.decidedAtMonoMs >= DECIDE_EVERY_MS) decideNow(deps, lane, 'timer');
    publishSnapshot(deps, lane);
  }
}
