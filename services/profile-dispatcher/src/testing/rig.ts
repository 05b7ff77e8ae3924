import {
  type allocationV1,
  commonV1,
  dispatchStateV1,
  dispatchV1,
  encodeRecord,
  gatewayV1,
  meteringV1,
  siteV1,
  stationV1,
  type Topic,
  TOPICS,
} from '@headroom/contracts';
import { createMemoryEventLog, type EventLog, EventLogError, type LogPosition } from '@headroom/event-log';
import type { Clock, Timers } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { bind, createMemoryRpcNetwork, RpcError, type RpcNetwork } from '@headroom/rpc';
import { type Platform, type Service, topicSpecs } from '@headroom/service-host';
import { SILENT_METRICS } from '@headroom/telemetry';
import { followingTracer, manualTime } from '@headroom/testing';
import { createMemoryEpochs } from '@headroom/turn-store';
import { assembleWithEpochs } from '../assemble.ts';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from '../config.ts';

export const RIG_SHARDS = 2;
export const RIG_SITE = 'depot';
const GATEWAY = 'gateway-1';
export const START_MS = 1_800_000_000_000;
const ALL_PHASES = [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3];

export type Answering = (command: gatewayV1.StationCommand) => gatewayV1.Verdict | 'fails';

/** What the rig has seen. */
interface Seen {
  readonly requests: gatewayV1.SendBatchRequest[];
  readonly questions: gatewayV1.StationCommand[];
  /** Connections that a gateway was asked to close. */
  readonly recalled: string[];
  readonly told: string[];
  readonly warned: string[];
  readonly lines: { readonly event: string; readonly fields: object }[];
  readonly fatal: unknown[];
  readonly journal: dispatchV1.DispatchFact[];
  readonly snapshots: {
    readonly atMs: number;
    readonly bytes: number;
    readonly state: dispatchStateV1.DispatchState;
  }[];
  /** In order: `intended <id>` once durable, `sent <id>` when the gateway has it. */
  readonly order: string[];
  answering: Answering;
  isLogDown: boolean;
  traceparent: string | undefined;
  /** The gateway does not answer a fence: an empty batch. */
  isFenceDown: boolean;
  /** Its answers wait for this. */
  held: Promise<void> | undefined;
  /** The highest epoch that reached it in a fence or a command; `lower`: commands of lower ones that came after. */
  highestEpoch: bigint;
  readonly lower: string[];
}

const ALL_END = { watchesLeases: false };
/** The dispatcher over memory twins, with a gateway that the test answers for. */
export async function createRig(log: EventLog = createMemoryEventLog()) {
  const time = manualTime(START_MS);
  const rpc = createMemoryRpcNetwork();
  const epochs = createMemoryEpochs();
  const seen: Seen = {
    ...{ requests: [], questions: [], recalled: [], told: [], warned: [], lines: [], fatal: [] },
    ...{ journal: [], order: [], snapshots: [] },
    ...{ answering: () => gatewayV1.Verdict.WRITTEN, isLogDown: false, isFenceDown: false },
    ...{ held: undefined, traceparent: undefined, highestEpoch: 0n, lower: [] },
  };
  await log.ensureTopics(topicSpecs({ shards: RIG_SHARDS, replicationFactor: 1 }));
  const server = await rpc.serve(GATEWAY, [gatewayOf(seen)]);
  const platform = platformOf(seen, { time, rpc, log: watchedLog(log, seen, () => time.nowMs()) });
  return {
    ...{ log, time, epochs, ...seen, ...inputsOf(log, time, seen) },
    answerWith: (next: Answering): void => {
      seen.answering = next;
    },
    trace: (traceparent: string): void => {
      seen.traceparent = traceparent;
    },
    setFenceDown: (down: boolean): void => {
      seen.isFenceDown = down;
    },
    /** From now on the gateway answers when the promise resolves. */
    hold: (until: Promise<void> | undefined): void => {
      seen.held = until;
    },
    setLogDown: (down: boolean): void => {
      seen.isLogDown = down;
    },
    assemble: (): Service =>
      assembleWithEpochs(
        platform,
        DEFAULT_PROFILE_DISPATCHER_CONFIG,
        { source: epochs, close: async () => {} },
        ALL_END,
      ),
    commands: (): readonly gatewayV1.StationCommand[] => seen.requests.flatMap(({ commands }) => commands),
    committed: () => committedIn(seen.journal),
    close: async (): Promise<void> => {
      await log.close();
      await server.stop(0);
      await rpc.close();
    },
  };
}

