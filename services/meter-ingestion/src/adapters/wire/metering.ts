import type { meteringServiceV1 } from '@headroom/contracts';
import { type commonV1, meteringV1 } from '@headroom/contracts';
import { assertNever, type PerPhaseDeciAmps } from '@headroom/kernel';
import type { EvseSample, SampleQuality, SocketCurrents } from '../../domain/samples.ts';
import type { SiteDraw, TakenReading } from '../../ports.ts';

/** Domain to wire: the one place where metering's protobuf shapes are written. */
export const evseMeasured = (sample: EvseSample): meteringV1.EvseMeasured => ({
  stationId: sample.stationId,
  evse: sample.evse,
  transactionId: sample.transactionId,
  sampledAtMs: BigInt(sample.sampledAtMs),
  receivedAtMs: BigInt(sample.receivedAtMs),
  current: phaseCurrents(sample.current),
  powerW: sample.powerW === undefined ? undefined : BigInt(sample.powerW),
  energyRegisterWh: sample.energyRegisterWh === undefined ? undefined : BigInt(sample.energyRegisterWh),
  offeredDeciA: sample.offered,
  socPercent: sample.socPercent,
  quality: qualityWord(sample.quality),
});

export const siteMeterRead = (reading: TakenReading): meteringV1.SiteMeterRead => ({
  meterId: reading.meterId,
  sampledAtMs: BigInt(reading.sampledAtMs),
  receivedAtMs: BigInt(reading.receivedAtMs),
  current: phaseCurrents(reading.current),
});

export const siteDraw = (draw: SiteDraw): meteringV1.SiteDraw => ({
  siteId: draw.siteId,
  evses: draw.samples.map(evseMeasured),
  meters: draw.readings.map(siteMeterRead),
});

export const listedSample = (sample: EvseSample): meteringServiceV1.EvseSample => ({
  sampledAtMs: BigInt(sample.sampledAtMs),
  transactionId: sample.transactionId,
  current: phaseCurrents(sample.current),
  powerW: sample.powerW === undefined ? undefined : BigInt(sample.powerW),
  energyRegisterWh: sample.energyRegisterWh === undefined ? undefined : BigInt(sample.energyRegisterWh),
  offeredDeciA: sample.offered,
});

const phaseCurrents = (current: SocketCurrents | PerPhaseDeciAmps): commonV1.PhaseCurrents => ({
  l1DeciA: current.l1,
  l2DeciA: current.l2,
  l3DeciA: current.l3,
});

function qualityWord(quality: SampleQuality): meteringV1.SampleQuality {
  switch (quality) {
    case 'good':
      return meteringV1.SampleQuality.GOOD;
    case 'derived':
      return meteringV1.SampleQuality.DERIVED;
    case 'late':
      return meteringV1.SampleQuality.LATE;
    default:
      return assertNever(quality);
  }
}
