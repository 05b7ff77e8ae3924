import { encodeRecord, type gridV1, meteringV1, siteV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { assembleGridAdapter, toConfig } from '@headroom/grid-adapter';
import type { Timers } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type LogFields, type Platform, type Service, topicSpecs } from '@headroom/service-host';
import { createMemoryTurnStore, type MemoryTurnStore } from '@headroom/turn-store';
import { importLimitEvent } from '../vtn/grid-events.ts';
import { must, startVtnBench, VEN, type VtnBench } from './vtn-bench.ts';

/** Of clock time; drawn with a half, jitter is none. */
export const POLL_MS = 10_000;
const HOUR_MS = 3_600_000;
export const SITE_W = 100_000;
/** Real time: a limit against what hangs. */
const PATIENCE_MS = 20_000;
/** Real time for each second of the clock: enough for a call and a poll on loopback. */
const STEP_MS = 100;

/** What is around the adapter. */
export interface VenWorld {
  readonly secret?: string;
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The grid adapter, assembled, against the VTN of the simulator. */
export interface VenRig {
  readonly bench: VtnBench;
  readonly programId: string;
  /** What the log of the adapter says, one line each. */
  readonly lines: string[];
  readonly facts: gridV1.GridFact[];
  readonly turns: MemoryTurnStore;
  /** The newest timeline of a target: `second..second kW source/event`, counted from the start of the bench. */
  timeline(circuitId?: string): readonly string[];
  versions(): number;
  /** Lets the next poll happen, to its end. One that hangs ends at its deadline. */
  poll(isHanging?: boolean): Promise<void>;
  until(what: string, holds: () => boolean): Promise<void>;
  /** Second by second, less than a poll apart. */
  advanceUntil(what: string, holds: () => boolean): Promise<void>;
  /** A meter says what it measures now. `building` is on the grid connection, `workshop` on the circuit `panel`. */
  meter(kW: number, meterId?: 'building' | 'workshop'): Promise<void>;
  start(over?: object, world?: VenWorld): Promise<Service>;
  /** Ends the last one, and starts another as it was. */
  restart(): Promise<Service>;
}

const running: (() => Promise<void>)[] = [];

/** Ends all that was started since the last time. */
export async function endVenRigs(): Promise<void> {
  for (const stop of running.splice(0).toReversed()) await stop();
}

export async function venRig(): Promise<VenRig> {
  const bench = await startVtnBench();
  running.push(() => bench.close());
  const { vtn, time } = bench;
  const zeroMs = time.nowMs();
  const programId = must(vtn.putProgram({ programName: 'site-limit' })).id;
  must(vtn.putVen({ clientId: VEN.clientId, venName: 'depot', targets: ['feeder-7'] }));
  const lines: string[] = [];
  const facts: gridV1.GridFact[] = [];
  const turns = createMemoryTurnStore();
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const site = siteV1.SiteConfig.fromPartial({
    siteId: 'depot',
    nominalVoltageV: 230,
    circuits: [
      { circuitId: 'grid', rating: { l1DeciA: 4_000, l2DeciA: 4_000, l3DeciA: 4_000 }, powerLimitW: BigInt(SITE_W) },
      { circuitId: 'panel', parentCircuitId: 'grid', rating: { l1DeciA: 1_000, l2DeciA: 1_000, l3DeciA: 1_000 } },
    ],
    otherLoads: [
      { circuitId: 'grid', meterId: 'building' },
      { circuitId: 'panel', meterId: 'workshop' },
    ],
  });
  await log.append([
    encodeRecord(TOPICS.siteConfig, 'depot', site, {
      ...{ eventId: 'site/1', eventType: 'SiteConfig', occurredAtMs: 0, producer: 'test' },
    }),
  ]);
  const note = (event: string, fields: LogFields = {}): void => void lines.push(`${event} ${JSON.stringify(fields)}`);
  const clock = { ...time.clock, ...time.timers };
  // A poller that has ended one poll waits for the next; nobody else waits by these timers.
  let polls = 0;
  const timers: Timers = {
    ...time.timers,
    after: (delayMs, fire) => {
      polls += 1;
      return time.timers.after(delayMs, fire);
    },
  };
  let ids = 0;
  const platform: Platform = {
    ...{ clock, timers, io: clock, rng: { next: () => 0.5 }, ids: { next: () => `id-${(ids += 1)}` } },
    log: {
      ...log,
      append: (records, options) => {
        for (const record of records)
          if (record.topic === TOPICS.gridFacts.name) facts.push(TOPICS.gridFacts.codec.decode(record.value));
        return log.append(records, options);
      },
    },
    ...{ live: createMemoryLiveState({ clock }), rpc: createMemoryRpcNetwork(), databaseUrl: '', shards: 6 },
    ...{ addresses: {}, logger: { info: note, warn: note, error: note } },
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  };
  const timelines = (circuitId: string | undefined): readonly gridV1.TimelineSet[] =>
    facts.flatMap(({ fact }) =>
      fact?.$case === 'timelineSet' && fact.value.circuitId === circuitId ? [fact.value] : [],
    );
  const lineOf = ({ startMs, endMs, limitW, cause, price }: gridV1.GridSegment): string => {
    const second = (ms: bigint | undefined): string => (ms === undefined ? '' : String((Number(ms) - zeroMs) / 1_000));
    const paid = price === undefined ? '' : ` ${Number(price.microPerKwh) / 1e6} ${price.currency}`;
    const kW = limitW === undefined ? 'free' : String(Number(limitW) / 1_000);
    return `${second(startMs)}..${second(endMs)} ${kW}${cause === undefined ? '' : ` ${cause.source}`}${paid}`;
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const lateMs = Date.now() + PATIENCE_MS;
    while (!holds()) {
      if (Date.now() > lateMs) throw new Error(`never: ${what}\n${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  let again = (): Promise<Service> => Promise.reject(new Error('nothing was started'));
  const it: VenRig = {
    ...{ bench, programId, lines, facts, turns, until },
    timeline: (circuitId) => timelines(circuitId).at(-1)?.segments.map(lineOf) ?? [],
    versions: () => timelines(undefined).length,
    async advanceUntil(what, holds) {
      for (let second = 1; second < POLL_MS / 1_000 && !holds(); second += 1) {
        time.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      }
      await until(what, holds);
    },
    async poll(isHanging = false) {
      const [seen, ended] = [vtn.requests().length, polls];
      time.advance(POLL_MS);
      await until('a request came in', () => vtn.requests().length > seen);
      if (isHanging) time.advance(POLL_MS);
      await until('the poll has ended', () => polls > ended);
    },
    async meter(kW, meterId = 'building') {
      const sampledAtMs = BigInt(time.nowMs());
      const current = { l1DeciA: Math.round((kW * 10_000) / 230) };
      const value = { meterId, sampledAtMs, receivedAtMs: sampledAtMs, current };
      const fact = meteringV1.MeteringFact.fromPartial({ siteId: 'depot', fact: { $case: 'siteMeterRead', value } });
      const occurredAtMs = time.nowMs();
      await log.append([
        encodeRecord(TOPICS.meteringFacts, 'depot', fact, {
          ...{
            eventId: `meter/${meterId}/${occurredAtMs}`,
            eventType: 'SiteMeterRead',
            occurredAtMs,
            producer: 'test',
          },
        }),
      ]);
    },
    async start(over = {}, { secret = VEN.clientSecret, env = {} } = {}) {
      const source = {
        ...{ name: 'dso', url: vtn.url, clientId: VEN.clientId, clientSecretEnv: 'SECRET' },
        ...{ pollEveryS: POLL_MS / 1_000, lostAfterS: 60, untargeted: [{ siteId: 'depot' }] },
        ...{ targets: { 'feeder-7': [{ siteId: 'depot', circuitId: 'panel' }] }, restore: { rampS: 0 } },
        ...over,
      };
      const text = { kind: 'ok', value: JSON.stringify({ sources: [source] }) } as const;
      const variables: Readonly<Record<string, string>> = { SECRET: secret, ...env };
      const config = must(toConfig({ path: 'test', text, variable: (name) => variables[name] }));
      const service = assembleGridAdapter(platform, config, { store: turns });
      running.push(() => service.stop(1_000));
      await service.start();
      again = async () => {
        await service.stop(1_000);
        return it.start(over, { secret, env });
      };
      return service;
    },
    restart: () => again(),
  };
  return it;
}

export const limitKw = (it: VenRig, kW: number, over: object = {}): string =>
  must(
    it.bench.vtn.putEvent(importLimitEvent({ programId: it.programId, ...over }, [{ durationMs: HOUR_MS, value: kW }])),
  ).id;