const watchedLog = (log: EventLog, seen: Seen, nowMs: () => number): EventLog => ({
  ...log,
  append: async (records, options): Promise<readonly LogPosition[]> => {
    if (seen.isLogDown) throw new EventLogError('LOG_UNAVAILABLE', 'no acknowledgement');
    const positions = await log.append(records, options);
    for (const { topic, value } of records) {
      if (topic === TOPICS.dispatchState.name) {
        seen.snapshots.push({ atMs: nowMs(), bytes: value.length, state: dispatchStateV1.DispatchState.decode(value) });
      }
      if (topic !== TOPICS.dispatchFacts.name) continue;
      const fact = dispatchV1.DispatchFact.decode(value);
      seen.journal.push(fact);
      if (fact.fact?.$case === 'limitIntended') seen.order.push(`intended ${fact.fact.value.commandId}`);
    }
    return positions;
  },
});

const gatewayOf = (seen: Seen) =>
  bind('headroom.gateway.v1.GatewayService', gatewayV1.GatewayServiceService, {
    sendBatch: async (request) => {
      if (request.dispatcherEpoch < seen.highestEpoch) {
        seen.lower.push(...request.commands.map(({ commandId }) => commandId));
      }
      if (request.dispatcherEpoch > seen.highestEpoch) seen.highestEpoch = request.dispatcherEpoch;
      if (request.commands.length === 0) {
        if (seen.isFenceDown) throw new RpcError('unavailable', 'gone');
        seen.order.push(`fenced at ${request.dispatcherEpoch}`);
        for (const each of request.givenUp) seen.recalled.push(`${each.stationId} ${each.connectionGeneration}`);
        return { verdicts: [] };
      }
      // What stations are asked beside limits limits nothing: tests that count commands do not mean it.
      if (request.commands.every(isQuestion)) seen.questions.push(...request.commands);
      else seen.requests.push(request);
      if (!request.commands.every(isQuestion))
        for (const { commandId } of request.commands) seen.order.push(`sent ${commandId}`);
      await seen.held;
      return {
        verdicts: request.commands.map((command) => {
          const verdict = seen.answering(command);
          if (verdict === 'fails') throw new RpcError('unavailable', 'gone');
          return { commandId: command.commandId, verdict, detail: '' };
        }),
      };
    },
  });

function platformOf(
  seen: Seen,
  { time, rpc, log }: { readonly time: Clock & Timers; readonly rpc: RpcNetwork; readonly log: EventLog },
): Platform {
  const tell = (event: string, fields: object = {}): void => {
    seen.told.push(event);
    seen.lines.push({ event, fields });
  };
  let nextId = 0;
  return {
    ...{ clock: time, timers: time, io: time, log, rpc, live: createMemoryLiveState({ clock: time }) },
    ...{ databaseUrl: '', shards: RIG_SHARDS, addresses: {}, rng: { next: () => 0 } },
    ids: { next: () => `id-${(nextId += 1)}` },
    logger: {
      info: tell,
      warn: (event, fields) => {
        tell(event, fields);
        seen.warned.push(event);
      },
      error: tell,
    },
    telemetry: { metrics: SILENT_METRICS, tracer: followingTracer() },
    fatal: (_, cause) => void seen.fatal.push(cause),
  };
}

