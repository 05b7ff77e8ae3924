import type { meteringServiceV1 } from '@headroom/contracts';
import { type commonV1, meteringV1 } from '@headroom/contracts';
import { assertNever, type PerPhaseDeciAmps } from '@headroom/kernel';
import type { EvseSample, SampleQuality, SocketCurrents } from '../../domain/samples.ts';
import type { SiteDraw, TakenReading, TakenTemperature } from '../../ports.ts';

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
  exportedRegisterWh: sample.exportedRegisterWh === undefined ? undefined : BigInt(sample.exportedRegisterWh),
  socPercent: sample.socPercent,
  quality: qualityWord(sample.quality),
  givenDeciA: sample.given,
});

export const siteMeterRead = (reading: TakenReading | TakenTemperature): meteringV1.SiteMeterRead => ({
  meterId: reading.meterId,
  sampledAtMs: BigInt(reading.sampledAtMs),
  receivedAtMs: BigInt(reading.receivedAtMs),
  ...('current' in reading
    ? { current: phaseCurrents(reading.current) }
    : { current: undefined, temperatureDeciC: reading.temperatureDeciC }),
});

/**
 * A draw as headroom.metering.v1.SiteDraw. Little of it changes from one writing to the next: what an entry is written as
 * lives as long as the entry. Messages set one behind the other are one message, whose lists are theirs joined (protobuf).
 */
export const siteDrawBytes = ({ siteId, samples, readings }: SiteDraw): Uint8Array =>
  Buffer.concat([
    drawPart({ siteId }),
    ...samples.map((sample) => kept(sample, () => drawPart({ evses: [evseMeasured(sample)] }))),
    ...readings.map((reading) => kept(reading, () => drawPart(shownIn(reading)))),
  ]);

const shownIn = (reading: TakenReading | TakenTemperature): Partial<meteringV1.SiteDraw> =>
  'current' in reading ? { meters: [siteMeterRead(reading)] } : { sensors: [siteMeterRead(reading)] };

const drawPart = (part: Partial<meteringV1.SiteDraw>): Uint8Array =>
  meteringV1.SiteDraw.encode({ siteId: '', evses: [], meters: [], sensors: [], ...part }).finish();

const writtenAs = new WeakMap<EvseSample | TakenReading | TakenTemperature, Uint8Array>();

function kept(entry: EvseSample | TakenReading | TakenTemperature, write: () => Uint8Array): Uint8Array {
  const known = writtenAs.get(entry);
  if (known !== undefined) return known;
  const bytes = write();
  writtenAs.set(entry, bytes);
  return bytes;
}

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
