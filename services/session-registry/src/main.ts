import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleSessionRegistry } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'session-registry', process, readEnv, toConfig, assemble: assembleSessionRegistry });
