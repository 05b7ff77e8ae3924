import { describe, expect } from '@jest/globals';
import { DIALECTS, foreignJourney } from '../support/foreign-journey.ts';
import type { Thread } from './open-thread.ts';

/** One journey in each OCPP version driven by a client that is not ours, on the real parts, each on a site of its own. */
export function describeForeignClient(thread: Thread): void {
  describe('9. a client that is not ours', () => {
    for (const dialect of DIALECTS) {
      thread.on(
        `a station of ${dialect.protocol} made by the API connects, charges under a lease and is recorded`,
        async () => {
          const { api, stack } = thread.running;
          await expect(foreignJourney(api, stack.ocppUrl, dialect)).resolves.toBeUndefined();
        },
        60_000,
      );
    }
  });
}
