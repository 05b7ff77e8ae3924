import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleOperatorConsole } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'operator-console', process, readEnv, toConfig, assemble: assembleOperatorConsole });
