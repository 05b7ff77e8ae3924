import { err, ok, type Result } from '@headroom/kernel';
import type { Json } from '../domain/test-support/events.ts';
import type { VtnHttp, VtnReply, VtnRequest } from '../ports.ts';

export const VTN_URL = 'http://127.0.0.1:7/openadr3';

/** A VTN behind the port: pages, targets and tokens, no HTTP. */
export interface FakeVtn extends VtnHttp {
  programs: readonly Json[];
  events: readonly Json[];
  /** Given: every request gets this. */
  trouble: Result<VtnReply, string> | undefined;
  /** Given: requests whose path begins so get it instead. */
  readonly instead: Map<string, Result<VtnReply, string>>;
  /** Tokens that hold; undefined: none is asked for. */
  tokens: Set<string> | undefined;
  tokenReply: Json;
  /** Ids of events that make any answer too large. */
  readonly large: Set<string>;
  /** Ids of events that make any answer no JSON. */
  readonly garbled: Set<string>;
  readonly requests: VtnRequest[];
  /** Requests that wait until it resolves. */
  gate: Promise<void>;
}

export function fakeVtn(): FakeVtn {
  const reply = (body: unknown, status = 200): Result<VtnReply, string> => ok({ status, body });
  const vtn: FakeVtn = {
    ...{ programs: [], events: [], trouble: undefined, instead: new Map(), tokens: undefined },
    ...{ tokenReply: { access_token: 't1', expires_in: 3_600 }, requests: [], gate: Promise.resolve() },
    ...{ large: new Set(), garbled: new Set() },
    async ask(request) {
      vtn.requests.push(request);
      await vtn.gate;
      if (vtn.trouble !== undefined) return vtn.trouble;
      const path = request.url.startsWith(VTN_URL) ? request.url.slice(VTN_URL.length) : '';
      if (path === '') return err('There is no whole answer (ECONNREFUSED).');
      for (const [prefix, answer] of vtn.instead) if (path.startsWith(prefix)) return answer;
      if (path === '/auth/server') return reply({ tokenURL: `${VTN_URL}/auth/token` });
      if (path === '/auth/token') return reply(vtn.tokenReply);
      if (vtn.tokens !== undefined && !vtn.tokens.has(request.bearer ?? '')) return reply(undefined, 401);
      return objects(path);
    },
  };
  const holds = (ids: ReadonlySet<string>, all: readonly Json[]) => all.some(({ id }) => ids.has(String(id)));
  const unreadable = (all: readonly Json[]): Result<VtnReply, string> | undefined =>
    holds(vtn.garbled, all)
      ? ok({ status: 200, body: undefined, unread: { kind: 'no-json' } })
      : holds(vtn.large, all)
        ? ok({ status: 200, body: undefined, unread: { kind: 'too-large', mostBytes: 1_000 } })
        : undefined;
  const objects = (path: string): Result<VtnReply, string> => {
    const [route = '', text = ''] = path.split('?');
    const query = new URLSearchParams(text);
    const [, family, id] = route.split('/');
    const all = family === 'programs' ? vtn.programs : family === 'events' ? vtn.events : [];
    if (id !== undefined) {
      const found = all.find((each) => each['id'] === decodeURIComponent(id));
      return found === undefined ? reply(undefined, 404) : (unreadable([found]) ?? reply(found));
    }
    const asked = query.getAll('targets');
    const program = query.get('programID');
    const shown = all.filter((each) => {
      const targets = Array.isArray(each['targets']) ? each['targets'] : [];
      const isForUs = asked.length === 0 ? targets.length === 0 : targets.some((one) => asked.includes(String(one)));
      return isForUs && (program === null || each['programID'] === program);
    });
    const skip = Number(query.get('skip') ?? 0);
    const page = shown.slice(skip, skip + Number(query.get('limit') ?? 50));
    return unreadable(page) ?? reply(page);
  };
  return vtn;
}
