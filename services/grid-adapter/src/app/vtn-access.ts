import { type Clock, err, ok, type Result } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import { isObject, rootPlace } from '../domain/place.ts';
import type { Unread, VtnHttp, VtnReply, VtnRequest } from '../ports.ts';

/** A token is asked for again after so long, whatever its VTN says of its life. */
export const TOKEN_LIFE_MAX_MS = 3_600_000;
/** Where it says nothing that makes sense. */
export const TOKEN_LIFE_USUAL_MS = 300_000;
/** So long before its end it is not used any more. */
const TOKEN_MARGIN_MS = 5_000;
export const TOKEN_CHARS_MAX = 8_192;

/** 404 is an answer where one object is asked for. */
export type VtnAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  | { readonly kind: 'not-there' }
  | { readonly kind: 'unreadable'; readonly why: Unread };

/** What is wrong with an answer, or with a part of one, to be put behind its name. */
export const unreadWords = (unread: Unread): string =>
  unread.kind === 'too-large' ? `has more than ${unread.mostBytes} bytes` : 'is no JSON';

export interface VtnAccess {
  /** `path` with its query, below the base. */
  get(path: string): Promise<Result<VtnAnswer, string>>;
  /** Writes; the status is for the caller to judge. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, json?: object): Promise<Result<VtnReply, string>>;
}

export interface AccessDeps {
  readonly source: Pick<GridSourceConfig, 'url' | 'credentials' | 'tokenUrl'>;
  readonly http: VtnHttp;
  readonly clock: Pick<Clock, 'monoMs'>;
}

/** Requests with a token, which is renewed before its end and once when it is refused (DR-N5). */
export function createVtnAccess({ source, http, clock }: AccessDeps): VtnAccess {
  let token: { readonly text: string; readonly untilMonoMs: number } | undefined;

  const bearer = async (): Promise<Result<string | undefined, string>> => {
    if (source.credentials === undefined) return ok(undefined);
    if (token !== undefined && clock.monoMs() < token.untilMonoMs) return ok(token.text);
    const tokenUrl = await tokenUrlOf({ source, http });
    if (tokenUrl.kind === 'err') return tokenUrl;
    const { clientId, clientSecret } = source.credentials;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const reply = await http.ask({ url: tokenUrl.value, form });
    if (reply.kind === 'err') return err(`No token: ${reply.error}`);
    const { status, unread } = reply.value;
    if (status !== 200) return err(`No token: the answer has status ${status}.`);
    if (unread !== undefined) return err(`No token: the answer ${unreadWords(unread)}.`);
    const text = textAt(reply.value.body, 'access_token');
    // What a header cannot carry is no token.
    if (text === undefined || !/^[\x21-\x7e]+$/.test(text) || text.length > TOKEN_CHARS_MAX)
      return err('No token: the answer holds none that can be sent.');
    token = { text, untilMonoMs: clock.monoMs() + lifeMs(reply.value.body) - TOKEN_MARGIN_MS };
    return ok(text);
  };

  const once = async (path: string, request: Omit<VtnRequest, 'url'>) => {
    const held = await bearer();
    if (held.kind === 'err') return held;
    const authorization = held.value === undefined ? {} : { bearer: held.value };
    return http.ask({ ...request, url: `${source.url}${path}`, ...authorization });
  };
  const ask = async (path: string, request: Omit<VtnRequest, 'url'> = {}) => {
    const reply = await once(path, request);
    if (reply.kind === 'err' || reply.value.status !== 401) return reply;
    token = undefined;
    if (source.credentials === undefined) return reply;
    const again = await once(path, request);
    if (again.kind === 'ok' && again.value.status === 401) token = undefined;
    return again;
  };

  return {
    async get(path) {
      const reply = await ask(path);
      if (reply.kind === 'err') return reply;
      const { status, body, unread } = reply.value;
      if (status === 200 && unread !== undefined) return ok({ kind: 'unreadable', why: unread });
      if (status === 200) return ok({ kind: 'found', body });
      if (status === 404) return ok({ kind: 'not-there' });
      return err(`The answer has status ${status}.`);
    },
    send: (method, path, json) => ask(path, { method, ...(json === undefined ? {} : { json }) }),
  };
}

/** The secret goes to no address that is neither configured nor the VTN's own. */
async function tokenUrlOf({ source, http }: Pick<AccessDeps, 'source' | 'http'>): Promise<Result<string, string>> {
  if (source.tokenUrl !== undefined) return ok(source.tokenUrl);
  const reply = await http.ask({ url: `${source.url}/auth/server` });
  if (reply.kind === 'err') return err(`No token: ${reply.error}`);
  const text = textAt(reply.value.body, 'tokenURL');
  if (reply.value.status !== 200 || text === undefined || !URL.canParse(text))
    return err(
      `No token: the VTN does not say where to get one (status ${reply.value.status}); tokenUrl can be configured.`,
    );
  if (new URL(text).origin !== new URL(source.url).origin)
    return err('No token: the VTN sends us to another host for it, which must be configured as tokenUrl.');
  return ok(text);
}

function lifeMs(body: unknown): number {
  const seconds = isObject(body) && 'expires_in' in body ? body.expires_in : undefined;
  if (typeof seconds !== 'number' || !(seconds > 0)) return TOKEN_LIFE_USUAL_MS;
  return Math.min(TOKEN_LIFE_MAX_MS, seconds * 1_000);
}

function textAt(body: unknown, key: string): string | undefined {
  const value = rootPlace(body, []).child(key)?.value;
  return typeof value === 'string' ? value : undefined;
}
