import { meteringServiceV1 } from '@headroom/contracts';
import { err, ok } from '@headroom/kernel';
import type { RpcNetwork } from '@headroom/rpc';
import type { Metering, MeterSample, ShownByMeter } from '../../ports.ts';
import { READ_DEADLINE_MS } from './registry.ts';

/** Real milliseconds: a reading is worth nothing once the next one is due. */
const READING_DEADLINE_MS = 1_500;

/** Real milliseconds: a week of a sensor that speaks every second is looked through in 2.5 s at worst. */
const RISE_DEADLINE_MS = 5_000;

/** meter-ingestion over rpc. */
export function createMetering(network: RpcNetwork, address: string): Metering {
  // A reading told twice is one reading: its event id comes from meter and time.
  const client = network.client(meteringServiceV1.MeteringServiceService, address, {
    repeatable: [
      'recordSiteMeterReading',
      'listEvseSamples',
      'listTemperatures',
      'listTemperatureSpans',
      'findTemperatureRise',
    ],
  });
  return {
    recordReading: async ({ siteId, meterId, sampledAtMs, shown }) => {
      const answer = await client.recordSiteMeterReading(
        { siteId, meterId, sampledAtMs: BigInt(sampledAtMs), ...shownToWire(shown) },
        { deadlineMs: READING_DEADLINE_MS },
      );
      return answer.refusal === '' ? ok(undefined) : err({ code: answer.refusal, detail: answer.detail });
    },
    listSamples: async ({ stationId, evse, limit, beforeMs }) => {
      const request = { stationId, evse, limit, beforeMs: beforeMs === undefined ? undefined : BigInt(beforeMs) };
      return (await client.listEvseSamples(request, { deadlineMs: READ_DEADLINE_MS })).samples.map(meterSample);
    },
    listTemperatures: async ({ siteId, sensorId, limit, beforeMs }) => {
      const request = { siteId, sensorId, limit, beforeMs: beforeMs === undefined ? undefined : BigInt(beforeMs) };
      const { temperatures } = await client.listTemperatures(request, { deadlineMs: READ_DEADLINE_MS });
      return temperatures.map(({ sampledAtMs, temperatureDeciC: deciC }) => ({
        sampledAtMs: Number(sampledAtMs),
        deciC,
      }));
    },
    listTemperatureSpans: async ({ siteId, sensorId, fromMs, toMs, spanMs }) => {
      const request = { siteId, sensorId, fromMs: BigInt(fromMs), toMs: BigInt(toMs), spanMs: BigInt(spanMs) };
      const { spans } = await client.listTemperatureSpans(request, { deadlineMs: READ_DEADLINE_MS });
      return spans.map((span) => ({
        ...{ hottestDeciC: span.hottestDeciC, lastDeciC: span.lastDeciC },
        ...{ firstAtMs: Number(span.firstAtMs), lastAtMs: Number(span.lastAtMs) },
      }));
    },
    findTemperatureRise: async ({ siteId, sensorId, fromMs, toMs, withinMs }) => {
      const request = { siteId, sensorId, fromMs: BigInt(fromMs), toMs: BigInt(toMs), withinMs: BigInt(withinMs) };
      const { rise } = await client.findTemperatureRise(request, { deadlineMs: RISE_DEADLINE_MS });
      return (
        rise && {
          ...{ riseDeciC: rise.riseDeciC, toDeciC: rise.toDeciC, atMs: Number(rise.atMs) },
          ...{ firstAtMs: Number(rise.firstAtMs), lastAtMs: Number(rise.lastAtMs) },
        }
      );
    },
  };
}

function shownToWire(
  shown: ShownByMeter,
): Pick<meteringServiceV1.RecordSiteMeterReadingRequest, 'current' | 'temperatureDeciC'> {
  if (shown.kind === 'temperature') return { current: undefined, temperatureDeciC: shown.deciC };
  const { l1, l2, l3 } = shown.current;
  return { current: { l1DeciA: l1, l2DeciA: l2, l3DeciA: l3 } };
}

const meterSample = (sample: meteringServiceV1.EvseSample): MeterSample => ({
  sampledAtMs: Number(sample.sampledAtMs),
  transactionId: sample.transactionId,
  current: {
    ...(sample.current?.l1DeciA === undefined ? {} : { l1: sample.current.l1DeciA }),
    ...(sample.current?.l2DeciA === undefined ? {} : { l2: sample.current.l2DeciA }),
    ...(sample.current?.l3DeciA === undefined ? {} : { l3: sample.current.l3DeciA }),
  },
  ...(sample.powerW === undefined ? {} : { powerW: Number(sample.powerW) }),
  ...(sample.energyRegisterWh === undefined ? {} : { energyRegisterWh: Number(sample.energyRegisterWh) }),
  ...(sample.offeredDeciA === undefined ? {} : { offeredDeciA: sample.offeredDeciA }),
});
