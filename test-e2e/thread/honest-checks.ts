import { describe, expect } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { callsByMethod, familiesWithValues, recordsByTopic } from '../support/traffic.ts';
import { SITE, type Thread } from './open-thread.ts';

export function describeHonestChecks(thread: Thread): void {
  describe('honest checks', () => {
    thread.on(
      'every registered topic, rpc and Redis key family saw traffic',
      async () => {
        const [first] = thread.demo.stations;
        if (first === undefined) throw new Error('no station');
        // What no journey above calls, a person would: the lists, the override, a second look at the site.
        await thread.running.api.items(
          `/api/v1/evses/${encodeURIComponent(`${first.stationId}/1`)}/meter-values?limit=5`,
        );
        await thread.running.api.items('/api/v1/sessions?limit=5');
        await thread.running.api.items('/api/v1/transactions?limit=5');
        expect((await fetch(`${thread.running.stack.url}/api/v1/sites/${SITE}`)).status).toBe(200);
        await askAboutDecisions(thread);
        await askAboutTemperatures(thread);
        await boostOne(thread);
        const until = new Date(Date.now() + 60_000).toISOString();
        const override = await thread.running.api.put(`/api/v1/sites/${SITE}/limit-override`, {
          // Below what the grid's limit of before may still be returning from.
          powerKw: 90,
          validUntil: until,
          reason: 'a test',
        });
        expect(override.ok).toBe(true);
        await eventually('the override shows', 5_000, async () =>
          (await thread.running.api.live(SITE)).limit.source === 'override' ? true : undefined,
        );
        const records = await recordsByTopic(thread.running.stack);
        expect(Object.entries(records).filter(([, n]) => n === 0)).toEqual([]);
        const calls = await callsByMethod(thread.running.stack);
        expect(Object.keys(calls).length).toBeGreaterThanOrEqual(18);
        expect(Object.entries(calls).filter(([, n]) => n === 0)).toEqual([]);
        expect(
          await familiesWithValues(thread.running.stack, {
            ...{ site: SITE, draw: SITE, route: first.stationId, station: first.stationId },
          }),
        ).toEqual({ site: true, draw: true, route: true, station: true });
      },
      40_000,
    );

    thread.on('the simulated stations lost nothing on the way', () => {
      for (const station of thread.demo.stations) {
        const { messages } = station.ledger();
        expect(messages.filter(({ dropped }) => dropped !== undefined)).toEqual([]);
      }
    });
  });
}

/** C70: one of the cars that charge comes first for a while: it is told so, and who asked; then no longer. */
async function boostOne({ running: { api, stack } }: Thread): Promise<void> {
  const charging = await eventually('somebody charges', 10_000, async () =>
    (await api.live(SITE)).evses.find(({ state }) => state === 'charging'),
  );
  const path = `/api/v1/evses/${encodeURIComponent(charging.evseId)}/boost`;
  expect(await (await api.post(path, { minutes: 5 })).json()).toMatchObject({ setBy: 'operator' });
  const boostOf = async () => (await api.live(SITE)).evses.find(({ evseId }) => evseId === charging.evseId)?.boost;
  await eventually('the boost shows', 5_000, async () => ((await boostOf())?.setBy === 'operator' ? true : undefined));
  expect((await fetch(`${stack.url}${path}`, { method: 'DELETE' })).status).toBe(204);
  await eventually('it is over', 5_000, async () => ((await boostOf()) === null ? true : undefined));
}

/** LC2: a temperature that was taken stands in PostgreSQL, and in the last day of its circuit. */
async function askAboutTemperatures({ running: { api } }: Thread): Promise<void> {
  const path = '/api/v1/sites/warm-depot';
  const derating = { sensor: 'duct', risesAtMostC: 2, steps: [{ aboveC: 30, percent: 90 }] };
  const circuits = [{ name: 'grid', ratingPerPhaseA: 100, derating }];
  const site = { apiVersion: 'headroom/v1', kind: 'Site', metadata: { name: 'warm-depot' }, spec: { circuits } };
  expect((await api.put(path, site)).status).toBe(200);
  const reading = { meterId: 'duct', sampledAt: new Date().toISOString(), temperatureC: 31.4 };
  await eventually('the sensor is known to who takes its readings', 10_000, async () =>
    (await api.post(`${path}/meter-readings`, reading)).status === 202 ? true : undefined,
  );
  const kept = await eventually('the temperature in its time series', 10_000, async () => {
    const items = await api.items(`${path}/sensors/duct/temperatures?limit=5`);
    return items.length > 0 ? items : undefined;
  });
  expect(kept).toEqual([{ sampledAt: reading.sampledAt, temperatureC: 31.4 }]);
  const day = (await (await fetch(`${api.url}${path}/circuits/grid/temperature`)).json()) as {
    readonly bore: readonly { readonly percent: number }[];
    readonly rise: { readonly mostC: number; readonly broken: boolean } | null;
  };
  expect([day.bore.at(-1)?.percent, day.rise?.mostC, day.rise?.broken]).toEqual([90, 0, false]);
}

/** Why, what if, and what was decided a moment ago: by the process that owns the site, whichever is asked. */
async function askAboutDecisions({ running }: Thread): Promise<void> {
  const { url } = running.stack;
  const ask = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${url}/api/v1/sites/${SITE}${path}`);
    return { status: response.status, ...((await response.json()) as object) };
  };
  const explanation = await ask('/explanation');
  expect(explanation).toMatchObject({ status: 200, siteId: SITE });
  const [first] = explanation['evses'] as readonly { readonly evseId: string }[];
  expect(await ask(`/explanation?evse=${encodeURIComponent(first?.evseId ?? '')}`)).toMatchObject({ status: 200 });
  const changes = [{ kind: 'circuit-power', powerKw: 60 }];
  expect((await running.api.post(`/api/v1/sites/${SITE}/preview`, { changes })).status).toBe(200);
  // This site shares equally: its owner says so.
  expect(await ask('/plan')).toMatchObject({ status: 200, standing: 'not-planned' });
  const now = new Date().toISOString();
  expect(await ask(`/replay?at=${now}`)).toMatchObject({ status: 200, same: true, differences: [] });
}
