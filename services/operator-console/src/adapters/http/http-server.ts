import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ConsoleEvents } from '../../events.ts';
import { type AccessRules, refusedAccess, SECURITY_HEADERS } from './access.ts';
import { MAX_BODY_BYTES, parseJsonBody, parseYamlBody, YAML_TYPES } from './body.ts';
import { type Answer, problem } from './problem.ts';
import type { Route } from './route.ts';
import { isRpcError, rpcProblem } from './rpc-problem.ts';
import { serveWeb } from './web-files.ts';

/** A request that takes longer to arrive is cut. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longest id in a path. */
const MAX_PARAM_LENGTH = 512;
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'] as const;

export interface HttpServerDeps {
  readonly routes: readonly Route[];
  readonly access: AccessRules;
  readonly events: ConsoleEvents;
  readonly webRoot: string;
}

/** The HTTP edge: access, bodies, routes, problems. Nothing that fails leaves without a problem document. */
export function createHttpServer(deps: HttpServerDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => void send(reply, answerTo(deps.events, error, request)),
  });
  app.removeAllContentTypeParsers();
  addParser(app, ['application/json'], parseJsonBody);
  addParser(app, YAML_TYPES, parseYamlBody);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin, authorization } = request.headers;
    const refusal = refusedAccess(deps.access, { route: request.routeOptions.url, host, origin, authorization });
    if (refusal === undefined) return;
    deps.events.requestForbidden(refusal.status === 401 ? 'token' : 'host-or-origin', host ?? '');
    return send(reply, refusal);
  });
  const streams = new Set(deps.routes.filter(isStream).map(({ path }) => fastifyPath(path)));
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    deps.events.requestAnswered(route, reply.statusCode, streams.has(route) ? undefined : reply.elapsedTime);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => send(reply, answerTo(deps.events, error, request)));
  app.setNotFoundHandler((_request, reply) => send(reply, problem(404, 'There is nothing at this address.')));
  for (const route of deps.routes) addRoute(app, route);
  refuseOtherMethods(app, deps.routes);
  serveWeb(app, deps.webRoot);
  return app;
}

function addParser(app: FastifyInstance, types: readonly string[], parse: (text: string) => unknown): void {
  app.addContentTypeParser<string>([...types], { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parse(body));
    } catch (cause) {
      done(cause instanceof Error ? cause : new Error('unknown'));
    }
  });
}

const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
const isStream = (route: Route): boolean =>
  Object.values(route.responses).some((spec) => spec.contentTypes?.includes('text/event-stream'));

function addRoute(app: FastifyInstance, route: Route): void {
  app.route({
    method: route.method,
    url: fastifyPath(route.path),
    // The head of a stream would be the stream.
    ...(route.method === 'GET' ? { exposeHeadRoute: !isStream(route) } : {}),
    handler: async (request, reply) => {
      if (request.body !== undefined && !route.yaml && isYaml(request)) {
        return send(reply, problem(415, 'This operation reads application/json.'));
      }
      const { params, query, body } = request;
      const answer = await route.run({ params, query, body, accept: request.headers.accept ?? '' });
      if (!('open' in answer)) return send(reply, answer);
      reply.hijack();
      answer.open(reply.raw);
      return reply;
    },
  });
}

const isYaml = (request: FastifyRequest): boolean => /yaml/i.test(request.headers['content-type'] ?? '');

/** 405 with what is allowed, before any body is read. */
function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, there] of byPath) {
    const allowed = new Set<string>(there.map((route) => route.method));
    if (there.some((route) => route.method === 'GET' && !isStream(route))) allowed.add('HEAD');
    const allow = [...allowed].toSorted().join(', ');
    const answer = problem(405, `This address takes ${allow}.`, { headers: { allow } });
    const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => send(reply, answer);
    app.route({
      method: METHODS.filter((method) => !allowed.has(method)),
      url: fastifyPath(path),
      onRequest: refuse,
      handler: refuse,
    });
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  // What is answered is of now: no cache may keep it.
  reply.code(answer.status).headers({ 'cache-control': 'no-store', ...answer.headers });
  if (answer.body === undefined) return reply.send();
  reply.type(answer.contentType ?? 'application/json; charset=utf-8');
  return reply.send(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
}

/** Any failure as a problem. What we did not foresee is told to the log, and not to the client. */
function answerTo(events: ConsoleEvents, error: FastifyError, request: FastifyRequest): Answer {
  if (isRpcError(error)) return rpcProblem(error);
  switch (error.code) {
    case 'MALFORMED_BODY':
      return problem(400, error.message);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem(415, 'The content type is not one that is read here: send application/json.');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem(413, `The body is larger than ${MAX_BODY_BYTES / 1_024} KiB.`);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return problem(400, 'The request is not well formed.');
    default:
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return problem(error.statusCode, 'The request cannot be answered as it stands.');
  }
  events.handlerFailed(`${request.method} ${request.routeOptions.url ?? ''}`, error.message);
  return problem(500, 'Something went wrong on our side.');
}
