import { expect, test } from '@jest/globals';
import { stationId } from '@headroom/kernel';
import { manualTime, settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import type { EmergencyInbox, FactLog, LogRecord } from '../ports.ts';
import { createDiversions } from './diversions.ts';
import { createDurableWrite, LOG_PATIENCE_MS, type WriteOutcome } from './durable-write.ts';

/** One write, to a log and an inbox that each say what became of it when the test says so. */
async function writingAfterPatience() {
  const time = manualTime(0);
  const log = Promise.withResolvers<Awaited<ReturnType<FactLog['append']>>>();
  const inbox = Promise.withResolvers<Awaited<ReturnType<EmergencyInbox['put']>>>();
  const silent = (): void => {};
  const write = createDurableWrite({
    log: {
      append: () => log.promise,
      encode: ({ eventId }) => ({ eventId }) as LogRecord,
      trouble: () => undefined,
    },
    inbox: {
      put: () => inbox.promise,
      ...{ waitingOf: async () => new Set(), relay: async () => 0, trouble: () => undefined },
    },
    ...{ diversions: createDiversions(), clock: time, timers: time },
    events: createEvents({ info: silent, warn: silent, error: silent }),
  });
  const outcome: { is: WriteOutcome | undefined } = { is: undefined };
  void write(stationId('ST-1'), []).then((is) => (outcome.is = is));
  time.advance(LOG_PATIENCE_MS);
  await settle();
  return { log, inbox, outcome };
}

test('I2: a log that refuses the records while the inbox is still writing them does not decide: the inbox has them', async () => {
  const { log, inbox, outcome } = await writingAfterPatience();
  log.resolve('refused');
  await settle();
  expect(outcome.is).toBeUndefined();
  inbox.resolve('kept');
  await settle();
  expect(outcome.is).toBe('durable');
});

test('I2: the first of the two stores that has the records decides, without the other', async () => {
  const byInbox = await writingAfterPatience();
  byInbox.inbox.resolve('kept');
  await settle();
  expect(byInbox.outcome.is).toBe('durable');
  const byLog = await writingAfterPatience();
  byLog.log.resolve('durable');
  await settle();
  expect(byLog.outcome.is).toBe('durable');
});
