import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** The registry's word on a token; nothing is recorded, the transaction that follows is. */
export async function onAuthorize(deps: HandlerDeps, origin: RequestOrigin, idToken: string): Promise<Reply> {
  const status = await deps.authorize(origin.connection.stationId, deps.digests.idTokenHash(idToken));
  return { kind: 'answer', answer: { kind: 'authorized', status } };
}
