import { registryV1 } from '@headroom/contracts';
import { assertNever, siteId } from '@headroom/kernel';
import type { Problem } from '../../domain/problem.ts';
import type { Transaction } from '../../domain/session.ts';
import type { SiteDecision } from '../../domain/site.ts';
import type { Authorization } from '../../domain/token.ts';
import { MAX_LIST_ROWS, type SessionListing } from '../../ports.ts';
import { saidBatteryTo } from '../wire/said-battery.ts';
import { configFromSite } from '../wire/site-config.ts';

const DEFAULT_LIST_ROWS = 100;

export const rows = (limit: number): number => Math.min(limit === 0 ? DEFAULT_LIST_ROWS : limit, MAX_LIST_ROWS);
export const given = (text: string): string | undefined => (text === '' ? undefined : text);
export const givenSite = (text: string) => (text === '' ? undefined : siteId(text));
const whole = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));

export const problemsTo = (problems: readonly Problem[]): registryV1.Problem[] => problems.map((each) => ({ ...each }));

export const siteDecisionTo = (decision: SiteDecision): registryV1.PutSiteResponse =>
  decision.kind === 'refused'
    ? { problems: problemsTo(decision.problems), site: undefined }
    : { problems: [], site: configFromSite(decision.site) };

export function authorizationTo(answer: Authorization): registryV1.AuthorizationStatus {
  switch (answer) {
    case 'accepted':
      return registryV1.AuthorizationStatus.ACCEPTED;
    case 'blocked':
      return registryV1.AuthorizationStatus.BLOCKED;
    case 'expired':
      return registryV1.AuthorizationStatus.EXPIRED;
    case 'invalid':
      return registryV1.AuthorizationStatus.INVALID;
    default:
      return assertNever(answer);
  }
}

export const sessionTo = ({ session, energyWh, transactionIds }: SessionListing): registryV1.Session => ({
  sessionId: session.sessionId,
  siteId: session.siteId ?? '',
  stationId: session.stationId,
  evse: session.evse,
  startedAtMs: BigInt(session.startedAtMs),
  endedAtMs: whole(session.endedAtMs),
  energyWh: whole(energyWh),
  requestedEnergyWh: whole(session.request?.energyWh),
  departureAtMs: whole(session.request?.departureAtMs),
  transactionIds: [...transactionIds],
  battery: session.request?.battery && saidBatteryTo(session.request.battery),
});

/** An orphan has no start of its own: it is placed by its end. */
export function transactionTo(transaction: Transaction): registryV1.Transaction {
  const begun = transaction.state === 'orphan' ? undefined : transaction;
  const stop = transaction.state === 'open' ? undefined : transaction;
  return {
    transactionId: transaction.transactionId,
    stationId: transaction.stationId,
    evse: transaction.evse,
    sessionId: begun?.sessionId ?? '',
    startedAtMs: BigInt(begun?.startedAtMs ?? stop?.endedAtMs ?? 0),
    endedAtMs: whole(stop?.endedAtMs),
    meterStartWh: whole(begun?.meterStartWh),
    meterStopWh: whole(stop?.meterStopWh),
    authorized: begun?.authorized ?? false,
    stopReason: stop?.stopReason ?? '',
  };
}
