import type { Clock } from '@headroom/kernel';
import type { Metrics } from '@headroom/telemetry';
import type { SiteLane } from './app/site-lane.ts';
import { silentSensors } from './domain/quiet-sensors.ts';

/** Shows how many sensors are silent, whenever somebody looks: that one falls silent is no fact, but that time passes. */
export function observeSensors(
  metrics: Pick<Metrics, 'observe'>,
  {
    clock,
    lanes,
  }: { readonly clock: Pick<Clock, 'nowMs'>; readonly lanes: () => readonly Pick<SiteLane, 'model' | 'state'>[] },
): void {
  metrics.observe('headroom_silent_sensors', {}, () => {
    const nowMs = clock.nowMs();
    return lanes().reduce(
      (sum, { model, state }) => sum + (model === undefined ? 0 : silentSensors(model, state, nowMs)),
      0,
    );
  });
}
