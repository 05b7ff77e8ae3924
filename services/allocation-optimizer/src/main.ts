import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleAllocationOptimizer } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'allocation-optimizer', process, readEnv, toConfig, assemble: assembleAllocationOptimizer });
