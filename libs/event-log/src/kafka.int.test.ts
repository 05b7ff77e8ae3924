import { randomBytes } from 'node:crypto';
import { kafkaForTests } from '@headroom/local/testing';
import { expect } from '@jest/globals';
import { APPEND_CHECKS } from './contract-append.ts';
import { CONSUME_CHECKS } from './contract-consume.ts';
import { OWNERSHIP_CHECKS } from './contract-ownership.ts';
import { READ_CHECKS } from './contract-read.ts';
import { createKafkaEventLog } from './kafka.ts';

const kafka = await kafkaForTests();
const MAX_QUEUE_BYTES = 1_000_000;
const WAIT_MS = 20_000;
/** A member hears of a join by its heartbeat, once a second. */
const JOIN_MS = 1_500;
const CHECK_LIMIT_MS = 60_000;

for (const check of [...APPEND_CHECKS, ...CONSUME_CHECKS, ...READ_CHECKS, ...OWNERSHIP_CHECKS]) {
  kafka.test(
    `kafka: ${check.title}`,
    async ({ brokers, prefix }) => {
      const log = await createKafkaEventLog({ brokers, clientId: 'contract', maxQueueBytes: MAX_QUEUE_BYTES });
      try {
        const own = `${prefix}${randomBytes(3).toString('hex')}.`;
        await check.run({ prefix: own, log, maxQueueBytes: MAX_QUEUE_BYTES, waitMs: WAIT_MS, joinMs: JOIN_MS });
      } finally {
        await log.close();
      }
    },
    CHECK_LIMIT_MS,
  );
}

kafka.test('no broker at the address: LOG_UNAVAILABLE, bounded', async () => {
  const opening = createKafkaEventLog({ brokers: ['127.0.0.1:1'], clientId: 'nobody' });
  await expect(opening).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
});
