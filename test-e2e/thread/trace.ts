/** One frame of a station, followed through every process to the profile on the wire and back to the result. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from '@jest/globals';
import { HEADERS, TOPICS } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { type FinishedSpan, traceLines } from '@headroom/telemetry';
import { linesOf } from '../loss/support/log-lines.ts';
import { eventually } from '../support/eventually.ts';
import type { TestStack } from '../support/stack.ts';
import { SITE, type Thread } from './open-thread.ts';

/** Each span and the service it is of; each is a child of the one before. */
const CHAIN: readonly (readonly [name: string, service: string])[] = [
  ['station frame', 'ocpp-gateway'],
  ['decide', 'allocation-optimizer'],
  ['plan commands', 'profile-dispatcher'],
  ['send to gateway', 'profile-dispatcher'],
  ['command to station', 'ocpp-gateway'],
  ['take answer', 'profile-dispatcher'],
];

/** What readers of station facts say of a record that they cannot read. */
const PARKED_LINES = [
  ['session-registry', 'registry.record-parked'],
  ['meter-ingestion', 'metering.record-parked'],
  ['allocation-optimizer', 'allocation.record-parked'],
  ['profile-dispatcher', 'dispatch-record-parked'],
] as const;

async function spansOfAll(running: TestStack): Promise<readonly FinishedSpan[]> {
  const urls = [...running.stack.healthUrls.values()];
  const answers = await Promise.all(urls.map(async (url) => (await fetch(`${url}/traces`)).json()));
  return (answers as readonly (readonly FinishedSpan[])[]).flat();
}

/** From a frame to the answer that it led to, if that is all there is between them: many a decision follows meter values, which are understood first. */
function chainIn(trace: readonly FinishedSpan[]): readonly FinishedSpan[] | undefined {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const chains = trace.map((last) => {
    const chain = [last];
    for (let above = byId.get(last.parentSpanId ?? ''); above !== undefined; above = byId.get(above.parentSpanId ?? ''))
      chain.unshift(above);
    return chain;
  });
  return chains.find((chain) => chain.length === CHAIN.length && chain.every(({ name }, i) => name === CHAIN[i]?.[0]));
}

export function describeTrace(thread: Thread): void {
  describe('7. a frame, followed', () => {
    thread.on(
      'OBS13: a frame of a station leads through the log to a decision, its commands, the socket, and the answer of the station',
      async () => {
        const chain = await eventually('a trace that came back', 90_000, async () => {
          const traces = Map.groupBy(await spansOfAll(thread.running), ({ traceId }) => traceId);
          return [...traces.values()].map(chainIn).find((found) => found !== undefined);
        });
        process.stdout.write(`${traceLines(chain).join('\n')}\n`);
        for (const [i, [name, service]] of CHAIN.entries()) {
          const span = chain[i];
          expect([span?.name, span?.service, span?.failed]).toEqual([name, service, undefined]);
          // Clocks of processes on one machine agree to some milliseconds.
          expect(span?.startMs).toBeGreaterThan((chain[i - 1]?.startMs ?? 0) - 20);
        }
        expect(chain[0]?.parentSpanId).toBeUndefined();
        const decided = chain.find(({ name }) => name === 'decide');
        expect(decided?.links.length).toBeGreaterThanOrEqual(1);
        expect(decided?.links.length).toBeLessThanOrEqual(16);
        const [command, answered] = chain.slice(-2);
        expect(command?.attributes).toMatchObject({
          status: 'accepted',
          verdict: 'written',
          commandId: answered?.attributes['commandId'],
        });
      },
      100_000,
    );

    thread.on(
      'npm run trace -- --last prints that tree from the running stack, each span beneath its own, and the logs name a trace by the id that it prints',
      async () => {
        const args = ['run', '-s', 'trace', '--', '--last', '--stack', thread.running.directory];
        const { stdout } = await promisify(execFile)('npm', args, { cwd: join(import.meta.dirname, '../..') });
        // Whatever npm had to make before stands above it.
        const [, traceId, tree] = /^trace ([0-9a-f]{32}): .*\n([\s\S]*)/m.exec(stdout) ?? [];
        expect(tree).toBeDefined();
        const lines = tree?.split('\n') ?? [];
        const depths = CHAIN.map(([name, service]) => {
          const line = lines.find((each) => each.trimStart().startsWith(`${service}  ${name}`)) ?? `${name} is missing`;
          return line.search(/\S/);
        });
        expect(depths).toEqual(depths.toSorted((a, b) => a - b));
        expect(new Set(depths).size).toBe(CHAIN.length);
        // A record of that trace that nobody can read: each of its readers says so.
        const log = await createKafkaEventLog({
          brokers: (thread.running.stack.servers.endpoints.kafka ?? '').split(','),
          clientId: 'trace',
        });
        const headers = { [HEADERS.traceparent]: `00-${traceId}-${'b'.repeat(16)}-01` };
        const topic = TOPICS.stationFacts.name;
        await log.append([{ topic, key: SITE, value: Uint8Array.of(255, 255), headers }]);
        await log.close();
        for (const [service, line] of PARKED_LINES) {
          await eventually(`${line} with the trace`, 20_000, () =>
            linesOf(thread.running, service, line).some((each) => each['traceId'] === traceId) ? true : undefined,
          );
        }
      },
      120_000,
    );

    thread.on(
      'meter values and session facts are followed to where they are understood and settled',
      async () => {
        const spans = await eventually('both', 60_000, async () => {
          const all = await spansOfAll(thread.running);
          return ['understand meter values', 'settle session fact'].every((name) =>
            all.some((span) => span.name === name),
          )
            ? all
            : undefined;
        });
        const frames = new Set(spans.filter(({ name }) => name === 'station frame').map(({ spanId }) => spanId));
        for (const name of ['understand meter values', 'settle session fact']) {
          const parents = spans.filter((span) => span.name === name).map(({ parentSpanId }) => parentSpanId ?? '');
          expect([name, parents.some((parent) => frames.has(parent))]).toEqual([name, true]);
        }
      },
      70_000,
    );
  });
}
