import { createHash, timingSafeEqual } from 'node:crypto';
import { type Answer, problem } from './problem.ts';

export interface AccessRules {
  readonly loopback: boolean;
  /** The port we really listen on. */
  readonly port: () => number;
  readonly bearerToken: string | undefined;
}

export interface AccessRequest {
  /** The route it matched, as registered; undefined: none. Never the path itself, which has many spellings. */
  readonly route: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const HTTP_PORT = 80;
/** What needs no token anywhere: the files of the page, and the questions of a supervisor. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/*', '/healthz', '/readyz']);

/**
 * Why a request is not let in, or undefined.
 * On loopback any page in the browser of this machine could call us: by its own name resolved to 127.0.0.1 (so Host must
 * be ours), or across origins (so Origin must be ours). Elsewhere a bearer token guards the API.
 */
export function refusedAccess(rules: AccessRules, request: AccessRequest): Answer | undefined {
  if (rules.loopback) return refusedOnLoopback(rules.port(), request);
  if (request.origin !== undefined && !/^https?:\/\//.test(request.origin)) return foreignOrigin();
  if (request.origin !== undefined && request.origin.replace(/^https?:\/\//, '') !== request.host)
    return foreignOrigin();
  if (request.route !== undefined && OPEN_ROUTES.has(request.route)) return undefined;
  if (rules.bearerToken !== undefined && carries(request.authorization, rules.bearerToken)) return undefined;
  return problem(401, 'This console asks for a bearer token.', { headers: { 'www-authenticate': 'Bearer' } });
}

function refusedOnLoopback(port: number, request: AccessRequest): Answer | undefined {
  const ours = LOOPBACK_NAMES.flatMap((name) => (port === HTTP_PORT ? [name, `${name}:${port}`] : [`${name}:${port}`]));
  if (!ours.includes(request.host?.toLowerCase() ?? '')) {
    return problem(
      403,
      'The Host of this request is not this console; open it by 127.0.0.1 or localhost and its port.',
    );
  }
  if (request.origin === undefined || ours.some((name) => request.origin === `http://${name}`)) return undefined;
  return foreignOrigin();
}

const foreignOrigin = (): Answer => problem(403, 'The request comes from a page of another origin.');

/** Compared in constant time, whatever the lengths. */
function carries(authorization: string | undefined, token: string): boolean {
  const [, presented] = /^Bearer ([^\s]{1,512})$/i.exec(authorization ?? '') ?? [];
  if (presented === undefined) return false;
  return timingSafeEqual(digest(presented), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** On every answer. The page is made of our own files only. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};
