import type { IdSource, Result } from '@headroom/kernel';
import { isObject, listAt, parseJson, textAt } from '../json.ts';
import { type Answer, problem, type Refusal, refusal } from './answer.ts';
import { ECHO_BYTES_MAX } from './bounds.ts';
import type { Callbacks } from './callback.ts';
import type { Catalogue } from './catalogue.ts';
import { checkContent } from './content.ts';
import { readListing } from './listing.ts';
import type { Tokens } from './tokens.ts';
import { type ObjectType, PATHS, type Principal, type VtnObject } from './vtn-object.ts';

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface ApiAnswer {
  readonly answer: Answer;
  /** Who asked, where a token said it. */
  readonly clientId?: string;
}

export interface ApiDeps {
  readonly catalogue: Catalogue;
  readonly tokens: Tokens;
  readonly callbacks: Callbacks;
  readonly ids: IdSource;
  readonly url: () => string;
}

/** The REST resources of OpenADR 3.1 (DR-N2), without the topics of MQTT. */
export function createApi(deps: ApiDeps): (request: ApiRequest) => Promise<ApiAnswer> {
  return async (request) => {
    const open = openRoute(deps, request);
    if (open !== undefined) return { answer: open };
    const by = deps.tokens.principalOf(request.authorization);
    if (by.kind === 'err') return { answer: problem(by.error) };
    const { clientId } = by.value;
    if (request.path === '/notifiers') return { clientId, answer: { status: 200, body: { WEBHOOK: true } } };
    const [, family = '', id, ...rest] = request.path.split('/');
    const type = PATHS.get(family);
    if (type === undefined || rest.length > 0 || id === '')
      return { clientId, answer: problem(refusal(404, 'There is nothing at this address.')) };
    const answer =
      id === undefined
        ? await onCollection(deps, request, { type, principal: by.value })
        : await onObject(deps, request, { type, id, principal: by.value });
    return { clientId, answer };
  };
}

function openRoute({ tokens, url }: ApiDeps, { method, path, body }: ApiRequest): Answer | undefined {
  if (path === '/auth/server')
    return method === 'GET' ? { status: 200, body: { tokenURL: `${url()}/auth/token` } } : notAllowed('GET');
  if (path === '/auth/token') return method === 'POST' ? tokens.issue(new URLSearchParams(body)) : notAllowed('POST');
  return undefined;
}

async function onCollection(
  deps: ApiDeps,
  request: ApiRequest,
  { type, principal }: { readonly type: ObjectType; readonly principal: Principal },
): Promise<Answer> {
  const { catalogue } = deps;
  if (request.method === 'GET') {
    const listing = readListing(type, request.query);
    if (listing.kind === 'err') return problem(listing.error);
    return { status: 200, body: catalogue.list(type, listing.value, principal) };
  }
  if (request.method !== 'POST') return notAllowed('GET, POST');
  const content = parseJson(request.body);
  return (await deafCallback(deps, type, content)) ?? asAnswer(catalogue.create(type, content, principal), 201);
}

async function onObject(
  deps: ApiDeps,
  request: ApiRequest,
  { principal, ...at }: { readonly type: ObjectType; readonly id: string; readonly principal: Principal },
): Promise<Answer> {
  const { catalogue } = deps;
  const targets = request.query.getAll('targets');
  switch (request.method) {
    case 'GET':
      return asAnswer(catalogue.read(at, principal, targets.length === 0 ? undefined : targets));
    case 'PUT': {
      const content = parseJson(request.body);
      return (await deafCallback(deps, at.type, content)) ?? asAnswer(catalogue.replace(at, content, principal));
    }
    case 'DELETE':
      return asAnswer(catalogue.remove(at, principal));
    default:
      return notAllowed('GET, PUT, DELETE');
  }
}

const asAnswer = (result: Result<VtnObject, Refusal>, status = 200): Answer =>
  result.kind === 'ok' ? { status, body: result.value } : problem(result.error);

/** A callback has to give back what it is asked (DR-W2): a subscription calls nobody who did not agree. */
async function deafCallback(deps: ApiDeps, type: ObjectType, content: unknown): Promise<Answer | undefined> {
  if (type !== 'SUBSCRIPTION') return undefined;
  const checked = checkContent(type, content);
  if (checked.kind === 'err') return problem(checked.error);
  for (const entry of (listAt(checked.value, 'objectOperations') ?? []).filter(isObject)) {
    const url = new URL(textAt(entry, 'callbackUrl') ?? '');
    const echo = deps.ids.next();
    url.searchParams.set('echo', echo);
    const answer = await deps.callbacks.call({ url: url.href, method: 'GET' });
    if (answer?.status !== 200 || answer.text.length > ECHO_BYTES_MAX || answer.text !== echo)
      return problem(refusal(400, 'A callbackUrl did not answer the challenge.'));
  }
  return undefined;
}

const notAllowed = (allow: string): Answer => {
  const answer = problem(refusal(405, `Only ${allow} here.`));
  return { ...answer, headers: { ...answer.headers, allow } };
};
