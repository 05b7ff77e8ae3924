import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** The registry's word on a token; nothing is recorded, the transaction that follows is. */
export async function onAuthorize(deps: HandlerDeps, origin: RequestOrigin, idToken: string): Promise<Reply> {
  const { connection, span } = origin;
  const status = await deps.authorize(connection.stationId, deps.digests.idTokenHash(idToken), span);
  return { kind: 'answer', answer: { kind: 'authorized', status } };
}
