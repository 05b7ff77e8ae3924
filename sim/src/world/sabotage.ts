import { gatewayV1, siteV1, TOPICS } from '@headroom/contracts';
import type { EventLog, RecordBatch } from '@headroom/event-log';
import type { RpcNetwork } from '@headroom/rpc';
import type { Platform } from '@headroom/service-host';
import { INSTANCES, type Sabotage } from './processes.ts';

/** Mistakes planted from outside, through the ports of one process: what the checkers must see. */

/** The gateway answers before the log has it. */
export const acknowledgesFirst: Sabotage = (name, platform) => {
  if (!name.startsWith('ocpp-gateway')) return platform;
  const log: EventLog = {
    ...platform.log,
    append: async (records) => {
      // Nobody waits for it: on its way when the answer leaves.
      platform.log.append(records).catch(() => undefined);
      return records.map(({ topic }) => ({ topic, partition: 0, offset: 0n }));
    },
  };
  return { ...platform, log };
};

/** Those who decide and those who send have never heard of the power contract. */
export const forgetsContract: Sabotage = (name, platform) =>
  readingOtherwise(name, platform, (circuit) => ({ ...circuit, powerLimitW: undefined }));

/** Nor of temperatures. */
export const forgetsHeat: Sabotage = (name, platform) =>
  readingOtherwise(name, platform, (circuit) => ({ ...circuit, derating: undefined }));

type Otherwise = (circuit: siteV1.Circuit) => siteV1.Circuit;

/** Those who decide and those who send read something else in the document than stands there. */
function readingOtherwise(name: Parameters<Sabotage>[0], platform: Platform, otherwise: Otherwise): Platform {
  const { 'allocation-optimizer': deciders, 'profile-dispatcher': senders } = INSTANCES;
  if (![...deciders, ...senders].includes(name)) return platform;
  const { log } = platform;
  const read = (topic: string, records: Records): Records => readAs(topic, records, otherwise);
  return {
    ...platform,
    log: {
      ...log,
      consume: (options) =>
        log.consume({
          ...options,
          onBatch: (batch) => options.onBatch({ ...batch, records: read(batch.topic, batch.records) }),
        }),
      // Owners read the documents here too, when they take a shard.
      readToEnd: (range) =>
        log.readToEnd({ ...range, onRecords: (records) => range.onRecords(read(range.topic, records)) }),
    },
  };
}

type Records = RecordBatch['records'];

function readAs(topic: string, records: Records, otherwise: Otherwise): Records {
  if (topic !== TOPICS.siteConfig.name) return records;
  return records.map((record) => {
    const site = siteV1.SiteConfig.decode(record.value);
    const circuits = site.circuits.map(otherwise);
    return { ...record, value: siteV1.SiteConfig.encode({ ...site, circuits }).finish() };
  });
}

/** The gateway takes every dispatcher for the newest. */
export const forgetsEpochs: Sabotage = (name, platform) => {
  if (!name.startsWith('ocpp-gateway')) return platform;
  let newest = 0n;
  return hearing(platform, (request) => {
    newest = request.dispatcherEpoch > newest ? request.dispatcherEpoch : newest;
    return { ...request, dispatcherEpoch: newest };
  });
};

/** The gateway says the first period of a lease, and no other. */
export const saysOnePeriod: Sabotage = (name, platform) => {
  if (!name.startsWith('ocpp-gateway')) return platform;
  return hearing(platform, (request) => ({ ...request, commands: request.commands.map(withOnePeriod) }));
};

const withOnePeriod = ({ action, ...command }: gatewayV1.StationCommand): gatewayV1.StationCommand =>
  action?.$case !== 'setChargingProfile'
    ? { ...command, action }
    : { ...command, action: { ...action, value: { ...action.value, periods: action.value.periods.slice(0, 1) } } };

/** A gateway that hears something else than it is told. */
function hearing(
  platform: Platform,
  heard: (request: gatewayV1.SendBatchRequest) => gatewayV1.SendBatchRequest,
): Platform {
  const { rpc } = platform;
  const method = gatewayV1.GatewayServiceService.sendBatch;
  const sendBatch = { ...method, requestDeserialize: (bytes: Buffer) => heard(method.requestDeserialize(bytes)) };
  const serve: RpcNetwork['serve'] = (address, services) =>
    rpc.serve(
      address,
      services.map((service) => ({ ...service, definition: { ...service.definition, sendBatch } })),
    );
  return { ...platform, rpc: { ...rpc, serve } };
}

const CONTROLLERS = [...INSTANCES['allocation-optimizer'], ...INSTANCES['profile-dispatcher']];

/** Those who decide have no ear for the grid. */
export const deafToGrid: Sabotage = (name, platform) => {
  if (!INSTANCES['allocation-optimizer'].includes(name)) return platform;
  const { log } = platform;
  const consume: EventLog['consume'] = (options) =>
    log.consume({ ...options, topics: options.topics.filter((topic) => topic !== TOPICS.gridFacts.name) });
  return { ...platform, log: { ...log, consume } };
};

/** From this instant of the run on the log answers those who decide and send no more: they are as good as dead, and stay so. */
export const silentFrom =
  (fromMs: number): Sabotage =>
  (name, platform) => {
    if (!CONTROLLERS.includes(name)) return platform;
    const { clock, log } = platform;
    const beganMs = clock.nowMs() - clock.monoMs();
    const append: EventLog['append'] = (records, options) =>
      clock.nowMs() - beganMs >= fromMs ? new Promise(() => undefined) : log.append(records, options);
    return { ...platform, log: { ...log, append } };
  };

/** From this instant of the run on the gateway hears an ampere less in every third command: what stands still dithers. */
export const dithersFrom =
  (fromMs: number): Sabotage =>
  (name, platform) => {
    if (!name.startsWith('ocpp-gateway')) return platform;
    let heard = 0;
    return hearing(platform, (request) => ({
      ...request,
      commands: request.commands.map(({ action, ...command }) => {
        if (action?.$case !== 'setChargingProfile' || platform.clock.monoMs() < fromMs) return { ...command, action };
        heard += 1;
        const lessDeciA = heard % 3 === 0 ? 10 : 0;
        const periods = action.value.periods.map((period) => ({
          ...period,
          limitDeciA: Math.max(0, period.limitDeciA - lessDeciA),
        }));
        return { ...command, action: { ...action, value: { ...action.value, periods } } };
      }),
    }));
  };
