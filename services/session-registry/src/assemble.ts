import { type Consumption, park } from '@headroom/event-log';
import type { Cancel } from '@headroom/kernel';
import type { RpcServer } from '@headroom/rpc';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { createOutboxRelay, type MemoryTurnStore } from '@headroom/turn-store';
import { contentName } from './adapters/crypto/content-name.ts';
import { secretSource } from './adapters/crypto/secret-source.ts';
import { stationReportOf } from './adapters/log/station-reports.ts';
import { inMemory } from './adapters/memory/records.ts';
import { inPostgres } from './adapters/pg/records.ts';
import { registryServiceBinding } from './adapters/rpc/registry-service.ts';
import type { SessionRegistryConfig } from './config.ts';
import { createEvents } from './events.ts';
import { GROUP, routes } from './service.ts';

const NAME = 'session-registry';
const HOUR_MS = 3_600_000;
/** A log that was not polled for so long is not being read. Real milliseconds. */
const STALE_POLL_MS = 30_000;

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown cause');

/** Where the records are, if not in PostgreSQL; it outlives the service and is not closed by it. */
export interface SessionRegistryDoors {
  readonly store?: MemoryTurnStore;
}

/** Wires session-registry onto a platform. It serves rpc at `platform.addresses['session-registry']`. */
export function assembleSessionRegistry(
  platform: Platform,
  config: SessionRegistryConfig,
  doors: SessionRegistryDoors = {},
): Service {
  const { records, relay, table, binding } = wire(platform, config, doors);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let server: RpcServer | undefined;
  let consumption: Consumption | undefined;
  let endTimers: Cancel = () => undefined;

  return {
    name: NAME,
    start: async () => {
      const address = platform.addresses[NAME];
      if (address === undefined) throw new Error(`no rpc address for ${NAME}`);
      await records.prepare();
      relay.nudge();
      endTimers = table.startTimers();
      consumption = await platform.log.consume({
        ...table.facts,
        start: { kind: 'stored', nextOffset: (topic, partition) => records.turns.nextOffset(GROUP, topic, partition) },
        onFatal: (cause) => platform.fatal(`${NAME}: the consumer of station facts died`, cause),
      });
      server = await platform.rpc.serve(address, [binding]);
      state = 'running';
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const stale = consumption !== undefined && consumption.pollAgeMs() > STALE_POLL_MS;
      const why =
        records.turns.trouble() ??
        platform.log.trouble() ??
        (stale ? 'station facts are not being read: look at Kafka, and at the load here' : undefined);
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    stop: async (graceMs) => {
      state = 'stopping';
      endTimers();
      await Promise.all([server?.stop(graceMs), consumption?.stop()]);
      await relay.stop();
      await records.close();
    },
  };
}

function wire(platform: Platform, config: SessionRegistryConfig, doors: SessionRegistryDoors) {
  const { clock, timers, log } = platform;
  const { metrics, tracer } = telemetryOf(platform);
  const events = createEvents(platform.logger, metrics);
  const records = doors.store === undefined ? inPostgres(platform.databaseUrl) : inMemory(doors.store);
  let heldUp = false;
  const relay = createOutboxRelay({
    store: records.turns,
    publish: async (records, holds) => {
      await log.append(records, { fence: holds });
      if (heldUp) events.relayResumed();
      heldUp = false;
    },
    timers,
    periodMs: config.relayEveryMs,
    onTrouble: (cause) => {
      // Once an outage, not once a look.
      if (!heldUp) events.relayHeldUp(wordsOf(cause));
      heldUp = true;
    },
  });
  const store = records.open(relay.nudge);
  const table = routes({
    store,
    clock,
    timers,
    events,
    tracer,
    nameOf: contentName,
    decode: stationReportOf,
    nextOffset: (topic, partition) => records.turns.nextOffset(GROUP, topic, partition),
    park: (record, reason) => park(log, { record, group: GROUP, reason }),
    pruneInbox: () => {
      records
        .pruneInbox(config.inboxKeepHours * HOUR_MS)
        .catch((cause: unknown) => events.inboxNotPruned(wordsOf(cause)));
    },
  });
  const binding = registryServiceBinding({ store, clock, secrets: secretSource, nameOf: contentName, events });
  return { records, relay, table, binding };
}
