import { type EvseWhy, parseEvseWhy } from '../model/explanation.ts';
import { failureOf, type Failure } from '../model/failure.ts';
import type { GridDraft } from '../model/grid-draft.ts';
import { type EventPage, parseEventPage } from '../model/grid-events.ts';
import type { LiveSite } from '../model/live-site.ts';
import { parseHistory, type PowerHistory } from '../model/parse-history.ts';
import { parseLiveSite } from '../model/parse-live.ts';
import { parsePreview, type SitePreview } from '../model/site-preview.ts';
import { parseSiteList, type SiteEntry } from '../model/site-list.ts';
import { parseSitePlan, type SitePlan } from '../model/site-plan.ts';
import type { RequestDraft } from '../model/request-draft.ts';
import { parseStationCard, type StationCard } from '../model/station-card.ts';
import { parseTemperatureDay, type TemperatureDay } from '../model/temperature-day.ts';

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure };

const TIMEOUT_MS = 10_000;
const HISTORY_S = 3600;

const sitePath = (siteId: string): string => `/api/v1/sites/${encodeURIComponent(siteId)}`;
export const streamPath = (siteId: string): string => `${sitePath(siteId)}/live/stream`;

export async function getSites(): Promise<Answer<readonly SiteEntry[]>> {
  return mapped(await request('/api/v1/sites'), parseSiteList);
}

export async function getLive(siteId: string): Promise<Answer<LiveSite>> {
  const answer = await request(`${sitePath(siteId)}/live`);
  if (answer.kind === 'failed') return answer;
  const site = parseLiveSite(answer.value);
  if (site !== null) return { kind: 'ok', value: site };
  return failed({ kind: 'unreadable', detail: 'The live document of this site cannot be read.' });
}

export async function getHistory(siteId: string): Promise<Answer<PowerHistory>> {
  return mapped(await request(`${sitePath(siteId)}/live/history?seconds=${HISTORY_S}`), parseHistory);
}

export interface OverrideRequest {
  readonly powerKw: number;
  readonly validUntilMs: number;
  readonly reason: string;
}

export async function putOverride(siteId: string, wanted: OverrideRequest): Promise<Answer<unknown>> {
  const reason = wanted.reason.trim();
  const body = {
    powerKw: wanted.powerKw,
    validUntil: new Date(wanted.validUntilMs).toISOString(),
    ...(reason === '' ? {} : { reason }),
  };
  return await request(`${sitePath(siteId)}/limit-override`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export async function deleteOverride(siteId: string): Promise<Answer<unknown>> {
  return await request(`${sitePath(siteId)}/limit-override`, { method: 'DELETE' });
}

const boostPath = (evseId: string): string => `/api/v1/evses/${encodeURIComponent(evseId)}/boost`;

/** Its car comes before all others of its site for a while. How long, if nothing is said, is the server's to say. */
export async function postBoost(evseId: string): Promise<Answer<unknown>> {
  return await request(boostPath(evseId), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
}

export async function deleteBoost(evseId: string): Promise<Answer<unknown>> {
  return await request(boostPath(evseId), { method: 'DELETE' });
}

/** What the driver of the car at an EVSE wants, by what he knows of his battery. */
export async function putChargingRequest(evseId: string, draft: RequestDraft): Promise<Answer<unknown>> {
  const { departureAtMs, ...battery } = draft;
  const departure = departureAtMs === null ? {} : { departureAt: new Date(departureAtMs).toISOString() };
  return await request(`/api/v1/evses/${encodeURIComponent(evseId)}/charging-request`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ battery, ...departure }),
  });
}

/** Why one EVSE has what it has; null: nothing is told of it. */
export async function getEvseWhy(siteId: string, evseId: string): Promise<Answer<EvseWhy | null>> {
  const answer = await request(`${sitePath(siteId)}/explanation?evse=${encodeURIComponent(evseId)}`);
  return mapped(answer, (body) => parseEvseWhy(body, evseId));
}

/** What is known of a station. */
export async function getStation(siteId: string, stationId: string): Promise<Answer<StationCard>> {
  const answer = await request(`${sitePath(siteId)}/stations/${encodeURIComponent(stationId)}`);
  if (answer.kind === 'failed') return answer;
  const card = parseStationCard(answer.value);
  if (card !== null) return { kind: 'ok', value: card };
  return failed({ kind: 'unreadable', detail: 'What is known of this station cannot be read.' });
}

/** What another limit of the whole site would change. Nothing is set. */
export async function previewSiteLimit(siteId: string, powerKw: number): Promise<Answer<SitePreview>> {
  const answer = await request(`${sitePath(siteId)}/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ changes: [{ kind: 'circuit-power', powerKw }] }),
  });
  return mapped(answer, parsePreview);
}

/** What the site is planned to do, or why it is not planned. */
export async function getPlan(siteId: string): Promise<Answer<SitePlan>> {
  const answer = await request(`${sitePath(siteId)}/plan`);
  if (answer.kind === 'failed') return answer;
  const plan = parseSitePlan(answer.value);
  if (plan !== null) return { kind: 'ok', value: plan };
  return failed({ kind: 'unreadable', detail: 'The plan of this site cannot be read.' });
}

/** The last day of a circuit that is derated by its temperature. */
export async function getTemperature(siteId: string, circuitId: string): Promise<Answer<TemperatureDay>> {
  const answer = await request(`${sitePath(siteId)}/circuits/${encodeURIComponent(circuitId)}/temperature`);
  if (answer.kind === 'failed') return answer;
  const day = parseTemperatureDay(answer.value);
  if (day !== null) return { kind: 'ok', value: day };
  return failed({ kind: 'unreadable', detail: 'The temperatures of this circuit cannot be read.' });
}

const EVENTS_OF_PAGE = 25;

/** Newest first; `before` is the `next` of the page before. */
export async function getGridEvents(siteId: string, before: string | null): Promise<Answer<EventPage>> {
  const from = before === null ? '' : `&before=${encodeURIComponent(before)}`;
  return mapped(await request(`${sitePath(siteId)}/grid-events?limit=${EVENTS_OF_PAGE}${from}`), parseEventPage);
}

/** Only in demo runs. */
export async function postDemoEvent(siteId: string, draft: GridDraft): Promise<Answer<unknown>> {
  return await request(`${sitePath(siteId)}/demo/grid-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(draft),
  });
}

export async function deleteDemoEvent(siteId: string, eventId: string): Promise<Answer<unknown>> {
  return await request(`${sitePath(siteId)}/demo/grid-events/${encodeURIComponent(eventId)}`, { method: 'DELETE' });
}

const failed = (failure: Failure): { readonly kind: 'failed'; readonly failure: Failure } => ({
  kind: 'failed',
  failure,
});

function mapped<T>(answer: Answer<unknown>, read: (body: unknown) => T): Answer<T> {
  return answer.kind === 'ok' ? { kind: 'ok', value: read(answer.value) } : answer;
}

async function request(path: string, init: RequestInit = {}): Promise<Answer<unknown>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
    const body = await bodyOf(response);
    return response.ok ? { kind: 'ok', value: body } : failed(failureOf(response.status, body));
  } catch {
    return failed({ kind: 'unreachable' });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
