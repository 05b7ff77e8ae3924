import type { meteringServiceV1 } from '@headroom/contracts';
import { type Clock, siteId } from '@headroom/kernel';
import { RpcError } from '@headroom/rpc';
import type { SampleStore, Sensor, TemperatureRise, TemperatureSpan } from '../../ports.ts';
import { pageOf, withStatus } from './series.ts';

/** A day of minutes is 1,440, and an hour before it. */
const MAX_SPANS = 1_500;
const SHORTEST_SPAN_MS = 1_000;
/** Leases last from 20 s to 15 min, and a reading may be fresh for an hour. */
const SHORTEST_WITHIN_MS = 20_000;
const LONGEST_WITHIN_MS = 5_000_000;
const LONGEST_LOOK_MS = 31 * 86_400_000;
/** Each may take PostgreSQL seconds, and a connection of those that record: two leave them six. */
export const MAX_RISES_AT_ONCE = 2;

export interface TemperatureHandlersDeps {
  readonly clock: Clock;
  readonly store: SampleStore;
}

/** What is asked of temperatures, wire to domain and back. */
export const temperatureHandlers = ({ clock, store }: TemperatureHandlersDeps) => {
  let looking = 0;
  return {
    listTemperatures: async (request: meteringServiceV1.ListTemperaturesRequest) => {
      const of = { ...sensorOf(request), ...pageOf(clock, request) };
      const readings = await withStatus(() => store.temperaturesOf(of));
      const temperatures = readings.map(({ sampledAtMs, temperatureDeciC }) => ({
        sampledAtMs: BigInt(sampledAtMs),
        temperatureDeciC,
      }));
      return { temperatures };
    },
    listTemperatureSpans: async (request: meteringServiceV1.ListTemperatureSpansRequest) => {
      const [spanMs, range] = [Number(request.spanMs), rangeOf(request)];
      if (spanMs < SHORTEST_SPAN_MS || (range.toMs - range.fromMs) / spanMs > MAX_SPANS) {
        const detail = `a span is ${SHORTEST_SPAN_MS} ms at least, and ${MAX_SPANS} of them are asked for at most`;
        throw new RpcError('invalid-argument', detail);
      }
      const of = { ...sensorOf(request), ...range, spanMs };
      return { spans: (await withStatus(() => store.temperatureSpansOf(of))).map(listedSpan) };
    },
    findTemperatureRise: async (request: meteringServiceV1.FindTemperatureRiseRequest) => {
      const [withinMs, range] = [Number(request.withinMs), rangeOf(request)];
      const isTime = withinMs >= SHORTEST_WITHIN_MS && withinMs <= LONGEST_WITHIN_MS;
      if (!isTime || range.toMs - range.fromMs > LONGEST_LOOK_MS) {
        const detail = `a rise within ${SHORTEST_WITHIN_MS} ms to ${LONGEST_WITHIN_MS} ms is looked for in 31 days at most`;
        throw new RpcError('invalid-argument', detail);
      }
      const of = { ...sensorOf(request), ...range, withinMs };
      if (looking >= MAX_RISES_AT_ONCE) {
        throw new RpcError(
          'resource-exhausted',
          `${MAX_RISES_AT_ONCE} rises are looked for already; ask again in a moment`,
        );
      }
      looking += 1;
      try {
        const rise = await withStatus(() => store.temperatureRiseOf(of));
        return { rise: rise && listedRise(rise) };
      } finally {
        looking -= 1;
      }
    },
  };
};

const sensorOf = (request: { readonly siteId: string; readonly sensorId: string }): Sensor => ({
  siteId: siteId(request.siteId.replaceAll('\0', '')),
  sensorId: request.sensorId.replaceAll('\0', ''),
});

const rangeOf = ({ fromMs, toMs }: { readonly fromMs: bigint; readonly toMs: bigint }) => ({
  fromMs: Number(fromMs),
  toMs: Number(toMs),
});

const listedSpan = (span: TemperatureSpan): meteringServiceV1.TemperatureSpan => ({
  coldestDeciC: span.coldestDeciC,
  hottestDeciC: span.hottestDeciC,
  lastDeciC: span.lastDeciC,
  firstAtMs: BigInt(span.firstAtMs),
  lastAtMs: BigInt(span.lastAtMs),
});

const listedRise = (rise: TemperatureRise): meteringServiceV1.TemperatureRise => ({
  riseDeciC: rise.riseDeciC,
  toDeciC: rise.toDeciC,
  atMs: BigInt(rise.atMs),
  firstAtMs: BigInt(rise.firstAtMs),
  lastAtMs: BigInt(rise.lastAtMs),
});
