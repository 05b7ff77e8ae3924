import { isTold } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics, SILENT_METRICS } from '@headroom/telemetry';
import type { CompositeChecked, EvseDisobeys, LimitResolved, ProfilesChecked } from './domain/facts.ts';
import type { LeaseEndSeen } from './domain/station-findings.ts';
import type { Finding } from './domain/held-profiles.ts';

/** What this service tells its operators. Never one line a command: failures in a row are told at 1, 2, 4, 8, ... */
export interface DispatchEvents {
  shardOpened(shard: number, epoch: number): void;
  /** `isOutbid`: another had opened a higher epoch while it was ours (HO-10). Else the group moved it, or we end: no trouble. */
  shardLost(shard: number, epoch: number, isOutbid: boolean): void;
  /** Restored from snapshots of so many sites, of so many that are configured. */
  shardRestored(shard: number, sites: number, configured: number): void;
  journalUnavailable(shard: number, cause: unknown): void;
  /** A limit that did not reach its station, or that the station refused. `traceId`, here and below: where it is traced. */
  notTaken(record: Pick<LimitResolved, 'stationId' | 'evse' | 'outcome' | 'detail'>, traceId: string | undefined): void;
  /** An EVSE draws more than it was told, or refuses 0 A where nothing else fits, and what is done about it; or it is over. Once a step. */
  disobeys(record: EvseDisobeys): void;
  /** A station holds other profiles than it should, or holds those again. */
  profilesChecked(record: ProfilesChecked): void;
  /** What the profiles of an EVSE come to, by its word, is not what it was told; or it is again. */
  compositeChecked(record: CompositeChecked): void;
  /** Leases of a model of which no pack told were seen to end: from now on they count so. */
  leaseEndSeen(record: LeaseEndSeen): void;
  /** OW-30: not ours any more, or not for certain, when they were about to leave: none of them was sent. */
  commandsWithheld(what: WithheldCommands): void;
  recordParked(topic: string, why: string, traceId: string | undefined): void;
  /** Records of the past that could not be read: they were parked when they came. */
  recordsLeftOut(count: number): void;
  gatewayFailed(call: FailedCall): void;
  /** Silent for so long that its stations count as disconnected. */
  gatewayGivenUp(gatewayAddress: string, stations: number): void;
  /** One that was given up answers again, and has closed what it still had of these connections. */
  stationsRecalled(gatewayAddress: string, stations: number): void;
  snapshotFailed(shard: number, cause: unknown): void;
  snapshotTooLarge(siteId: string, bytes: number): void;
  /** A snapshot that does not decode counts as none. */
  snapshotUnreadable(siteId: string, why: string): void;
  /** What is known of stations did not reach the live state; the next turn tells it. */
  viewsNotTold(shard: number, cause: unknown): void;
  /** A gateway's word on a command, or that there is none. */
  commandJudged(verdict: string): void;
}

export interface WithheldCommands {
  readonly shard: number;
  readonly epoch: number;
  readonly commands: number;
  readonly traceId: string | undefined;
}

