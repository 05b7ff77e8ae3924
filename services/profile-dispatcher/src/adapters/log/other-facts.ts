import type { allocationV1, commonV1, meteringV1, sessionV1 } from '@headroom/contracts';
import { meteringV1 as metering } from '@headroom/contracts';
import {
  deciAmps,
  type DeciAmps,
  evseId,
  GRID_PHASES,
  type PerPhase,
  type PerPhaseDeciAmps,
  perPhase,
  siteId,
  stationId,
  transactionId,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import type { Fact } from '../../domain/facts.ts';
import { dischargeFromWire, dropFromWire, laterFromWire, limitsFromWire } from './wire-words.ts';

/** Nobody stopped it: the registry closed its books on it, by a status perhaps that was not true (H92). */
const NEVER_STOPPED = 'superseded';

/**
 * The registry's word that a transaction is over: it names the EVSE where a 1.6 station did not. What no station has said ends no
 * lease: it may be obeyed still, and counts to its own end.
 */
export function factsOfSession(wire: sessionV1.SessionFact): readonly Fact[] {
  if (wire.fact?.$case !== 'transactionClosed' || wire.fact.value.reason === NEVER_STOPPED) return [];
  return [
    {
      kind: 'transaction-ended',
      siteId: siteId(wire.siteId),
      stationId: stationId(wire.stationId),
      evse: wire.evse === 0 ? undefined : wire.evse,
      transactionId: transactionId(wire.fact.value.transactionId),
    },
  ];
}

export function factsOfMetering(wire: meteringV1.MeteringFact): readonly Fact[] {
  const site = siteId(wire.siteId);
  switch (wire.fact?.$case) {
    case 'evseMeasured': {
      const { value } = wire.fact;
      if (value.quality === metering.SampleQuality.LATE) return [];
      return [
        {
          kind: 'evse-measured',
          siteId: site,
          stationId: stationId(value.stationId),
          evse: value.evse,
          draw: most(value.current),
          current: reported(value.current),
          power: value.powerW === undefined ? undefined : watts(Number(value.powerW)),
          transactionId: value.transactionId === '' ? undefined : transactionId(value.transactionId),
          isGood: value.quality === metering.SampleQuality.GOOD,
          offered: value.offeredDeciA === undefined ? undefined : deciAmps(value.offeredDeciA),
          ...(value.givenDeciA === undefined ? {} : { given: deciAmps(Math.max(0, value.givenDeciA)) }),
          sampledAtMs: Number(value.sampledAtMs),
        },
      ];
    }
    case 'siteMeterRead': {
      const { meterId, sampledAtMs, receivedAtMs, current, temperatureDeciC } = wire.fact.value;
      const phases = temperatureDeciC === undefined ? allPhases(current) : ZERO_PHASES;
      // A phase that was not read is unknown, and so is the load: the worst case goes on counting (TL1).
      if (phases === undefined) return [];
      const reading = {
        meterId,
        current: phases,
        sampledAtMs: Number(sampledAtMs),
        receivedAtMs: Number(receivedAtMs),
        ...(temperatureDeciC === undefined ? {} : { temperatureDeciC }),
      };
      return [{ kind: 'site-meter-read', siteId: site, reading }];
    }
    case undefined:
      return [];
  }
}

function most(current: commonV1.PhaseCurrents | undefined): DeciAmps | undefined {
  const known = GRID_PHASES.flatMap((phase) => current?.[`${phase}DeciA`] ?? []);
  return known.length === 0 ? undefined : deciAmps(Math.max(0, ...known));
}

/** H41: what a station did not report is not 0 A. */
function reported(current: commonV1.PhaseCurrents | undefined): Partial<PerPhase<DeciAmps>> {
  const known = GRID_PHASES.flatMap((phase) => {
    const value = current?.[`${phase}DeciA`];
    return value === undefined ? [] : [[phase, deciAmps(value)] as const];
  });
  return Object.fromEntries(known);
}

function allPhases(current: commonV1.PhaseCurrents | undefined): PerPhaseDeciAmps | undefined {
  if (GRID_PHASES.some((phase) => current?.[`${phase}DeciA`] === undefined)) return undefined;
  return perPhase((phase) => deciAmps(current?.[`${phase}DeciA`] ?? 0));
}

export function factsOfAllocation(wire: allocationV1.AllocationFact): readonly Fact[] {
  const epoch = Number(wire.ownerEpoch);
  switch (wire.fact?.$case) {
    case 'epochOpened':
      return [{ kind: 'optimizer-epoch-opened', shard: wire.fact.value.shard, epoch: Number(wire.fact.value.epoch) }];
    case 'decisionMade': {
      const { seq, validUntilMs, allocations, circuits, drop, lease } = wire.fact.value;
      const targets = allocations.map((allocation) => {
        const id = allocation.transactionId === '' ? undefined : transactionId(allocation.transactionId);
        const limit = deciAmps(Math.max(0, allocation.limitDeciA));
        const target = {
          limit,
          ...laterFromWire(allocation),
          ...dischargeFromWire(allocation.dischargeDeciA),
          transactionId: id,
        };
        return [evseId(stationId(allocation.stationId), allocation.evse), target] as const;
      });
      return [
        {
          kind: 'decision-made',
          siteId: siteId(wire.siteId),
          epoch,
          seq: Number(seq),
          validUntilMs: Number(validUntilMs),
          targets: new Map(targets),
          ...limitsFromWire(circuits),
          ...(drop === undefined ? {} : dropFromWire(drop.atMs, drop.limits)),
          ...(lease === undefined ? {} : { leaseS: lease.leaseS }),
        },
      ];
    }
    // It bears on no limit: what its owner makes of it stands in decisions.
    case 'planMade':
      return [];
    case undefined:
      return [];
  }
}
