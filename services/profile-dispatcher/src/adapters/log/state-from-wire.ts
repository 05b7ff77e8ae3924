import type { dispatchStateV1 } from '@headroom/contracts';
import { deciAmps, evseId, perPhase, siteId, type StationId, stationId, transactionId } from '@headroom/kernel';
import type { MeterReading, PhaseEvidence } from '@headroom/site-model';
import type { Backoff, EvseControl } from '../../domain/evse-control.ts';
import type { CommittedChanged } from '../../domain/facts.ts';
import type { AcknowledgedLease, LeaseAttempt, LimitSet, Sample, UnsettledLimit } from '../../domain/limit-set.ts';
import type { SiteSnapshot } from '../../domain/site-snapshot.ts';
import type { Decision, StationState } from '../../domain/site-state.ts';
import { committedFromWire } from './journal-codec.ts';
import { phasesFromWire, transactionFromWire } from './wire-words.ts';

/** Throws where a value is none (a fraction of a deci-ampere, a phase without current): then there is no snapshot. */
export function snapshotFromWire(wire: dispatchStateV1.DispatchState): SiteSnapshot {
  const site = siteId(wire.siteId);
  return {
    siteId: site,
    epoch: Number(wire.dispatcherEpoch),
    seq: Number(wire.snapshotSeq),
    takenAtMs: Number(wire.takenAtMs),
    positions: new Map(wire.inputs.map(({ topic, offset }) => [topic, offset])),
    ownOffset: wire.ownOffset,
    openedEpoch: Number(wire.openedEpoch),
    optimizerEpoch: Number(wire.optimizerEpoch),
    decision: wire.decision && decisionFromWire(wire.decision),
    stations: new Map(wire.stations.map(stationFromWire)),
    controls: new Map(wire.evses.map((evse) => [evseId(stationId(evse.stationId), evse.evse), evseFromWire(evse)])),
    readings: new Map(wire.meters.map((meter) => [meter.meterId, readingFromWire(meter)])),
    told: wire.evses.flatMap(({ told, toldEpoch }): readonly CommittedChanged[] =>
      told === undefined ? [] : [committedFromWire({ siteId: site, epoch: Number(toldEpoch) }, told)],
    ),
  };
}

const stationFromWire = (wire: dispatchStateV1.StationSnapshot): readonly [StationId, StationState] => [
  stationId(wire.stationId),
  {
    connected: wire.connected,
    connectedAtMs: Number(wire.connectedAtMs),
    generation: Number(wire.connectionGeneration),
    gatewayAddress: wire.gatewayAddress,
    bootGeneration: maybe(wire.bootGeneration),
    interruptedAtMs: Number(wire.interruptedAtMs),
    clock:
      wire.clockSkewMs === undefined
        ? { kind: 'unknown' }
        : { kind: 'known', skewMs: Number(wire.clockSkewMs), recentMs: wire.clockDistancesMs.map(Number) },
  },
];

const evseFromWire = (wire: dispatchStateV1.EvseSnapshot): EvseControl => ({
  evseId: evseId(stationId(wire.stationId), wire.evse),
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  set: setFromWire(wire),
  transactionId: transactionFromWire(wire.transactionId),
  phases: wire.phases && evidenceFromWire(wire.phases),
  leaseBackoff: wire.leaseBackoff && backoffFromWire(wire.leaseBackoff),
  fallbackBackoff: wire.fallbackBackoff && backoffFromWire(wire.fallbackBackoff),
});

const setFromWire = (wire: dispatchStateV1.EvseSnapshot): LimitSet => ({
  proven: wire.proven,
  installed: wire.installedDeciA === undefined ? undefined : deciAmps(wire.installedDeciA),
  // Nobody waits for the answers: what is still wanted is sent anew.
  fallbacks: wire.fallbacks.map(({ commandId, ...attempt }) => ({
    ...{ commandId, ...orderFromWire(attempt), answerDueMs: undefined },
  })),
  attempts: wire.attempts.map(attemptFromWire),
  acknowledged: wire.acknowledged && acknowledgedFromWire(wire.acknowledged),
  unsettled: wire.unsettled && unsettledFromWire(wire.unsettled),
  sample: wire.sample && sampleFromWire(wire.sample),
  ended: wire.endedTransactions.map(transactionId),
});

