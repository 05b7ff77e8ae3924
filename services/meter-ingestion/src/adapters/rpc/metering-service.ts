import { type commonV1, meteringServiceV1 } from '@headroom/contracts';
import { type Clock, deciAmps, type PerPhaseDeciAmps, perPhase, siteId, stationId } from '@headroom/kernel';
import { bind, RpcError, type ServiceBinding } from '@headroom/rpc';
import type { ReadingOutcome } from '../../app/record-site-meter-reading.ts';
import type { SensorReading, SiteMeterReading } from '../../domain/check-reading.ts';
import type { SampleStore, Sensor, TemperatureSpan } from '../../ports.ts';
import { listedSample } from '../wire/metering.ts';

const DEFAULT_SAMPLES = 100;
const MAX_SAMPLES = 1_000;
/** A day of minutes is 1,440. */
const MAX_SPANS = 1_500;
const SHORTEST_SPAN_MS = 1_000;

export interface MeteringServiceDeps {
  readonly clock: Clock;
  readonly store: SampleStore;
  readonly record: (
    site: ReturnType<typeof siteId>,
    reading: SiteMeterReading | SensorReading,
  ) => Promise<ReadingOutcome>;
}

/** headroom.metering.v1.MeteringService: wire to domain and back. */
export const meteringServiceBinding = (deps: MeteringServiceDeps): ServiceBinding =>
  bind('headroom.metering.v1.MeteringService', meteringServiceV1.MeteringServiceService, {
    recordSiteMeterReading: async (request: meteringServiceV1.RecordSiteMeterReadingRequest) => {
      const reading = readingOf(request);
      if (reading === undefined)
        return { refusal: 'implausible', detail: 'The reading lacks a phase: L1, L2 and L3 are needed.' };
      const outcome = await withStatus(() => deps.record(siteId(request.siteId), reading));
      if (outcome.kind === 'ok') return { refusal: '', detail: '' };
      if (outcome.error.code === 'unknown-site') throw new RpcError('not-found', outcome.error.detail);
      return { refusal: outcome.error.code, detail: outcome.error.detail };
    },
    listEvseSamples: async (request: meteringServiceV1.ListEvseSamplesRequest) => {
      const samples = await withStatus(() =>
        deps.store.samplesOf({
          stationId: stationId(request.stationId.replaceAll('\0', '')),
          evse: request.evse,
          ...pageOf(deps.clock, request),
        }),
      );
      return { samples: samples.map(listedSample) };
    },
    listTemperatures: async (request: meteringServiceV1.ListTemperaturesRequest) => {
      const of = { ...sensorOf(request), ...pageOf(deps.clock, request) };
      const readings = await withStatus(() => deps.store.temperaturesOf(of));
      const temperatures = readings.map(({ sampledAtMs, temperatureDeciC }) => ({
        sampledAtMs: BigInt(sampledAtMs),
        temperatureDeciC,
      }));
      return { temperatures };
    },
    listTemperatureSpans: async (request: meteringServiceV1.ListTemperatureSpansRequest) => {
      const [fromMs, toMs, spanMs] = [Number(request.fromMs), Number(request.toMs), Number(request.spanMs)];
      if (spanMs < SHORTEST_SPAN_MS || (toMs - fromMs) / spanMs > MAX_SPANS) {
        const detail = `a span is ${SHORTEST_SPAN_MS} ms at least, and ${MAX_SPANS} of them are asked for at most`;
        throw new RpcError('invalid-argument', detail);
      }
      const of = { ...sensorOf(request), fromMs, toMs, spanMs };
      return { spans: (await withStatus(() => deps.store.temperatureSpansOf(of))).map(listedSpan) };
    },
  });

const pageOf = (
  clock: Clock,
  { limit, beforeMs }: { readonly limit: number; readonly beforeMs?: bigint | undefined },
) => ({
  limit: Math.min(MAX_SAMPLES, limit === 0 ? DEFAULT_SAMPLES : limit),
  // "Now" still shows what was sampled in this very millisecond.
  beforeMs: beforeMs === undefined ? clock.nowMs() + 1 : Number(beforeMs),
});

const sensorOf = (request: { readonly siteId: string; readonly sensorId: string }): Sensor => ({
  siteId: siteId(request.siteId.replaceAll('\0', '')),
  sensorId: request.sensorId.replaceAll('\0', ''),
});

const listedSpan = (span: TemperatureSpan): meteringServiceV1.TemperatureSpan => ({
  coldestDeciC: span.coldestDeciC,
  hottestDeciC: span.hottestDeciC,
  lastDeciC: span.lastDeciC,
  firstAtMs: BigInt(span.firstAtMs),
  lastAtMs: BigInt(span.lastAtMs),
});

/** Of a meter, or of a sensor of temperature; undefined: of neither. */
function readingOf(
  request: meteringServiceV1.RecordSiteMeterReadingRequest,
): SiteMeterReading | SensorReading | undefined {
  const { meterId, temperatureDeciC } = request;
  const sampledAtMs = Number(request.sampledAtMs);
  if (temperatureDeciC !== undefined) return { meterId, temperatureDeciC, sampledAtMs };
  const current = completePhases(request.current);
  return current && { meterId, current, sampledAtMs };
}

function completePhases(current: commonV1.PhaseCurrents | undefined): PerPhaseDeciAmps | undefined {
  const { l1DeciA, l2DeciA, l3DeciA } = current ?? {};
  if (l1DeciA === undefined || l2DeciA === undefined || l3DeciA === undefined) return undefined;
  const values = { l1: l1DeciA, l2: l2DeciA, l3: l3DeciA };
  return perPhase((phase) => deciAmps(values[phase]));
}

/** A port that is away is `unavailable` to the caller; a bug stays one. */
async function withStatus<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const retryable = cause instanceof Error && 'retryable' in cause && cause.retryable === true;
    if (retryable) throw new RpcError('unavailable', 'the log or the database does not answer', cause);
    throw cause;
  }
}
