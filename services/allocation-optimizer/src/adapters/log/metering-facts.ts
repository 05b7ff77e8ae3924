import { decodeRecord, meteringV1, TOPICS } from '@headroom/contracts';
import {
  deciAmps,
  epochMs,
  err,
  ok,
  type Result,
  stationId,
  transactionId,
  wattHours,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import type { EvseSample, MeteringFact } from '../../domain/facts.ts';
import type { Decoder } from '../../service.ts';
import { presentPhases } from './present-phases.ts';

/** What was measured. Late samples are kept for the record elsewhere, never for control. */
export const meteringFactOf: Decoder<MeteringFact> = (value) => {
  const decoded = decodeRecord(TOPICS.meteringFacts, value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, fact } = decoded.value;
  switch (fact?.$case) {
    case 'evseMeasured':
      if (fact.value.quality === meteringV1.SampleQuality.LATE) return ok(undefined);
      return ok({ siteId, content: measured(fact.value) });
    case 'siteMeterRead': {
      const reading = readingOf(fact.value);
      return reading.kind === 'err' ? reading : ok({ siteId, content: reading.value });
    }
    case undefined:
      return ok(undefined);
  }
};

const measured = (wire: meteringV1.EvseMeasured): MeteringFact => ({
  kind: 'evse-measured',
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  sample: sampleOf(wire),
});

function sampleOf(wire: meteringV1.EvseMeasured): EvseSample {
  return {
    current: presentPhases(wire.current),
    ...(wire.powerW === undefined ? {} : { power: watts(Number(wire.powerW)) }),
    ...(wire.energyRegisterWh === undefined ? {} : { register: wattHours(Number(wire.energyRegisterWh)) }),
    ...(wire.exportedRegisterWh === undefined ? {} : { exported: wattHours(Number(wire.exportedRegisterWh)) }),
    ...(wire.offeredDeciA === undefined ? {} : { offered: deciAmps(wire.offeredDeciA) }),
    ...(wire.socPercent === undefined ? {} : { socPercent: wire.socPercent }),
    ...(wire.transactionId === '' ? {} : { transactionId: transactionId(wire.transactionId) }),
    isGood: wire.quality === meteringV1.SampleQuality.GOOD,
    sampledAtMs: epochMs(Number(wire.sampledAtMs)),
    receivedAtMs: epochMs(Number(wire.receivedAtMs)),
  };
}

/** A phase that was not read could be at anything: such a reading is no reading. */
function readingOf(wire: meteringV1.SiteMeterRead): Result<MeteringFact, string> {
  const times = {
    sampledAtMs: epochMs(Number(wire.sampledAtMs)),
    receivedAtMs: epochMs(Number(wire.receivedAtMs)),
  };
  const { temperatureDeciC } = wire;
  if (temperatureDeciC !== undefined) {
    const reading = { meterId: wire.meterId, current: ZERO_PHASES, temperatureDeciC, ...times };
    return ok({ kind: 'site-meter-read', reading });
  }
  const { l1DeciA, l2DeciA, l3DeciA } = wire.current ?? {};
  if (l1DeciA === undefined || l2DeciA === undefined || l3DeciA === undefined) {
    return err(`a reading of meter "${wire.meterId}" lacks a phase`);
  }
  return ok({
    kind: 'site-meter-read',
    reading: {
      meterId: wire.meterId,
      current: { l1: deciAmps(l1DeciA), l2: deciAmps(l2DeciA), l3: deciAmps(l3DeciA) },
      ...times,
    },
  });
}
