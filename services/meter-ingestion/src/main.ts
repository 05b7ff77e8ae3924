import process from 'node:process';
import { runService } from '@headroom/service-host';
import { assembleMeterIngestion } from './assemble.ts';
import { readEnv, toConfig } from './config.ts';

await runService({ name: 'meter-ingestion', process, readEnv, toConfig, assemble: assembleMeterIngestion });
