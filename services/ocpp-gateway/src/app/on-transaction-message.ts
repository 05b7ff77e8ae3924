import type { AuthorizationStatus, StationAnswer, TransactionMessage } from '@headroom/ocpp';
import { transactionContentKey } from '../domain/content-key.ts';
import type { FactBody } from '../domain/facts.ts';
import { transactionNumber } from '../domain/transaction-number.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';
import { stationFact } from './connection-facts.ts';

/**
 * StartTransaction, StopTransaction, MeterValues, TransactionEvent: durable before they are answered (R5, I1), stored even
 * before boot (I8), never refused for a rule of business (R10). A repeat gets the answer of the first, and does nothing (I7).
 */
export async function onTransactionMessage(
  deps: HandlerDeps,
  origin: RequestOrigin,
  message: TransactionMessage,
): Promise<Reply> {
  const { stationId } = origin.connection;
  if (message.kind === 'transaction-ended') origin.connection.lastLimits.transactionEnded(message.transactionId);
  const idToken = message.kind === 'meter-values' ? undefined : message.idToken;
  const idTokenHash = idToken === undefined ? '' : deps.digests.idTokenHash(idToken);
  const eventId = deps.digests.sha256Hex(transactionContentKey(stationId, message, idTokenHash, origin.receivedAtMs));
  const repeated = deps.answers.get(eventId);
  if (repeated !== undefined) return { kind: 'answer', answer: repeated };

  const authorization = idToken === undefined ? undefined : await deps.authorize(stationId, idTokenHash, origin.span);
  const transactionId = message.transactionId ?? String(transactionNumber(deps.digests.transactionHmac(eventId)));
  const body = bodyOf(message, { transactionId, idTokenHash, authorization });
  const outcome = await deps.recorder.record(stationFact(deps.digests, origin, body, eventId));
  // I3: no answer. The station keeps the message, and sends it again.
  if (outcome === 'unavailable') return { kind: 'silence' };
  if (outcome === 'refused') return { kind: 'refuse', refusal: { kind: 'internal' } };
  const answer = answerOf(message, transactionId, authorization);
  deps.answers.set(eventId, answer);
  return { kind: 'answer', answer };
}

function answerOf(
  message: TransactionMessage,
  transactionId: string,
  authorization: AuthorizationStatus | undefined,
): StationAnswer {
  if (message.kind === 'meter-values') return { kind: 'acknowledged' };
  return { kind: 'transaction-acknowledged', transactionId, ...(authorization === undefined ? {} : { authorization }) };
}

interface Told {
  readonly transactionId: string;
  readonly idTokenHash: string;
  readonly authorization: AuthorizationStatus | undefined;
}

function bodyOf(message: TransactionMessage, told: Told): FactBody {
  switch (message.kind) {
    case 'transaction-started':
      return {
        kind: 'transaction-started',
        message: withoutToken(message),
        transactionId: told.transactionId,
        idTokenHash: told.idTokenHash,
        authorized: told.authorization === 'accepted',
      };
    case 'transaction-updated':
      return { kind: 'transaction-updated', message: withoutToken(message) };
    case 'transaction-ended':
      return { kind: 'transaction-ended', message: withoutToken(message) };
    case 'meter-values':
      return { kind: 'meter-values-reported', message };
  }
}

function withoutToken<M extends { readonly idToken?: string }>(message: M): Omit<M, 'idToken'> {
  if (message.idToken === undefined) return message;
  const { idToken: _, ...rest } = message;
  return rest;
}
