import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleGateway } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({
  name: 'ocpp-gateway',
  process,
  readEnv,
  toConfig,
  assemble: (platform, config) => assembleGateway(platform, config),
});
