import { expect, test } from '@jest/globals';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, readEnv, toConfig } from './config.ts';

test('without a word the defaults hold', () => {
  expect(toConfig(readEnv({}))).toEqual({ kind: 'ok', value: DEFAULT_ALLOCATION_OPTIMIZER_CONFIG });
});

test('every wrong value gets a sentence of its own', () => {
  const env = {
    HEADROOM_OPTIMIZER_COALESCE_MS: '0',
    HEADROOM_OPTIMIZER_SNAPSHOT_EVERY_MS: 'often',
    HEADROOM_OPTIMIZER_COPY_EVERY_MS: '999',
    HEADROOM_OPTIMIZER_KEEP_INPUTS: 'sometimes',
  };
  expect(toConfig(readEnv(env))).toEqual({
    kind: 'err',
    error: [
      'HEADROOM_OPTIMIZER_COALESCE_MS is "0"; it must be whole milliseconds from 1 to 500.',
      'HEADROOM_OPTIMIZER_SNAPSHOT_EVERY_MS is "often"; it must be whole milliseconds from 50 to 1000.',
      'HEADROOM_OPTIMIZER_COPY_EVERY_MS is "999"; it must be whole milliseconds from 1000 to 60000.',
      'HEADROOM_OPTIMIZER_KEEP_INPUTS is "sometimes"; it must be on or off.',
    ],
  });
});

test('what decisions were made from is kept unless somebody says otherwise', () => {
  expect(toConfig(readEnv({ HEADROOM_OPTIMIZER_KEEP_INPUTS: 'off' }))).toMatchObject({ value: { keepInputs: false } });
});
