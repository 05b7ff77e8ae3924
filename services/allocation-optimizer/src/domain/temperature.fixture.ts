import { epochMs, ZERO_PHASES } from '@headroom/kernel';
import type { Fact } from './facts.ts';
import { T0 } from './given.fixture.ts';

/** Tests only. What a sensor of temperature says. */
export const temperature = (celsius: number, atMs = T0, meterId = 'duct'): Fact => ({
  kind: 'site-meter-read',
  reading: {
    ...{ meterId, current: ZERO_PHASES, temperatureDeciC: Math.round(celsius * 10) },
    ...{ sampledAtMs: epochMs(atMs), receivedAtMs: epochMs(atMs) },
  },
});
