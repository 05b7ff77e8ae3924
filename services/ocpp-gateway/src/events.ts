import { isTold } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics, SILENT_METRICS } from '@headroom/telemetry';
import type { Refusal } from './domain/admission.ts';
import type { CommandStatus, FrameRefusedReason } from './domain/facts.ts';

/** How a call of a station ended. `silent`: what it asks to acknowledge was not durable. */
export type CallOutcome = 'answered' | 'refused' | 'silent';

/** Telemetry of this service, one function per business event. An ordinary message is counted, and not logged (OW-68). */
export interface GatewayEvents {
  listening(address: string): void;
  stationRefused(stationId: string, refusal: Refusal): void;
  stationSuperseded(stationId: string, generation: number): void;
  /** `traceId`, here and below: where it is traced. */
  stationFlooded(stationId: string, why: string, traceId: string | undefined): void;
  configurationRefused(stationId: string, detail: string): void;
  /** It was asked to boot, and refused: it is taken for one that booted. */
  stationLetInUnbooted(stationId: string): void;
  recordingLost(waitedMs: number): void;
  recordingBack(): void;
  factDropped(traceId: string | undefined): void;
  routeNotWritten(detail: string): void;
  handlerFailed(stationId: string, detail: string, traceId: string | undefined): void;
  epochsUnknown(detail: string): void;
  /** The log failed in a way that no outage explains. */
  logBroken(detail: string): void;
  inboxRelayed(count: number): void;
  inboxNotRelayed(detail: string): void;
  /** Another gateway has a newer connection of this station. */
  stationElsewhere(stationId: string, generation: number): void;
  frameRefused(reason: FrameRefusedReason): void;
  /** A call of a station. `action`: one that is known, or `unknown`. */
  callEnded(action: string, outcome: CallOutcome, tookMs: number): void;
  /** What the fence said of a command. */
  commandJudged(verdict: string): void;
  /** `tookMs`: since it came to this gateway. */
  commandAnswered(status: CommandStatus, tookMs: number): void;
}

const MS_PER_S = 1_000;

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): GatewayEvents {
  const count = countersOn(metrics);
  // While the live state is away each station has one: told at 1, 2, 4, 8, ...
  let unwrittenRoutes = 0;
  return {
    listening: (address) => logger.info('stations-welcome', { address }),
    stationRefused: (stationId, refusal) => {
      count.refusal(refusal).add();
      logger.warn('station-refused', { stationId, refusal });
    },
    stationSuperseded: (stationId, generation) => {
      count.superseded.add();
      logger.info('station-superseded', { stationId, generation });
    },
    stationFlooded: (stationId, why, traceId) => logger.warn('station-flooded', { stationId, why, traceId }),
    configurationRefused: (stationId, detail) => logger.warn('station-configuration-refused', { stationId, detail }),
    stationLetInUnbooted: (stationId) => logger.info('station-let-in-unbooted', { stationId }),
    recordingLost: (waitedMs) => {
      count.recordingLost(true);
      logger.error('recording-lost', { waitedMs });
    },
    recordingBack: () => {
      count.recordingLost(false);
      logger.info('recording-back');
    },
    factDropped: (traceId) => {
      count.dropped.add();
      logger.error('facts-dropped', { count: 1, traceId });
    },
    routeNotWritten: (detail) => {
      unwrittenRoutes += 1;
      if (isTold(unwrittenRoutes)) logger.warn('route-not-written', { detail, times: unwrittenRoutes });
    },
    handlerFailed: (stationId, detail, traceId) => logger.error('handler-failed', { stationId, detail, traceId }),
    epochsUnknown: (detail) => logger.warn('epochs-unknown', { detail }),
    logBroken: (detail) => logger.error('log-broken', { detail }),
    inboxRelayed: (records) => {
      count.relayed.add(records);
      logger.info('inbox-relayed', { count: records });
    },
    inboxNotRelayed: (detail) => logger.warn('inbox-not-relayed', { detail }),
    stationElsewhere: (stationId, generation) => {
      count.superseded.add();
      logger.info('station-elsewhere', { stationId, generation });
    },
    frameRefused: (reason) => count.frame(reason).add(),
    callEnded: (action, outcome, tookMs) => {
      const call = count.call(action);
      call[outcome].add();
      call.seconds.record(tookMs / MS_PER_S);
    },
    commandJudged: (verdict) => count.verdict(verdict).add(),
    commandAnswered: (status, tookMs) => {
      const answer = count.answer(status);
      answer.times.add();
      answer.seconds.record(tookMs / MS_PER_S);
    },
  };
}

function countersOn(metrics: Metrics) {
  let isLost = false;
  metrics.observe('headroom_recording_lost', {}, () => (isLost ? 1 : 0));
  const called = (action: string, outcome: CallOutcome) =>
    metrics.counter('headroom_ocpp_calls_total', { action, outcome });
  return {
    recordingLost: (lost: boolean) => {
      isLost = lost;
    },
    refusal: byLabel((reason) => metrics.counter('headroom_ocpp_connections_refused_total', { reason })),
    superseded: metrics.counter('headroom_ocpp_connections_superseded_total', {}),
    dropped: metrics.counter('headroom_facts_dropped_total', {}),
    relayed: metrics.counter('headroom_inbox_relayed_records_total', {}),
    frame: byLabel((reason) => metrics.counter('headroom_ocpp_frames_refused_total', { reason })),
    call: byLabel((action) => ({
      answered: called(action, 'answered'),
      refused: called(action, 'refused'),
      silent: called(action, 'silent'),
      seconds: metrics.histogram('headroom_ocpp_answer_seconds', { action }),
    })),
    verdict: byLabel((verdict) => metrics.counter('headroom_ocpp_commands_total', { verdict })),
    answer: byLabel((status) => ({
      times: metrics.counter('headroom_ocpp_command_answers_total', { status }),
      seconds: metrics.histogram('headroom_ocpp_command_seconds', { status }),
    })),
  };
}
