import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleGridAdapter } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'grid-adapter', process, readEnv, toConfig, assemble: assembleGridAdapter });
