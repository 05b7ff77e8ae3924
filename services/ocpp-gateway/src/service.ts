import { assertNever } from '@headroom/kernel';
import type { StationRequest } from '@headroom/ocpp';
import type { HandlerDeps, Reply, RequestOrigin } from './app/handler.ts';
import { onAuthorize } from './app/on-authorize.ts';
import { onBoot } from './app/on-boot.ts';
import { onChargingLimit } from './app/on-charging-limit.ts';
import { onProfilesReported } from './app/on-profiles-reported.ts';
import { onSchedulePulled } from './app/on-schedule-pulled.ts';
import { onStatus } from './app/on-status.ts';
import { onTransactionMessage } from './app/on-transaction-message.ts';

/**
 * What arrives, and who deals with it:
 *
 *   upgrade /ocpp/{stationId}  -> admitStation -> openConnection   -> station.facts connected, route:*
 *   frame                      -> onFrame -> the table below, or outbound.answered -> station.facts command_answered
 *   rpc SendBatch              -> sendBatch    -> outbound.command -> the socket, behind the fence
 *   timer, ping period         -> keepAlive    -> pings, dead sockets, routes, stations that moved
 *   timer, 1 s                 -> recorder     -> facts that wait for the log; sockets closed while nothing is durable
 *
 * Requests of stations, in both versions:
 */
export function route(deps: HandlerDeps, origin: RequestOrigin, request: StationRequest): Reply | Promise<Reply> {
  switch (request.kind) {
    case 'boot':
      return onBoot(deps, origin, request);
    case 'heartbeat':
      return { kind: 'answer', answer: { kind: 'heartbeat', nowMs: deps.clock.nowMs() } };
    case 'status':
      return onStatus(deps, origin, request);
    case 'authorize':
      return onAuthorize(deps, origin, request.idToken);
    case 'data-transfer':
      // No vendor's extension is known here (H74).
      return { kind: 'answer', answer: { kind: 'unknown-vendor' } };
    case 'charging-limit-notified':
    case 'charging-limit-cleared':
      return onChargingLimit(deps, origin, request);
    case 'profiles-reported':
      return onProfilesReported(deps, origin, request);
    case 'schedule-pulled':
      return onSchedulePulled(deps, origin, request);
    case 'transaction-started':
    case 'transaction-updated':
    case 'transaction-ended':
    case 'meter-values':
      return onTransactionMessage(deps, origin, request);
    default:
      return assertNever(request);
  }
}