/** A call to a gateway that did not succeed; `commands`: so many went with it. */
export interface FailedCall {
  readonly gatewayAddress: string;
  readonly commands: number;
  readonly why: string;
  readonly traceId: string | undefined;
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Distinct subjects whose failures are counted; beyond, the counting starts over. */
const MAX_COUNTED = 10_000;

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): DispatchEvents {
  const count = countersOn(metrics);
  const counts = new Map<string, number>();
  const sparsely = (subject: string, tell: (times: number) => void): void => {
    if (counts.size >= MAX_COUNTED) counts.clear();
    const times = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, times);
    if (isTold(times)) tell(times);
  };
  return {
    shardOpened: (shard, epoch) => logger.info('dispatch-shard-opened', { shard, epoch }),
    shardLost: (shard, epoch, isOutbid) =>
      logger[isOutbid ? 'warn' : 'info']('dispatch-shard-lost', { shard, epoch, isOutbid }),
    shardRestored: (shard, sites, configured) => logger.info('dispatch-shard-restored', { shard, sites, configured }),
    journalUnavailable: (shard, cause) => {
      count.journalFailures.add();
      sparsely(`journal ${shard}`, (times) =>
        logger.warn('dispatch-journal-unavailable', { shard, times, cause: textOf(cause) }),
      );
    },
    notTaken: ({ stationId, evse, outcome, detail }, traceId) => {
      count.notTaken(outcome).add();
      sparsely(`${stationId}/${evse} ${outcome}`, (times) =>
        logger.warn('dispatch-limit-not-taken', { stationId, evse, outcome, detail, times, traceId }),
      );
    },
    disobeys: (record) => {
      const counters = record.refusesZero === true ? count.refusal : count.disobedience;
      counters(record.step).add();
      tellDisobedience(logger, record);
    },
    profilesChecked: ({ stationId, findings, missing = [] }) => {
      for (const { evse, source } of missing) logger.info('dispatch-limit-of-others-gone', { stationId, evse, source });
      if (findings.length === 0) logger.info('dispatch-profiles-as-told', { stationId });
      else logger.warn('dispatch-profiles-differ', { stationId, findings: findings.map(wordsOf).join('; ') });
    },
    leaseEndSeen: ({ stationId, evse, identity, isKept }) =>
      isKept === true
        ? logger.warn('dispatch-lease-kept', { stationId, evse, ...identity })
        : logger.info('dispatch-lease-end-seen', { stationId, evse, ...identity }),
    compositeChecked: ({ stationId, evse, findings, says, atMost }) => {
      if (findings.length === 0) return logger.info('dispatch-composite-as-told', { stationId, evse, says });
      const atMostA = atMost === undefined ? {} : { atMostA: atMost / 10 };
      return logger.warn('dispatch-composite-differs', {
        stationId,
        evse,
        findings: findings.join('; '),
        says,
        ...atMostA,
      });
    },
    commandsWithheld: (what) => {
      count.withheld.add(what.commands);
      sparsely(`withheld ${what.shard}/${what.epoch}`, (times) =>
        logger.warn('dispatch-commands-withheld', { ...what, times }),
      );
    },
    recordParked: (topic, why, traceId) => logger.error('dispatch-record-parked', { topic, why, traceId }),
    recordsLeftOut: (count) => logger.warn('dispatch-records-left-out', { count }),
    gatewayFailed: (call) => {
      count.gatewayFailures.add();
      sparsely(`gateway ${call.gatewayAddress}`, (times) => logger.warn('dispatch-gateway-failed', { ...call, times }));
    },
    stationsRecalled: (gatewayAddress, stations) =>
      logger.info('dispatch-stations-recalled', { gatewayAddress, stations }),
    gatewayGivenUp: (gatewayAddress, stations) => {
      count.givenUp.add();
      logger.error('dispatch-gateway-given-up', { gatewayAddress, stations });
    },
    snapshotFailed: (shard, cause) =>
      sparsely(`snapshot ${shard}`, (times) =>
        logger.warn('dispatch-snapshot-failed', { shard, times, cause: textOf(cause) }),
      ),
    snapshotTooLarge: (site, bytes) =>
      sparsely(`large ${site}`, (times) => logger.error('dispatch-snapshot-too-large', { siteId: site, bytes, times })),
    snapshotUnreadable: (site, why) => logger.error('dispatch-snapshot-unreadable', { siteId: site, why }),
    viewsNotTold: (shard, cause) =>
      sparsely(`views ${shard}`, (times) =>
        logger.warn('dispatch-views-not-told', { shard, times, cause: textOf(cause) }),
      ),
    commandJudged: (verdict) => count.verdict(verdict).add(),
  };
}

/** "foreign TxDefaultProfile 77, level 3, EVSE 1, allows more": for people. */
const wordsOf = ({ kind, purpose, profileId, stackLevel, evse, allowsMore }: Finding): string =>
  `${kind} ${purpose} ${profileId}, level ${stackLevel}, EVSE ${evse}${allowsMore ? ', allows more' : ''}`;

function tellDisobedience(logger: Logger, record: EvseDisobeys): void {
  const { stationId, evse, step, told, draw, sinceMs, atMs, refusesZero } = record;
  const of = { stationId, evse, toldA: told / 10, drawsA: draw / 10, forMs: atMs - sinceMs };
  const fields = refusesZero === true ? { ...of, refusesZero } : of;
  if (step === 'obeys') logger.info('dispatch-evse-obeys-again', fields);
  else if (step === 'alarm') logger.error('dispatch-evse-disobeys', { ...fields, step });
  else logger.warn('dispatch-evse-disobeys', { ...fields, step });
}

const countersOn = (metrics: Metrics) => ({
  verdict: byLabel((verdict) => metrics.counter('headroom_commands_total', { verdict })),
  notTaken: byLabel((outcome) => metrics.counter('headroom_limits_not_taken_total', { outcome })),
  disobedience: byLabel((step) => metrics.counter('headroom_disobedience_steps_total', { step, why: 'draws-more' })),
  refusal: byLabel((step) => metrics.counter('headroom_disobedience_steps_total', { step, why: 'refuses-zero' })),
  withheld: metrics.counter('headroom_commands_withheld_total', {}),
  gatewayFailures: metrics.counter('headroom_gateway_calls_failed_total', {}),
  givenUp: metrics.counter('headroom_gateways_given_up_total', {}),
  journalFailures: metrics.counter('headroom_journal_failures_total', {}),
});
