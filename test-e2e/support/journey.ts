import { apiAt } from './api.ts';
import { eventually, within } from './eventually.ts';
import { gridEar, orderLimit } from './grid.ts';

const WITHIN_MS = 30_000;
/** For a step that must be reached, on a machine that runs other tests beside. */
export const PATIENT_MS = 120_000;
/** Who has no owner of its shards never says that it is ready. */
const UP_WITHIN_MS = 30_000;
const SITE = 'demo-depot';
const HOUR_MS = 3_600_000;

/**
 * One car's way through every service, embedded and sped up: it charges above its fallback because somebody decided so,
 * and what it did stands in the records. Then a utility's way: what it asks for stands on the timeline of the site. Imports the platform late, so that mocks made before count.
 *
 * @param withinMs for each step of the car's way
 */
export async function journey(withinMs = WITHIN_MS): Promise<void> {
  const { runEmbedded } = await import('@headroom/run');
  const lines: string[] = [];
  const fatal = (why: string): void => void lines.push(why);
  const cars = { kind: 'generated' } as const;
  const embedded = runEmbedded(
    { port: 0, speed: 10, seed: 1, verbose: false, cars },
    { say: (line) => void lines.push(line), fatal },
  );
  try {
    const { platform, utility } = await within('the platform is up', UP_WITHIN_MS, embedded.started);
    const url = lines.map((line) => /^Headroom is ready: (.*)$/.exec(line)?.[1]).find((found) => found !== undefined);
    if (url === undefined) throw new Error('no page');
    const api = apiAt(url);
    await eventually('a car that draws more than its fallback, by a decision that says why', withinMs, async () => {
      const live = await api.live(SITE);
      return (
        live.evses.some(
          ({ commandedA, drawnKw, reason }) => (commandedA ?? 0) > 6 && (drawnKw ?? 0) > 1.5 && reason.sentence !== '',
        ) || undefined
      );
    });
    await eventually(
      'its transaction in the records',
      withinMs,
      async () => (await api.items('/api/v1/transactions?limit=5')).length > 0 || undefined,
    );
    await eventually('its meter values in the records', withinMs, async () => {
      const [transaction] = await api.items('/api/v1/transactions?limit=1');
      const evse = encodeURIComponent(String(transaction?.['evseId']));
      return (await api.items(`/api/v1/evses/${evse}/meter-values?limit=5`)).length > 0 || undefined;
    });
    // Far off: it moves nobody, but it is known and announced.
    const ear = await gridEar(platform.log);
    const startMs = platform.clock.nowMs() + HOUR_MS;
    const eventId = orderLimit(utility, { kW: 100, startMs, durationMs: HOUR_MS });
    await eventually('an event of the utility on the timeline of its site', WITHIN_MS, () =>
      ear.timelineWith(SITE, eventId),
    );
  } finally {
    await embedded.stop();
  }
}
