import { describe, expect } from '@jest/globals';
import { gridV1 } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { eventually } from '../support/eventually.ts';
import { gridEar, orderLimit } from '../support/grid.ts';
import { SITE, type Thread } from './open-thread.ts';

/** Two polls, what is written in between, and a busy machine. */
const GRID_WITHIN_MS = 10_000;

export function describeGrid(thread: Thread): void {
  describe('4. grid', () => {
    thread.on(
      'an event that the utility puts into its VTN stands on the timeline of the site within two polls, and is gone from it once it is cancelled',
      async () => {
        const { stack } = thread.running;
        const log = await createKafkaEventLog({
          brokers: (stack.servers.endpoints.kafka ?? '').split(','),
          clientId: 'grid',
        });
        const ear = await gridEar(log);
        try {
          await eventually('a timeline without an event', GRID_WITHIN_MS, () => ear.timelineOf(SITE));
          // Without and with the target of the site: from now on the VTN calls.
          await eventually('the subscriptions', GRID_WITHIN_MS, () =>
            stack.utility.vtn.subscriptions().length === 2 ? true : undefined,
          );
          const startMs = Date.now() + 3_600_000;
          const eventId = orderLimit(stack.utility, { kW: 90, startMs, durationMs: 900_000 });
          const told = await eventually('the event on the timeline', GRID_WITHIN_MS, () =>
            ear.timelineWith(SITE, eventId),
          );
          expect(told.segments.find(({ cause }) => cause?.kind === gridV1.GridCauseKind.EVENT)).toMatchObject({
            startMs: BigInt(startMs),
            endMs: BigInt(startMs + 900_000),
            limitW: 90_000n,
            cause: { source: 'utility', programId: stack.utility.programId, eventId },
          });
          expect(stack.utility.vtn.cancelEvent(eventId).kind).toBe('ok');
          await eventually('the cancellation', GRID_WITHIN_MS, () =>
            ear.notesOf(eventId).some(({ kind }) => kind === gridV1.EventNoteKind.CANCELLED) ? true : undefined,
          );
          await eventually('a timeline without it', GRID_WITHIN_MS, () =>
            ear.timelineWith(SITE, eventId) === undefined ? true : undefined,
          );
        } finally {
          await ear.stop();
          await log.close();
        }
      },
      40_000,
    );
  });
}
