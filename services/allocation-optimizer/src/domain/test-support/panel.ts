import type { SharePolicy } from '@headroom/site-model';
import { all, committed, connected, drawing, limits, panelOf, Scene, siteOf } from '../given.fixture.ts';

const STEP_MS = 10_000;

/** Cars without a fallback on one panel. Stations do as they are told, at once. */
export class Panel {
  readonly scene: Scene;
  readonly #cars: number;
  readonly #draw: (car: number, limit: number) => { readonly l1: number; readonly l2: number; readonly l3: number };

  constructor(
    cars: number,
    rating: number,
    of: {
      readonly share: SharePolicy;
      readonly draw: (car: number, limit: number) => number;
      readonly phases?: 1 | 3;
      readonly weights?: readonly number[];
    },
  ) {
    this.#cars = cars;
    this.#draw = (n, limit) => {
      const drawn = of.draw(n, limit);
      return of.phases === 1 ? { l1: drawn, l2: 0, l3: 0 } : { l1: drawn, l2: drawn, l3: drawn };
    };
    const input = panelOf(cars, { fallback: 0 }, rating);
    const evses = input.evses.map((evse, i) => ({ ...evse, weight: of.weights?.[i] ?? 1 }));
    this.scene = new Scene(siteOf({ ...input, evses, share: of.share }));
    this.scene.given(all(1, cars, (n) => [connected(n), committed(n, 0, { commanded: 0 })]));
  }

  /** Decides, lets stations obey and cars draw. @returns the limits */
  at(nowMs: number): readonly number[] {
    const numbers = Array.from({ length: this.#cars }, (_, i) => i + 1);
    const before = limits(this.scene.decideAt(nowMs), ...numbers);
    for (const [i, limit] of before.entries()) {
      const isNew = this.scene.state.evses.get([...this.scene.site.evses.keys()][i] ?? ('' as never));
      if (isNew?.dispatch.commanded !== limit)
        this.scene.given(committed(i + 1, limit, { commanded: limit, atMs: nowMs, member: 'acknowledged' }));
      this.scene.given(drawing(i + 1, this.#draw(i + 1, limit), nowMs + 1));
    }
    return before;
  }

  /** Looks at it again and again until then, every ten seconds if nothing else is said. @returns the limits at each look */
  run(fromMs: number, toMs: number, stepMs = STEP_MS): readonly (readonly number[])[] {
    const seen = [];
    for (let nowMs = fromMs; nowMs < toMs; nowMs += stepMs) seen.push(this.at(nowMs));
    return seen;
  }
}

/** A car that takes what it may. */
export const obedient = (_: number, limit: number): number => limit;
