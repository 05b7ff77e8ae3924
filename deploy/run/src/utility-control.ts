import { type Clock, err, ok, type Result } from '@headroom/kernel';
import { importLimitEvent } from '@headroom/sim';

/** Events of one run that have not ended; the next one is refused. */
export const OPEN_EVENTS_MAX = 20;
const TIMEOUT_MS = 4_000;
const KW_MAX = 100_000;
const LENGTH_S_MAX = 14_400;
const START_IN_S_MAX = 3_600;
const MS_PER_S = 1_000;
/** A token is asked for anew so long before its end. */
const TOKEN_MARGIN_MS = 60_000;

/** What the site may draw at most, building and cars, and when. Seconds are of the clock of the run. */
export interface EventOrder {
  readonly siteId: string;
  readonly limitKw: number;
  readonly durationS: number;
  readonly startInS: number;
}

/** The control room of the utility: it writes events over the REST API of its VTN, as another program would. An error is a sentence. */
export interface UtilityControl {
  order(order: EventOrder): Promise<Result<{ readonly eventId: string }, string>>;
  /** Only what was ordered here. */
  withdraw(eventId: string): Promise<Result<object, string>>;
}

export interface UtilityControlOptions {
  readonly clock: Clock;
  /** Base of the VTN. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly programId: string;
  /** Sites of which the utility may speak. */
  readonly siteIds: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export function createUtilityControl(options: UtilityControlOptions): UtilityControl {
  const { clock, programId, siteIds } = options;
  const vtn = vtnClient(options);
  /** When each one ends. */
  const ordered = new Map<string, number>();
  const forgetEnded = (): void => {
    for (const [id, endsAtMs] of ordered) if (endsAtMs <= clock.nowMs()) ordered.delete(id);
  };
  return {
    async order(order) {
      const { siteId, limitKw, durationS, startInS } = order;
      const wrong =
        wrongWith(order) ?? (siteIds.includes(siteId) ? undefined : `The utility of this run does not know ${siteId}.`);
      if (wrong !== undefined) return err(wrong);
      forgetEnded();
      if (ordered.size >= OPEN_EVENTS_MAX) {
        return err(`${OPEN_EVENTS_MAX} events of this demo have not ended; wait for one, or take one back.`);
      }
      const startMs = clock.nowMs() + startInS * MS_PER_S;
      const durationMs = durationS * MS_PER_S;
      const event = importLimitEvent(
        { programId, startMs, eventName: `Demo: at most ${limitKw} kW`, targets: [siteId], reports: ['DEMAND'] },
        [{ value: limitKw, durationMs }],
      );
      const reply = await vtn('POST', '/events', event);
      if (reply.kind === 'err') return reply;
      const { id } = reply.value.body;
      if (reply.value.status !== 201 || typeof id !== 'string') return err(refusedBy(reply.value));
      ordered.set(id, startMs + durationMs);
      return ok({ eventId: id });
    },
    async withdraw(eventId) {
      forgetEnded();
      if (!ordered.has(eventId)) return err('This event was not made here, or it is over.');
      const reply = await vtn('DELETE', `/events/${encodeURIComponent(eventId)}`);
      if (reply.kind === 'err') return reply;
      if (reply.value.status !== 200) return err(refusedBy(reply.value));
      ordered.delete(eventId);
      return ok({});
    },
  };
}

function wrongWith({ limitKw, durationS, startInS }: EventOrder): string | undefined {
  if (!(limitKw >= 0 && limitKw <= KW_MAX)) return `A limit lies between 0 and ${KW_MAX} kW, not at ${limitKw}.`;
  if (!(durationS >= 1 && durationS <= LENGTH_S_MAX))
    return `An event lasts from 1 to ${LENGTH_S_MAX} s, not ${durationS}.`;
  if (!(startInS >= 0 && startInS <= START_IN_S_MAX))
    return `An event begins within ${START_IN_S_MAX} s, not in ${startInS}.`;
  return undefined;
}

const refusedBy = ({ status, body }: Reply): string => {
  const { detail } = body;
  return typeof detail === 'string' ? `The VTN refuses it: ${detail}` : `The VTN answered ${status}.`;
};

/** Requests with a token of OAuth2 client credentials, asked for when there is none that holds. */
function vtnClient({ clock, url, clientId, clientSecret }: UtilityControlOptions) {
  let token: { readonly text: string; readonly untilMonoMs: number } | undefined;

  const send = async (path: string, init: RequestInit): Promise<Result<Reply, string>> => {
    try {
      const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const text = await response.text();
      const body: unknown = text === '' ? {} : JSON.parse(text);
      return ok({ status: response.status, body: { ...(typeof body === 'object' ? body : {}) } });
    } catch {
      return err('The VTN of this run does not answer.');
    }
  };
  const tokenText = async (): Promise<Result<string, string>> => {
    if (token !== undefined && token.untilMonoMs > clock.monoMs()) return ok(token.text);
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const reply = await send('/auth/token', { method: 'POST', body: new URLSearchParams(form) });
    if (reply.kind === 'err') return reply;
    const { access_token: text, expires_in: lifetimeS } = reply.value.body;
    if (typeof text !== 'string') return err(`The VTN gives no token (${reply.value.status}).`);
    const lifetimeMs = typeof lifetimeS === 'number' ? lifetimeS * MS_PER_S - TOKEN_MARGIN_MS : 0;
    token = { text, untilMonoMs: clock.monoMs() + lifetimeMs };
    return ok(text);
  };
  return async (method: string, path: string, body?: object): Promise<Result<Reply, string>> => {
    const bearer = await tokenText();
    if (bearer.kind === 'err') return bearer;
    const reply = await send(path, {
      method,
      headers: { authorization: `Bearer ${bearer.value}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A token that was ended is a reason to ask for another one, the next time.
    if (reply.kind === 'ok' && reply.value.status === 401) token = undefined;
    return reply;
  };
}
