import { expect, test } from '@jest/globals';
import { DEFAULT_SESSION_REGISTRY_CONFIG, readEnv, toConfig } from './config.ts';

test('an empty environment gives the defaults', () => {
  expect(toConfig(readEnv({}))).toEqual({ kind: 'ok', value: DEFAULT_SESSION_REGISTRY_CONFIG });
});

test('values are taken from the environment', () => {
  const env = { HEADROOM_REGISTRY_RELAY_EVERY_MS: '50', HEADROOM_REGISTRY_INBOX_KEEP_HOURS: '24' };
  expect(toConfig(readEnv(env))).toEqual({ kind: 'ok', value: { relayEveryMs: 50, inboxKeepHours: 24 } });
});

test('every wrong value is told in a sentence', () => {
  const env = { HEADROOM_REGISTRY_RELAY_EVERY_MS: '9', HEADROOM_REGISTRY_INBOX_KEEP_HOURS: 'long' };
  expect(toConfig(readEnv(env))).toEqual({
    kind: 'err',
    error: [
      'HEADROOM_REGISTRY_RELAY_EVERY_MS is "9"; it must be a whole number from 10 to 60000.',
      'HEADROOM_REGISTRY_INBOX_KEEP_HOURS is "long"; it must be a whole number from 24 to 8760.',
    ],
  });
});
