import { expect, test } from '@jest/globals';
import { manualTime, settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import type { LogRecord } from '../ports.ts';
import { createInboxRelay, RELAY_PAUSE_MS } from './inbox-relay.ts';

test('F5: a relay whose log did not take it leaves the inbox to another gateway for three seconds, however often it is nudged', async () => {
  expect(RELAY_PAUSE_MS).toBe(3_000);
  const time = manualTime(0);
  const log = { away: true };
  const did: string[] = [];
  const events = createEvents({
    info: (event) => void did.push(event),
    warn: (event) => void did.push(event),
    error: () => {},
  });
  const relay = createInboxRelay({
    log: {
      append: async () => (log.away ? 'unavailable' : 'durable'),
      encode: ({ eventId }) => ({ eventId }) as LogRecord,
      trouble: () => (log.away ? 'away' : undefined),
    },
    inbox: {
      put: async () => 'kept',
      waitingOf: async () => new Set(),
      relay: async (publish) => {
        did.push('relay');
        await publish([{ eventId: 'e' } as LogRecord]);
        return 1;
      },
      trouble: () => undefined,
    },
    events,
    clock: time,
    onPass: async () => void did.push('passed'),
  });
  const nudgeEvery = async (ms: number, times: number): Promise<readonly string[]> => {
    for (let n = 0; n < times; n += 1) {
      relay.nudge();
      await settle();
      time.advance(ms);
    }
    return did.splice(0);
  };
  expect(await nudgeEvery(100, 30)).toEqual(['relay', 'inbox-not-relayed']);
  // Again, and said once an outage.
  expect(await nudgeEvery(100, 30)).toEqual(['relay']);
  log.away = false;
  expect(await nudgeEvery(100, 1)).toEqual(['relay', 'inbox-relayed', 'passed']);
  expect(await nudgeEvery(100, 2)).toEqual(['relay', 'inbox-relayed', 'passed', 'relay', 'inbox-relayed', 'passed']);
});
