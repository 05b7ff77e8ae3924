import process from 'node:process';
import type { EventLog, EventRecord, LogPosition } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { systemIds, systemRng, systemTime } from '@headroom/service-host';
import { createKeptMetrics, SILENT_TRACER } from '@headroom/telemetry';
import { stopwatch, tellTable } from '@headroom/testing';
import { createMemoryEpochs } from '@headroom/turn-store';
import { assembleGateway } from './assemble.ts';
import { DEFAULT_OCPP_GATEWAY_CONFIG } from './config.ts';
import { registryBinding } from './testing/rig.ts';

// What a MeterValues costs in the gateway's own code: from the text of its frame to the record that is handed to the log, and from
// the log's word to the text of the answer. No socket, no Kafka; those have floors of their own.

const STATIONS = 200;
const WARM_MESSAGES = 40_000;
const MESSAGES = 60_000;
const PASSWORD = 'bench';
const US_PER_MS = 1_000;
const KEY = 'key-of-the-message-path';

/** Takes everything, and says so one turn of the event loop later, all at once, as a batch would be. */
function createEagerLog(): EventLog {
  let waiting: (() => void)[] = [];
  const acknowledge = (): void => {
    const now = waiting;
    waiting = [];
    for (const go of now) go();
  };
  return {
    append: (records: readonly EventRecord[]) =>
      new Promise<readonly LogPosition[]>((resolve) => {
        if (waiting.length === 0) setImmediate(acknowledge);
        waiting.push(() => resolve(records.map(({ topic }) => ({ topic, partition: 0, offset: 0n }))));
      }),
    trouble: () => undefined,
    ensureTopics: async () => {},
    partitionOf: () => 0,
    consume: () => Promise.reject(new Error('nobody reads here')),
    readToEnd: () => Promise.reject(new Error('nobody reads here')),
    close: async () => {},
  };
}

const sample = (value: string | number, measurand: string, more: string): string =>
  `{"value":"${value}","context":"Sample.Periodic","measurand":"${measurand}",${more}}`;

function frameOf(id: number): string {
  const phases = ['L1', 'L2', 'L3'].map((phase) => sample('12.4', 'Current.Import', `"phase":"${phase}","unit":"A"`));
  const rest = [
    sample(8_556, 'Power.Active.Import', '"unit":"W"'),
    sample(id, 'Energy.Active.Import.Register', '"unit":"Wh"'),
  ];
  const value = `{"timestamp":"${new Date().toISOString()}","sampledValue":[${[...phases, ...rest].join(',')}]}`;
  return `[2,"${id}","MeterValues",{"connectorId":1,"transactionId":7,"meterValue":[${value}]}]`;
}

const rpc = createMemoryRpcNetwork();
const names = Array.from({ length: STATIONS }, (_, n) => `BENCH-${n}`);
const stations = new Map(names.map((name) => [name, { siteId: 'bench', password: PASSWORD }]));
await rpc.serve('registry', [registryBinding({ away: false, stations, blocked: new Set(), authorizations: 0 })]);
const time = systemTime();
const silent = (): void => {};
const gateway = assembleGateway(
  {
    ...{ clock: time, timers: time, io: time, ids: systemIds(), rng: systemRng(), log: createEagerLog(), rpc },
    ...{ live: createMemoryLiveState({ clock: time }), logger: { info: silent, warn: silent, error: silent } },
    ...{ databaseUrl: '', shards: 6, addresses: { 'session-registry': 'registry', 'ocpp-gateway': 'gateway' } },
    telemetry: { metrics: createKeptMetrics(), tracer: SILENT_TRACER },
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  },
  { ...DEFAULT_OCPP_GATEWAY_CONFIG, gatewayAddress: 'gateway', idTokenKey: KEY, transactionIdKey: KEY },
  { source: createMemoryEpochs(), close: async () => {} },
);
await gateway.start();
let answered = 0;
let isOver = false;
let wake = silent;

async function connect(stationId: string): Promise<void> {
  let id = 1;
  const say = { next: silent };
  const credentials = Buffer.from(`${stationId}:${PASSWORD}`).toString('base64');
  const knock = { url: `/ocpp/${stationId}`, authorization: `Basic ${credentials}`, protocols: ['ocpp1.6'] };
  const connection = await gateway.connect(knock, {
    send: () => {
      answered += 1;
      wake();
      if (!isOver) setImmediate(say.next);
    },
    ...{ close: silent, terminate: silent, ping: silent, pause: silent, resume: silent },
    ...{ bufferedBytes: () => 0, isOpen: () => true },
  });
  if (connection.kind === 'refused') throw new Error(connection.sentence);
  say.next = () => {
    id += 1;
    connection.events.onText(frameOf(id));
  };
  say.next();
}

const until = (count: number): Promise<void> =>
  new Promise((resolve) => {
    wake = () => {
      if (answered >= count) resolve();
    };
  });
await Promise.all(names.map(connect));
await until(WARM_MESSAGES);
const [watch, before] = [stopwatch(), answered];
await until(before + MESSAGES);
const { cpuMs } = watch();
const messages = answered - before;
isOver = true;
await tellTable({
  title: `The gateway's own code, ${STATIONS} stations with one MeterValues in flight each, no network, no Kafka`,
  rows: [{ messages, 'CPU us': (cpuMs * US_PER_MS) / messages }],
  notes: ['Making the frames is part of it, about 2 us.'],
});
process.exit(0);
