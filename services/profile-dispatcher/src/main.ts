import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleProfileDispatcher } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'profile-dispatcher', process, readEnv, toConfig, assemble: assembleProfileDispatcher });
