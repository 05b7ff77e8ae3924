import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { startKafka } from './kafka.ts';
import { portAnswers } from './ready.ts';
import { kafkaForTests } from './test-servers.ts';

const kafka = await kafkaForTests();

kafka.test(
  'OW-06: a cluster of three starts, a killed broker comes back on its port, and all are gone after stop',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'headroom-local-'));
    const cluster = await startKafka({ directory, brokers: 3 });
    const [first] = cluster.nodes;
    expect(new Set(cluster.brokers).size).toBe(3);
    const before = first?.pid() ?? 0;
    process.kill(before, 'SIGKILL');
    await first?.stop();
    expect(await portAnswers(first?.port ?? 0)).toBe(false);
    await first?.start();
    expect(first?.pid()).not.toBe(before);
    expect(await portAnswers(first?.port ?? 0)).toBe(true);
    await cluster.stop();
    expect(cluster.nodes.filter((node) => existsSync(`/proc/${node.pid()}`))).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  },
  120_000,
);
