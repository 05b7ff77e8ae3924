import { expect, test } from '@jest/globals';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG, readEnv, toConfig } from './config.ts';

test('an empty environment gives the defaults, frozen', () => {
  const config = toConfig(readEnv({}));
  expect(config).toEqual({ kind: 'ok', value: DEFAULT_PROFILE_DISPATCHER_CONFIG });
  expect(config.kind === 'ok' && Object.isFrozen(config.value)).toBe(true);
});

test.each([
  ['HEADROOM_DISPATCH_NOT_AFTER_MS', 'soon'],
  ['HEADROOM_DISPATCH_NOT_AFTER_MS', '10001'],
  ['HEADROOM_DISPATCH_SEND_DEADLINE_MS', '5001'],
  ['HEADROOM_DISPATCH_LEASE_MARGIN_MS', '20000'],
  ['HEADROOM_DISPATCH_ANSWER_DUE_MS', '10001'],
  ['HEADROOM_DISPATCH_RETRY_FIRST_MS', '60001'],
  ['HEADROOM_DISPATCH_PASS_EVERY_MS', '5001'],
  ['HEADROOM_DISPATCH_RETRY_MOST_MS', ''],
])('%s=%s is refused with a sentence that names it', (name, value) => {
  const config = toConfig(readEnv({ [name]: value }));
  expect(config).toEqual({ kind: 'err', error: [expect.stringContaining(name)] });
});

test('each wrong value has its own sentence', () => {
  const raw = readEnv({ HEADROOM_DISPATCH_NOT_AFTER_MS: '0', HEADROOM_DISPATCH_RETRY_MOST_MS: '1.5' });
  expect(toConfig(raw)).toMatchObject({ kind: 'err', error: { length: 2 } });
});
