import { type EpochMs, err, ok, type Result } from '@headroom/kernel';
import type { Problem } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { HashIdToken, Registry } from '../ports.ts';

export interface TokenWish {
  readonly idToken: string;
  readonly status: 'accepted' | 'blocked';
  readonly validUntilMs?: EpochMs;
  readonly label: string;
}

export interface PutTokenDeps {
  readonly registry: Registry;
  readonly events: ConsoleEvents;
  readonly hashIdToken: HashIdToken;
}

/** Admits or blocks a token. Only its hash goes on from here. */
export async function putToken(deps: PutTokenDeps, wish: TokenWish): Promise<Result<void, readonly Problem[]>> {
  const { idToken, ...rest } = wish;
  if (rest.label.includes(idToken)) {
    const detail = 'The label must not contain the token: labels are stored readable.';
    return err([{ code: 'token-in-label', detail, pointer: '/label' }]);
  }
  const idTokenHash = deps.hashIdToken(idToken);
  await deps.registry.putToken({ ...rest, idTokenHash });
  deps.events.tokenPut(idTokenHash, rest.status);
  return ok(undefined);
}
