/** A site whose cars compete, and between which levels its building moves. */
export interface BenchSite {
  readonly siteId: string;
  readonly stations: readonly string[];
  /** Amperes of the building on each phase. */
  readonly lowA: number;
  readonly highA: number;
}

export const CARD = 'BENCH-CARD';
export const METER = 'building';
const AT_A_TIME = 8;
const MIN_A = 6;
/** Per EVSE: what its site can bear of the cars and the building in all, so that each car gets 10 to 12 A. */
const RATING_A = 16;
/** Per EVSE, of the building. */
const WORST_A = 8;
const LOW_A = 1.6;
const HIGH_A = 4;
/** What the building may rise by within a lease: the step. */
const RISE_A = HIGH_A - LOW_A;

/** `count` sites of `evses` stations with one EVSE each. */
export const benchSites = (count: number, evses: number): readonly BenchSite[] =>
  Array.from({ length: count }, (_, site) => ({
    siteId: `bench-${site}`,
    stations: Array.from({ length: evses }, (_, n) => `BENCH-${site}-${n}`),
    lowA: LOW_A * evses,
    highA: HIGH_A * evses,
  }));

/** Commissions sites, stations and a card as an operator would; answers the stations' passwords, in their order. */
export async function commission(
  apiUrl: string,
  sites: readonly BenchSite[],
): Promise<readonly { readonly stationId: string; readonly password: string }[]> {
  await put(apiUrl, `/api/v1/tokens/${CARD}`, { label: 'Bench' });
  for (const site of sites) await put(apiUrl, `/api/v1/sites/${site.siteId}`, documentOf(site));
  const ids = sites.flatMap(({ stations }) => stations);
  const known: { readonly stationId: string; readonly password: string }[] = [];
  for (let from = 0; from < ids.length; from += AT_A_TIME) {
    const some = ids.slice(from, from + AT_A_TIME).map(async (stationId) => {
      const { password } = (await put(apiUrl, `/api/v1/stations/${stationId}`, {})) as { readonly password: string };
      return { stationId, password };
    });
    known.push(...(await Promise.all(some)));
  }
  return known;
}

/** One reading of the building's meter, in balance over the phases. */
export const readMeter = (apiUrl: string, siteId: string, reading: { readonly atMs: number; readonly amps: number }) =>
  send('POST', `${apiUrl}/api/v1/sites/${siteId}/meter-readings`, {
    meterId: METER,
    sampledAt: new Date(reading.atMs).toISOString(),
    current: { l1A: reading.amps, l2A: reading.amps, l3A: reading.amps },
  });

const put = (apiUrl: string, path: string, body: unknown): Promise<unknown> => send('PUT', `${apiUrl}${path}`, body);

async function send(method: string, url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

function documentOf({ siteId, stations }: BenchSite): object {
  const per = (amps: number): number => Math.round(amps * stations.length * 10) / 10;
  return {
    apiVersion: 'headroom/v1',
    kind: 'Site',
    metadata: { name: siteId },
    spec: {
      displayName: siteId,
      timezone: 'UTC',
      nominalVoltageV: 230,
      circuits: [{ name: 'grid', ratingPerPhaseA: per(RATING_A) }],
      meters: [
        {
          ...{ name: METER, circuit: 'grid', placement: 'excluding-stations', staleAfter: '30s' },
          ...{ worstCasePerPhaseA: per(WORST_A), risesAtMostPerPhaseA: per(RISE_A) },
        },
      ],
      loads: [],
      stations: stations.map((id) => ({
        id,
        circuit: 'grid',
        evses: [{ evse: 1, phases: ['L1', 'L2', 'L3'], maxA: 32, minimumA: MIN_A, fallbackA: MIN_A }],
      })),
      policy: { share: 'equal', lease: '120s' },
    },
  };
}
