import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';

const require = createRequire(import.meta.url);

test('KF-24: the installed kafkajs arms no timer on an idle connection', () => {
  const file = require.resolve('kafkajs/src/network/requestQueue/index.js');
  const body = readFileSync(file, 'utf8').split('scheduleCheckPendingRequests() {').at(-1) ?? '';
  expect(body).toMatch(
    /if \(!this\.throttleCheckTimeoutId\) \{\s+if \(this\.pending\.length === 0 && scheduleAt <= 0\) return\s/,
  );
});

test('OW-27: a consumer that lost its broker finds the new one and joins with its old member id', () => {
  const body = readFileSync(require.resolve('kafkajs/src/consumer/runner.js'), 'utf8');
  expect(body).toMatch(/isLostBroker\(e\)\) \{\s+try \{\s+await this\.consumerGroup\.cluster\.refreshMetadata\(\)/);
});
