import { circuitId, deciAmps, epochMs, perPhase } from '@headroom/kernel';
import { evolve } from '../../evolve.ts';
import { panelOf, siteOf } from '../../given.fixture.ts';
import { EMPTY_SITE_STATE, type SiteState } from '../../site-state.ts';
import type { ForecastMemory } from '../forecast-memory.ts';
import type { Forecaster } from '../forecaster.ts';
import { suppliedUntil } from '../learn-supply.ts';
import { SEASONAL } from '../seasonal.ts';

const MINUTE_MS = 60_000;
const on = panelOf(1).circuits?.[0]?.circuitId ?? circuitId('grid');
const most = perPhase(() => 2_000);

/** A building and a roof with a meter each; its clock is that of Paris. */
export const METERED = siteOf({
  ...panelOf(1),
  share: 'smoothed-laxity',
  otherLoads: [{ circuitId: on, name: 'Building', meterId: 'building', staleAfterMs: 60_000, worstCase: most }],
  sources: [{ circuitId: on, name: 'Roof', meterId: 'roof', staleAfterMs: 60_000, atMost: most }],
});
/** Of a deci-amp on each of three phases at 230 V. */
export const WATTS_PER_DECI_A = 69;

/** What its meters show, told every minute. */
export class MeasuredSite {
  state: SiteState = EMPTY_SITE_STATE;
  memory: ForecastMemory | undefined;
  readonly #forecaster: Forecaster;
  readonly #site: typeof METERED;

  constructor(forecaster: Forecaster = SEASONAL, site: typeof METERED = METERED) {
    this.#forecaster = forecaster;
    this.#site = site;
  }

  /** In deci-amps on each phase; what the roof supplies is told below 0, as meters do. */
  tell(atMs: number, loadDeciA: number, sunDeciA = 0): void {
    for (const [meterId, deciA] of [['building', loadDeciA] as const, ['roof', 0 - sunDeciA] as const]) {
      const current = perPhase(() => deciAmps(deciA));
      const reading = { meterId, sampledAtMs: epochMs(atMs), receivedAtMs: epochMs(atMs), current };
      this.state = evolve(this.state, { kind: 'site-meter-read', reading });
    }
    const { state } = this;
    const learning = { site: this.#site, state, forecaster: this.#forecaster, atMs: epochMs(atMs) };
    this.memory = suppliedUntil(this.memory, learning);
  }

  during(
    fromMs: number,
    untilMs: number,
    load: (atMs: number) => number,
    sun: (atMs: number) => number = () => 0,
  ): void {
    for (let atMs = fromMs; atMs < untilMs; atMs += MINUTE_MS) this.tell(atMs, load(atMs), sun(atMs));
  }

  /** Of what was learned. */
  get learned(): ForecastMemory {
    if (this.memory === undefined) throw new Error('nothing was learned');
    return this.memory;
  }
}
