import { type commonV1, meteringServiceV1 } from '@headroom/contracts';
import { type Clock, deciAmps, type PerPhaseDeciAmps, perPhase, siteId, stationId } from '@headroom/kernel';
import { bind, RpcError, type ServiceBinding } from '@headroom/rpc';
import type { ReadingOutcome } from '../../app/record-site-meter-reading.ts';
import type { SensorReading, SiteMeterReading } from '../../domain/check-reading.ts';
import type { SampleStore } from '../../ports.ts';
import { listedSample } from '../wire/metering.ts';
import { pageOf, withStatus } from './series.ts';
import { temperatureHandlers } from './temperature-handlers.ts';

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
    ...temperatureHandlers(deps),
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
