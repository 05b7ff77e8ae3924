import type { Timers } from '@headroom/kernel';
import type { SiteDocument } from './documents.ts';
import { isObject, type Json, parseJson, textAt } from './json.ts';

/** The platform's answer was no: a 4xx, or 5xx to the end of our patience. */
export class ApiRefused extends Error {
  readonly code = 'API_REFUSED';
  readonly status: number;
  /** `code` of the first problem (RFC 9457), where the answer names one. */
  readonly problem: string | undefined;
  constructor(call: string, answer: { readonly status: number; readonly body: string }) {
    super(`${call} was answered ${answer.status}: ${answer.body.slice(0, 500)}`);
    this.status = answer.status;
    this.problem = problemCode(answer.body);
  }
}

function problemCode(body: string): string | undefined {
  const problem = parseJson(body);
  if (!isObject(problem)) return undefined;
  const list = problem['problems'];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return (isObject(first) ? textAt(first, 'code') : undefined) ?? textAt(problem, 'code');
}

export const ATTEMPTS_MAX = 6;
const FIRST_DELAY_MS = 250;
/** Real ms of one request. */
const REQUEST_TIMEOUT_MS = 10_000;
const METER_TIMEOUT_MS = 2_000;

export interface ApiClientConfig {
  /** Such as `http://127.0.0.1:8080`. */
  readonly apiUrl: string;
  /** Real time: the pauses between attempts are I/O. */
  readonly ioTimers: Timers;
  /** Bearer token, where the platform asks for one. */
  readonly token?: string;
}

export interface PhaseAmps {
  readonly l1A: number;
  readonly l2A: number;
  readonly l3A: number;
}

export interface ApiClient {
  putSite(document: SiteDocument): Promise<void>;
  /** A new password at each call. */
  putStation(stationId: string): Promise<{ readonly password: string; readonly ocppUrl: string }>;
  putToken(idToken: string, label?: string): Promise<void>;
  /** One attempt: the next second brings a newer reading. */
  postMeterReading(reading: {
    readonly siteId: string;
    readonly meterId: string;
    readonly sampledAtMs: number;
    readonly current: PhaseAmps;
  }): Promise<void>;
  putChargingRequest(request: {
    readonly evseId: string;
    readonly energyKwh: number;
    readonly departureAtMs?: number;
    readonly discharge?: DischargeWords;
  }): Promise<void>;
  getLive(siteId: string): Promise<Json>;
}

/** What a driver lets his car give back, in the words of the API. */
export interface DischargeWords {
  readonly heldKwh: number;
  readonly keepKwh: number;
  readonly efficiency: number;
  readonly wearPerKwh: number;
}

interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: Json | SiteDocument;
  readonly attempts: number;
  readonly timeoutMs: number;
}

const isTransient = (status: number): boolean => status === 429 || status >= 500;

/** The public API, as any other client sees it. Bounded retries on lost links and 429/5xx; a 4xx is thrown as `API_REFUSED`. */
export function createApiClient(config: ApiClientConfig): ApiClient {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => config.ioTimers.after(ms, resolve));
  const headers = {
    accept: 'application/json',
    ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
  };

  const once = async (call: Call): Promise<{ readonly status: number; readonly body: string }> => {
    const response = await fetch(`${config.apiUrl}${call.path}`, {
      method: call.method,
      headers: call.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(call.timeoutMs),
    });
    return { status: response.status, body: await response.text() };
  };

  const request = async (call: Call): Promise<Json> => {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= call.attempts;
      try {
        const answer = await once(call);
        if (answer.status < 300) {
          const body = parseJson(answer.body);
          return isObject(body) ? body : {};
        }
        if (last || !isTransient(answer.status)) throw new ApiRefused(`${call.method} ${call.path}`, answer);
      } catch (error) {
        if (last || (isObject(error) && textAt(error, 'code') === 'API_REFUSED')) throw error;
      }
      await pause(FIRST_DELAY_MS * 2 ** (attempt - 1));
    }
  };

  const put = (path: string, body: Json | SiteDocument): Promise<Json> =>
    request({ method: 'PUT', path, body, attempts: ATTEMPTS_MAX, timeoutMs: REQUEST_TIMEOUT_MS });
  const at = encodeURIComponent;

  return {
    async putSite(document) {
      await put(`/api/v1/sites/${at(document.metadata.name)}`, document);
    },
    async putStation(stationId) {
      const answer = await put(`/api/v1/stations/${at(stationId)}`, {});
      return { password: textAt(answer, 'password') ?? '', ocppUrl: textAt(answer, 'ocppUrl') ?? '' };
    },
    async putToken(idToken, label) {
      await put(`/api/v1/tokens/${at(idToken)}`, { status: 'accepted', ...(label === undefined ? {} : { label }) });
    },
    async postMeterReading({ siteId, meterId, sampledAtMs, current }) {
      const path = `/api/v1/sites/${at(siteId)}/meter-readings`;
      const body = { meterId, sampledAt: new Date(sampledAtMs).toISOString(), current };
      await request({ method: 'POST', path, body, attempts: 1, timeoutMs: METER_TIMEOUT_MS });
    },
    async putChargingRequest({ evseId, energyKwh, departureAtMs, discharge }) {
      await put(`/api/v1/evses/${at(evseId)}/charging-request`, {
        energyKwh,
        ...(departureAtMs === undefined ? {} : { departureAt: new Date(departureAtMs).toISOString() }),
        ...(discharge === undefined ? {} : { discharge: { ...discharge } }),
      });
    },
    getLive: (siteId) =>
      request({
        method: 'GET',
        path: `/api/v1/sites/${at(siteId)}/live`,
        attempts: ATTEMPTS_MAX,
        timeoutMs: REQUEST_TIMEOUT_MS,
      }),
  };
}
