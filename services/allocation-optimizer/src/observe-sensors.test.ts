import { expect, test } from '@jest/globals';
import { createKeptMetrics } from '@headroom/telemetry';
import { shownMetric } from '@headroom/testing';
import { evolve } from './domain/evolve.ts';
import { DEPOT, siteOf, T0 } from './domain/given.fixture.ts';
import { EMPTY_SITE_STATE } from './domain/site-state.ts';
import { temperature } from './domain/temperature.fixture.ts';
import { observeSensors } from './observe-sensors.ts';

const S = 1_000;
const derating = (sensorId: string) => ({
  ...{ sensorId, staleAfterMs: 60 * S, risesAtMostDeciC: 10 },
  steps: [{ aboveDeciC: 300, percent: 90 }],
});
const [grid, ...panels] = DEPOT.circuits;
/** Both panels have one sensor, the grid connection another. */
const model = siteOf({
  ...DEPOT,
  circuits: [
    ...(grid === undefined ? [] : [{ ...grid, derating: derating('roof') }]),
    ...panels.map((panel) => ({ ...panel, derating: derating('duct') })),
  ],
});

test('sensors that are silent are counted, each once: never heard, or not for longer than they may', () => {
  const metrics = createKeptMetrics();
  let nowMs = T0;
  let lanes = [
    { model, state: EMPTY_SITE_STATE },
    { model: siteOf(DEPOT), state: EMPTY_SITE_STATE },
    { model: undefined, state: EMPTY_SITE_STATE },
  ];
  observeSensors(metrics, { clock: { nowMs: () => nowMs }, lanes: () => lanes });
  const silent = () => shownMetric(metrics, 'headroom_silent_sensors')[''];
  expect(silent()).toBe(2);
  lanes = [{ model, state: evolve(EMPTY_SITE_STATE, temperature(20)) }];
  expect(silent()).toBe(1);
  nowMs = T0 + 60 * S;
  expect(silent()).toBe(1);
  nowMs += 1;
  expect(silent()).toBe(2);
  lanes = [{ model, state: evolve(lanes[0]?.state ?? EMPTY_SITE_STATE, temperature(20, nowMs)) }];
  expect(silent()).toBe(1);
});
