import type { Ask } from './arguments.ts';
import { type Explanation, explanationLines, type Preview, previewLines, type Replay, replayLines } from './lines.ts';

const DEADLINE_MS = 20_000;

export interface Told {
  /** Of the process: 0, or 1 where there is no answer, or a replay that differs. */
  readonly status: 0 | 1;
  readonly lines: readonly string[];
}

/** Asks a console by its API, as anybody could. `token`: only beyond loopback. */
export async function askConsole(ask: Ask, token: string | undefined): Promise<Told> {
  const site = `${ask.url}/api/v1/sites/${encodeURIComponent(ask.siteId)}`;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (ask.replay !== undefined) {
    const answer = await answerOf<Replay>(`${site}/replay?at=${encodeURIComponent(ask.replay)}`, { headers });
    if (answer.kind === 'refused') return { status: 1, lines: [answer.why] };
    return { status: answer.value.same ? 0 : 1, lines: replayLines(answer.value) };
  }
  if (ask.contractKw !== undefined) {
    const body = JSON.stringify({ changes: [{ kind: 'circuit-power', powerKw: ask.contractKw }] });
    const how = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await answerOf<Preview>(`${site}/preview`, how);
    if (answer.kind === 'refused') return { status: 1, lines: [answer.why] };
    return { status: 0, lines: previewLines(answer.value, ask.contractKw) };
  }
  const only = ask.evse === undefined ? '' : `?evse=${encodeURIComponent(ask.evse)}`;
  const answer = await answerOf<Explanation>(`${site}/explanation${only}`, { headers });
  if (answer.kind === 'refused') return { status: 1, lines: [answer.why] };
  return { status: 0, lines: explanationLines(answer.value) };
}

type Answer<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'refused'; readonly why: string };

async function answerOf<T>(url: string, how: RequestInit): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(url, { ...how, signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch {
    return { kind: 'refused', why: `No console answers at ${new URL(url).origin}: start one with npm start.` };
  }
  const text = await response.text();
  // Its own API says what it looks like; what is no JSON is a failure of its own.
  if (response.ok) return { kind: 'ok', value: JSON.parse(text) as T };
  return { kind: 'refused', why: detailIn(text) ?? `The console answered ${response.status}.` };
}

function detailIn(text: string): string | undefined {
  try {
    const detail: unknown = (JSON.parse(text) as { readonly detail?: unknown }).detail;
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}
