import type { MockCircuit, MockSite } from './mock-site.ts';

const MINUTE_MS = 60_000;
const DAY_MIN = 1_440;
const STEPS = [
  { aboveC: 30, percent: 90 },
  { aboveC: 40, percent: 75 },
];
const [SILENT_FROM_MIN, SILENT_TO_MIN] = [300, 345];

/** A warm afternoon, a day before `atMs` and since. */
const celsiusAt = (minute: number): number =>
  Math.round((28 + 13.6 * Math.sin(((minute - 420) / DAY_MIN) * 2 * Math.PI) + Math.sin(minute / 9) / 2) * 10) / 10;

const percentAt = (celsius: number): number => STEPS.findLast(({ aboveC }) => celsius > aboveC)?.percent ?? 100;
const isSilent = (minute: number, scene: string): boolean =>
  (minute > SILENT_FROM_MIN && minute < SILENT_TO_MIN) || (scene === 'heat-silent' && minute > DAY_MIN - 4);

/** What the live document says of the temperature of a circuit, in the scenes `heat`, `heat-silent`, `heat-unheard`. */
export function deratingDocument(site: MockSite, circuit: MockCircuit, scene: string) {
  if (!scene.startsWith('heat') || circuit.circuitId !== 'panel-a') return null;
  const silent = scene !== 'heat';
  const temperatureC = scene === 'heat-unheard' ? null : celsiusAt(DAY_MIN);
  const percent = silent ? 75 : percentAt(temperatureC ?? 0);
  const amps = (circuit.ratingA * percent) / 100;
  const ageMs = scene === 'heat' ? (site.atMs % 10_000) + 1_000 : 200_000;
  return {
    ...{ sensor: 'duct', temperatureC, silent, countsAsC: silent ? null : temperatureC },
    ...(temperatureC === null
      ? { measuredAt: null, ageMs: null }
      : { measuredAt: new Date(site.atMs - ageMs).toISOString(), ageMs }),
    ...{ bearsPercent: percent, keepsToPercent: percent, bears: { l1A: amps, l2A: amps, l3A: amps } },
    sentence: silent
      ? 'Its sensor "duct" is silent: 75 % counts, as at its hottest, until it speaks.'
      : `While it falls it counts as ${(temperatureC ?? 0) + 1.5} C. Up to 30 C it bears its rating. Leases keep to 90 %: it may rise by 2 C within one.`,
  };
}

export function temperatureDocument(site: MockSite, scene: string) {
  const fromMs = site.atMs - DAY_MIN * MINUTE_MS;
  const minutes = Array.from({ length: DAY_MIN }, (_, minute) => minute);
  const atOf = (minute: number): number => fromMs + minute * MINUTE_MS;
  const all = minutes.map((minute) => {
    const silent = isSilent(minute, scene) || scene === 'heat-unheard';
    return { minute, silent, percent: silent ? 75 : percentAt(celsiusAt(minute)) };
  });
  const changes = all.filter(
    ({ percent, silent }, n) => percent !== all[n - 1]?.percent || silent !== all[n - 1]?.silent,
  );
  const mostC = scene === 'heat-silent' ? 3.4 : 1.4;
  const broken = mostC > 2;
  return {
    ...{ siteId: site.siteId, circuitId: 'panel-a', sensor: 'duct', steps: STEPS, staleAfter: '60s', risesAtMostC: 2 },
    ...{ from: new Date(fromMs).toISOString(), to: new Date(site.atMs).toISOString() },
    temperature: {
      atMs: scene === 'heat-unheard' ? [] : minutes.map(atOf),
      hottestC: minutes.map((minute) => (isSilent(minute, scene) ? null : celsiusAt(minute))),
    },
    bore: changes.map(({ minute, percent, silent }) => {
      const amps = 1.6 * percent;
      return { from: new Date(atOf(minute)).toISOString(), percent, silent, amps: { l1A: amps, l2A: amps, l3A: amps } };
    }),
    rise:
      scene === 'heat-unheard'
        ? null
        : {
            ...{ mostC, withinS: 185, at: new Date(atOf(-3_000)).toISOString(), watchedS: 520_000, broken },
            sentence: `In 6 days it rose by up to ${mostC} C within 185 s; the site document says 2 C at most.${broken ? ' Had contact been lost then, cars might have drawn more than the circuit bears: state at least what was seen as risesAtMostC.' : ''}`,
          },
  };
}
