/** What the tests read of the live document (docs: /api/openapi.json). */
export interface Live {
  readonly siteId: string;
  readonly limit: { readonly powerKw: number | null; readonly source: string };
  readonly building: { readonly powerKw: number | null; readonly stale: boolean };
  readonly total: { readonly drawnKw: number; readonly siteKw: number | null; readonly commandedKw: number };
  readonly circuits: readonly {
    readonly circuitId: string;
    readonly committed: Amps;
    readonly otherLoad: Amps;
    readonly limit: Amps;
  }[];
  readonly evses: readonly LiveEvse[];
  readonly energy: {
    readonly askedKwh: number;
    readonly deliveredKwh: number;
    readonly missedKwh: number;
    readonly endedSessions: number;
  };
}

export interface Amps {
  readonly l1A: number | null;
  readonly l2A: number | null;
  readonly l3A: number | null;
}

export interface LiveEvse {
  readonly evseId: string;
  readonly stationId: string;
  readonly state: string;
  readonly connected: boolean;
  readonly commandedA: number | null;
  readonly committedA: number | null;
  readonly offeredA: number | null;
  readonly drawnKw: number | null;
  readonly ageMs: number | null;
  readonly reason: { readonly code: string; readonly sentence: string };
  readonly session: { readonly transactionId: string } | null;
  readonly boost: { readonly until: string; readonly setBy: string } | null;
}

export interface Api {
  readonly url: string;
  live(siteId: string): Promise<Live>;
  items(path: string): Promise<readonly Record<string, unknown>[]>;
  put(path: string, body: unknown): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

/** The public API, as anybody would call it. */
export function apiAt(url: string): Api {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const send = (method: string) => (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
  return {
    url,
    live: async (siteId) => (await get(`/api/v1/sites/${siteId}/live`)) as Live,
    items: async (path) => ((await get(path)) as { readonly items: readonly Record<string, unknown>[] }).items,
    put: send('PUT'),
    post: send('POST'),
  };
}
