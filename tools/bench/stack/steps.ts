import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, say } from './bench-stack.ts';
import type { Step } from './decisions.ts';
import { type BenchSite, readMeter } from './sites.ts';

const MS_PER_S = 1_000;
const SAY_EVERY_MS = 30_000;

export interface StepPlan {
  readonly sites: readonly BenchSite[];
  /** Between two steps of a site. */
  readonly everyMs: number;
  /** Readings of a site between two steps, the step itself included: the others say what the last one said. */
  readonly readings: number;
  readonly seconds: number;
  /** Steps of these first seconds are made, and not told. */
  readonly warmS: number;
}

/**
 * Moves the buildings of all sites, each at its own instants, spread evenly. Open loop: a reading goes out when it is due,
 * whatever became of those before it.
 */
export async function moveBuildings({ stack }: BenchStack, plan: StepPlan): Promise<readonly Step[]> {
  const { sites, everyMs, readings, warmS } = plan;
  const beganMs = Date.now() + 1;
  const warmUntilMs = beganMs + warmS * MS_PER_S;
  const endMs = warmUntilMs + plan.seconds * MS_PER_S;
  const gapMs = everyMs / readings / sites.length;
  const steps: Step[] = [];
  const failures: string[] = [];
  const under = new Set<Promise<unknown>>();
  let saidMs = beganMs;
  for (let n = 0; ; n += 1) {
    const dueAtMs = Math.round(beganMs + n * gapMs);
    if (dueAtMs >= endMs) break;
    if (dueAtMs > Date.now()) await sleep(dueAtMs - Date.now());
    const site = sites[n % sites.length];
    if (site === undefined) break;
    const reading = Math.floor(n / sites.length);
    const rises = Math.floor(reading / readings) % 2 === 1;
    const sent = readMeter(stack.url, site.siteId, { atMs: dueAtMs, amps: rises ? site.highA : site.lowA });
    const watched = sent.catch((cause: unknown) => void failures.push(String(cause)));
    under.add(watched);
    void watched.then(() => under.delete(watched));
    if (reading % readings === 0 && reading > 0 && dueAtMs >= warmUntilMs)
      steps.push({ siteId: site.siteId, dueAtMs, rises });
    if (Date.now() - saidMs < SAY_EVERY_MS) continue;
    saidMs = Date.now();
    say(`${Math.round((saidMs - beganMs) / MS_PER_S)} s of ${plan.seconds + warmS}`);
  }
  await Promise.all(under);
  if (failures.length > 0) say(`${failures.length} readings were not taken, such as ${failures[0] ?? ''}`);
  return steps;
}
