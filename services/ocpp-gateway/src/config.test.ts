import { expect, test } from '@jest/globals';
import { DEFAULT_OCPP_GATEWAY_CONFIG, readEnv, toConfig } from './config.ts';

const ENV = {
  HEADROOM_OCPP_GATEWAY_ADDRESS: '127.0.0.1:7001',
  HEADROOM_ID_TOKEN_KEY: 'k'.repeat(16),
  HEADROOM_TRANSACTION_ID_KEY: 't'.repeat(16),
};

test('what is not set has its default', () => {
  expect(toConfig(readEnv(ENV))).toMatchObject({
    kind: 'ok',
    value: {
      ...DEFAULT_OCPP_GATEWAY_CONFIG,
      listen: { host: '127.0.0.1', port: 9220 },
      gatewayAddress: '127.0.0.1:7001',
    },
  });
});

test('each thing that is wrong has its sentence', () => {
  const result = toConfig(
    readEnv({ HEADROOM_OCPP_PORT: 'x', HEADROOM_ID_TOKEN_KEY: 'short', HEADROOM_OCPP_MAX_FRAME_BYTES: '12' }),
  );
  expect(result).toEqual({
    kind: 'err',
    error: [
      'HEADROOM_OCPP_PORT is "x"; it must be a whole number from 0 to 65535.',
      'HEADROOM_ID_TOKEN_KEY must be at least 16 characters.',
      'HEADROOM_TRANSACTION_ID_KEY must be at least 16 characters.',
      'HEADROOM_OCPP_MAX_FRAME_BYTES is "12"; it must be a whole number from 4096 to 262144.',
      'HEADROOM_OCPP_GATEWAY_ADDRESS is not set; it is where commands are served.',
    ],
  });
});