interface Ordered {
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly limitDeciA: number;
}
const orderFromWire = ({ epoch, seq, limitDeciA }: Ordered) => ({
  ...{ order: { epoch: Number(epoch), seq: Number(seq) }, limit: deciAmps(limitDeciA) },
});

const attemptFromWire = ({ commandId, ...wire }: dispatchStateV1.LeaseAttempt): LeaseAttempt => ({
  commandId: commandId === '' ? undefined : commandId,
  ...orderFromWire(wire),
  transactionId: transactionId(wire.transactionId),
  untilMs: Number(wire.untilMs),
  answerDueMs: undefined,
  ...(wire.stray ? { isStray: true } : {}),
});

const acknowledgedFromWire = (wire: dispatchStateV1.AcknowledgedLease): AcknowledgedLease => ({
  ...orderFromWire(wire),
  transactionId: transactionId(wire.transactionId),
  untilMs: Number(wire.untilMs),
  answeredAtMs: Number(wire.answeredAtMs),
});

const unsettledFromWire = (wire: dispatchStateV1.UnsettledLimit): UnsettledLimit => ({
  limit: deciAmps(wire.limitDeciA),
  untilMs: Number(wire.untilMs),
  transactionId: transactionFromWire(wire.transactionId),
  provableFromMs: Number(wire.provableFromMs),
  ...(wire.stray ? { isStray: true } : {}),
});

const sampleFromWire = (wire: dispatchStateV1.DrawSample): Sample => ({
  draw: deciAmps(wire.drawDeciA),
  transactionId: transactionFromWire(wire.transactionId),
  offered: wire.offeredDeciA === undefined ? undefined : deciAmps(wire.offeredDeciA),
  sampledAtMs: Number(wire.sampledAtMs),
});

const evidenceFromWire = (wire: dispatchStateV1.PhaseEvidence): PhaseEvidence => ({
  transactionId: transactionId(wire.transactionId),
  lastAtMs: Number(wire.lastAtMs),
  carried: phasesFromWire(wire.carried),
  silent: phasesFromWire(wire.silent),
  provenFromMs: Number(wire.provenFromMs),
  supportedAtMs: Number(wire.supportedAtMs),
  ...(wire.run === undefined
    ? {}
    : {
        run: {
          silent: phasesFromWire(wire.run.silent),
          firstAtMs: Number(wire.run.firstAtMs),
          lastAtMs: Number(wire.run.lastAtMs),
          samples: wire.run.samples,
        },
      }),
  mostVoltageV: wire.mostVoltageV,
});

const backoffFromWire = ({ failures, notBeforeMs, limitDeciA }: dispatchStateV1.Backoff): Backoff => ({
  ...{ failures, notBeforeMs: Number(notBeforeMs), limit: deciAmps(limitDeciA) },
});

const decisionFromWire = (wire: dispatchStateV1.DecisionSnapshot): Decision => ({
  epoch: Number(wire.epoch),
  seq: Number(wire.seq),
  validUntilMs: Number(wire.validUntilMs),
  targets: new Map(
    wire.targets.map((target) => [
      evseId(stationId(target.stationId), target.evse),
      { limit: deciAmps(target.limitDeciA), transactionId: transactionFromWire(target.transactionId) },
    ]),
  ),
});

function readingFromWire({ meterId, current, sampledAtMs, receivedAtMs }: dispatchStateV1.MeterSnapshot): MeterReading {
  return {
    meterId,
    current: perPhase((phase) => {
      const value = current?.[`${phase}DeciA`];
      if (value === undefined) throw new RangeError(`the reading of meter ${meterId} lacks ${phase}`);
      return deciAmps(value);
    }),
    sampledAtMs: Number(sampledAtMs),
    receivedAtMs: Number(receivedAtMs),
  };
}

const maybe = (value: bigint | undefined): number | undefined => (value === undefined ? undefined : Number(value));
