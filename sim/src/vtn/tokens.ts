import { createHash, timingSafeEqual } from 'node:crypto';
import { type Clock, err, type IdSource, ok, type Result } from '@headroom/kernel';
import { SCOPES } from './access.ts';
import { type Answer, type Refusal, refusal } from './answer.ts';
import { CLIENTS_MAX, TOKEN_LIFETIME_S, TOKENS_PER_CLIENT_MAX } from './bounds.ts';
import type { Principal, Role } from './vtn-object.ts';

export interface VtnClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly role: Role;
}

export interface Tokens {
  /** OAuth2 client credentials, form-encoded. A wrong secret is a 401, any other fault a 400, in the words of RFC 6749. */
  issue(form: URLSearchParams): Answer;
  principalOf(authorization: string | undefined): Result<Principal, Refusal>;
  /** Every token ends now, as after a restart of an authorization server. */
  endAll(): void;
}

interface Token {
  readonly text: string;
  readonly endsAtMonoMs: number;
}

/** The standard wants a token not to be stored by anybody on the way (RFC 6749, 5.1). */
const NO_STORE = { 'cache-control': 'no-store' };
const oauthError = (status: number, error: string): Answer => ({ status, body: { error }, headers: NO_STORE });
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function createTokens(config: {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly clients: readonly VtnClient[];
  /** Seconds of clock time. */
  readonly lifetimeS?: number;
}): Tokens {
  const { clock, ids, clients, lifetimeS = TOKEN_LIFETIME_S } = config;
  if (clients.length > CLIENTS_MAX) throw new RangeError(`more than ${CLIENTS_MAX} clients`);
  /** The oldest first. */
  const tokens = new Map<VtnClient, Token[]>(clients.map((client) => [client, []]));

  const clientOf = (form: URLSearchParams): VtnClient | undefined => {
    const secret = digest(form.get('client_secret') ?? '');
    const client = clients.find(({ clientId }) => clientId === form.get('client_id'));
    return client !== undefined && timingSafeEqual(digest(client.clientSecret), secret) ? client : undefined;
  };

  return {
    issue(form) {
      if (form.get('grant_type') === null || form.get('client_id') === null) return oauthError(400, 'invalid_request');
      if (form.get('grant_type') !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');
      const client = clientOf(form);
      if (client === undefined) return oauthError(401, 'invalid_client');
      const scopes = SCOPES[client.role];
      const wanted = (form.get('scope') ?? '').split(' ').filter((each) => each !== '');
      if (!wanted.every((each) => scopes.includes(each))) return oauthError(400, 'invalid_scope');
      const token: Token = { text: ids.next(), endsAtMonoMs: clock.monoMs() + lifetimeS * 1_000 };
      tokens.set(client, [...(tokens.get(client) ?? []), token].slice(-TOKENS_PER_CLIENT_MAX));
      const body = {
        access_token: token.text,
        token_type: 'Bearer',
        expires_in: lifetimeS,
        scope: scopes.join(' '),
      };
      return { status: 200, body, headers: NO_STORE };
    },
    principalOf(authorization) {
      const text = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (text === undefined) return err(refusal(401, 'A bearer token is missing.'));
      const now = clock.monoMs();
      for (const [{ clientId, role }, held] of tokens) {
        if (held.some((each) => each.text === text && each.endsAtMonoMs > now)) return ok({ clientId, role });
      }
      return err(refusal(401, 'The token is unknown or has ended.'));
    },
    endAll() {
      for (const client of tokens.keys()) tokens.set(client, []);
    },
  };
}