/** What the other services and the stations say. */
function inputsOf(log: EventLog, time: Clock, seen: Pick<Seen, 'traceparent'>) {
  let seq = 0n;
  const put = async <M>(topic: Topic<M>, message: M, key = RIG_SITE): Promise<void> => {
    const { traceparent } = seen;
    const traced = traceparent === undefined ? {} : { traceparent };
    const of = { eventId: 'e', eventType: 'test', occurredAtMs: time.nowMs(), producer: topic.producer };
    const envelope = { ...of, ...traced };
    await log.append([encodeRecord(topic, key, message, envelope)]);
    await settled();
  };
  const nowMs = (): bigint => BigInt(time.nowMs());
  const station = (stationId: string, generation: number, fact: stationV1.StationFact['fact']): Promise<void> =>
    put(TOPICS.stationFacts, {
      ...{ stationId, siteId: RIG_SITE, connectionGeneration: BigInt(generation), receivedAtMs: nowMs() },
      ...{ rawFrame: Buffer.alloc(0), fact },
    });
  return {
    put,
    configure: (stations: number, policy: Partial<siteV1.Policy> = {}) =>
      put(TOPICS.siteConfig, siteConfig(stations, policy)),
    boot: async (stationId: string, generation = 1, gatewayAddress = GATEWAY): Promise<void> => {
      const connected = { ocppVersion: stationV1.OcppVersion.OCPP_VERSION_2_0_1, gatewayAddress };
      await station(stationId, generation, { $case: 'connected', value: connected });
      const booted = { vendor: 'v', model: 'm', firmwareVersion: '1', serialNumber: '', onRequest: false };
      await station(stationId, generation, { $case: 'booted', value: booted });
    },
    start: (stationId: string) =>
      station(stationId, 1, {
        $case: 'transactionStarted',
        value: {
          ...{ evse: 1, connector: 1, transactionId: `tx-${stationId}`, idTokenHash: '', authorized: true },
          ...{ stationTimeMs: nowMs(), offline: false, meterValues: [] },
          chargingState: stationV1.ChargingState.CHARGING,
        },
      }),
    answer: (
      command: gatewayV1.StationCommand,
      status: stationV1.CommandStatus = stationV1.CommandStatus.ACCEPTED,
      generation = 1,
      settings: stationV1.ReportedSetting[] = [],
    ) =>
      station(command.stationId, generation, {
        $case: 'commandAnswered',
        value: { commandId: command.commandId, status, detail: '', settings, composite: undefined },
      }),
    measure: (stationId: string, deciA: number, others = deciA) => {
      const value: meteringV1.EvseMeasured = {
        ...{ stationId, evse: 1, quality: meteringV1.SampleQuality.GOOD, offeredDeciA: deciA },
        ...{ transactionId: `tx-${stationId}`, sampledAtMs: nowMs(), receivedAtMs: nowMs() },
        current: { l1DeciA: deciA, l2DeciA: others, l3DeciA: others },
      };
      return put(TOPICS.meteringFacts, { siteId: RIG_SITE, fact: { $case: 'evseMeasured', value } });
    },
    decide: (limits: Readonly<Record<string, number>>) => {
      seq += 1n;
      const allocations = Object.entries(limits).map(([stationId, limitDeciA]) => ({
        ...{ stationId, evse: 1, transactionId: `tx-${stationId}`, limitDeciA, sessionId: '' },
        ...{ reason: undefined, dischargeReason: undefined },
      }));
      const value: allocationV1.DecisionMade = {
        ...{ seq, decidedAtMs: nowMs(), validUntilMs: nowMs() + 600_000n, inputs: [], stateHash: '', allocations },
        ...{ circuits: [], siteConfigVersion: 1n, trigger: 'timer' },
        ...{ drop: undefined, lease: undefined, plan: undefined },
      };
      return put(TOPICS.allocationFacts, { siteId: RIG_SITE, ownerEpoch: 1n, fact: { $case: 'decisionMade', value } });
    },
  };
}

/** The newest word on each EVSE, as `ST-1 20 [fallback 6, acknowledged 20]`. */
function committedIn(journal: readonly dispatchV1.DispatchFact[]): readonly string[] {
  const newest = new Map<string, string>();
  for (const { fact } of journal) {
    if (fact?.$case !== 'committedChanged') continue;
    const { stationId, committedDeciA, members } = fact.value;
    const kinds = members.map(({ kind, limitDeciA }) => `${kind} ${limitDeciA / 10}`).join(', ');
    newest.set(stationId, `${stationId} ${committedDeciA / 10} [${kinds}]`);
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

/** Of a command that sets one. */
export const profileIn = (action: gatewayV1.StationCommand['action']): gatewayV1.SetChargingProfile | undefined =>
  action?.$case === 'setChargingProfile' ? action.value : undefined;

const isQuestion = ({ action }: gatewayV1.StationCommand): boolean => action?.$case !== 'setChargingProfile';

/** Lets everything run that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const siteConfig = (stations: number, policy: Partial<siteV1.Policy>): siteV1.SiteConfig => ({
  siteId: RIG_SITE,
  version: 1n,
  configuredAtMs: 0n,
  name: 'Depot',
  timezone: 'Europe/Paris',
  sources: [],
  nominalVoltageV: 230,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1DeciA: 640, l2DeciA: 640, l3DeciA: 640 } }],
  stations: Array.from({ length: stations }, (_, index) => ({
    stationId: `ST-${index + 1}`,
    circuitId: 'grid',
    evses: [
      {
        ...{ evse: 1, phases: ALL_PHASES, maxCurrentDeciA: 320, minCurrentDeciA: 60, fallbackDeciA: 60 },
        name: `Bay ${index + 1}`,
      },
    ],
  })),
  otherLoads: [],
  policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120, ...policy },
});
