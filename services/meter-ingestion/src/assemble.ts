import { type Consumption, park } from '@headroom/event-log';
import type { Cancel } from '@headroom/kernel';
import type { RpcServer } from '@headroom/rpc';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { traceIdIn } from '@headroom/telemetry';
import type { MemoryTurnStore } from '@headroom/turn-store';
import { createDrawView } from './adapters/live/draw-view.ts';
import { meteredSiteOf } from './adapters/log/metered-site.ts';
import { createMeteringFacts, takenReadingOf } from './adapters/log/metering-facts.ts';
import { meterMessageOf } from './adapters/log/station-facts.ts';
import { inMemory } from './adapters/memory/records.ts';
import { inPostgres } from './adapters/pg/records.ts';
import { meteringServiceBinding } from './adapters/rpc/metering-service.ts';
import { createDrawBoard } from './app/draw-board.ts';
import { createRecordQueue, type RecordQueue } from './app/record-queue.ts';
import { recordSiteMeterReading } from './app/record-site-meter-reading.ts';
import type { MeterIngestionConfig } from './config.ts';
import { createEvseOfTransaction } from './domain/evse-of-transaction.ts';
import { createSiteBook } from './domain/site-book.ts';
import { createEvents } from './events.ts';
import { FACTS_GROUP, routes, type ServiceDeps } from './service.ts';

const NAME = 'meter-ingestion';

/** Where the time series are, if not in PostgreSQL; it outlives the service and is not closed by it. */
export interface MeterIngestionDoors {
  readonly store?: MemoryTurnStore;
  /** Samples of one EVSE that such a store keeps, default 100. More: each sample costs more. */
  readonly keptSamples?: number;
}

/** Wires meter-ingestion onto a platform. It serves rpc at `platform.addresses['meter-ingestion']`. */
export function assembleMeterIngestion(
  platform: Platform,
  config: MeterIngestionConfig,
  doors: MeterIngestionDoors = {},
): Service {
  const parts = wire(platform, doors);
  const { deps, records, binding } = parts;
  const table = routes(deps);
  const fatal = (cause: unknown): void => platform.fatal(`${NAME}: a consumer died`, cause);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let server: RpcServer | undefined;
  let daily: Cancel = () => {};
  const consumptions: Consumption[] = [];

  const prepareDays = (): void => {
    records.samples.prepareDays(platform.clock.nowMs()).catch((cause: unknown) => {
      deps.events.daysNotPrepared(cause instanceof Error ? cause.message : 'unknown');
    });
  };

  return {
    name: NAME,
    start: async () => {
      const address = platform.addresses[NAME];
      if (address === undefined) throw new Error(`no rpc address for ${NAME}`);
      await records.prepare();
      await records.samples.prepareDays(platform.clock.nowMs());
      daily = platform.timers.every(config.prepareDaysEveryMs, prepareDays);
      await new Promise<void>((caughtUp, failed) => {
        platform.log
          .consume({ ...table.sites, start: { kind: 'earliest' }, onCaughtUp: caughtUp, onFatal: fatal })
          .then((consumption) => consumptions.push(consumption), failed);
      });
      deps.events.sitesKnown();
      const start = {
        kind: 'stored' as const,
        nextOffset: records.nextOffset,
      };
      consumptions.push(await platform.log.consume({ ...table.facts, start, onFatal: fatal }));
      server = await platform.rpc.serve(address, [binding]);
      state = 'running';
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = platform.log.trouble() ?? deps.queue.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    stop: async (graceMs) => {
      state = 'stopping';
      daily();
      await server?.stop(graceMs);
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      await drainedWithin(deps.queue, graceMs);
      deps.queue.stop();
      deps.board.stop();
      await records.close();
    },
  };
}

function wire(platform: Platform, doors: MeterIngestionDoors) {
  const { clock, timers } = platform;
  const { metrics, tracer } = telemetryOf(platform);
  const events = createEvents(platform.logger, metrics);
  const records =
    doors.store === undefined ? inPostgres(platform.databaseUrl) : inMemory(doors.store, doors.keptSamples);
  const { samples: store } = records;
  const facts = createMeteringFacts(platform.log);
  const sites = createSiteBook();
  const parkRecord: ServiceDeps['park'] = async (record, group, reason) => {
    await park(platform.log, { record, group, reason });
    const { topic, partition, offset } = record;
    events.recordParked({ topic, partition, offset, reason, traceId: traceIdIn(record.headers) });
  };
  const queue = createRecordQueue({
    store,
    timers,
    events,
    park: (input, reason) => parkRecord(input.source, FACTS_GROUP, reason),
  });
  metrics.observe('headroom_meter_inputs_waiting', {}, queue.pending);
  const deps: ServiceDeps = {
    sites,
    evseOfTransaction: createEvseOfTransaction(),
    facts,
    board: createDrawBoard({ clock, timers, view: createDrawView(platform.live), events }),
    queue,
    events,
    tracer,
    instanceId: platform.ids.next(),
    decode: { siteConfig: meteredSiteOf, stationFact: meterMessageOf, meteringFact: takenReadingOf },
    park: parkRecord,
  };
  const readings = { clock, sites, facts, lastSampledAtMs: new Map<string, number>() };
  const binding = meteringServiceBinding({
    clock,
    store,
    record: (siteId, reading) => recordSiteMeterReading(readings, siteId, reading),
  });
  return { deps, records, binding };
}

/** What is not recorded by then is read again at the next start. Real time: it guards I/O. */
async function drainedWithin(queue: RecordQueue, graceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([queue.drained(), late]);
  clearTimeout(timer);
}
