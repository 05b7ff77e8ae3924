/** A building that never breaks the word its operator gave: within so long it rises by so many amperes at most. */
export class Building {
  readonly #riseA: number;
  readonly #holdsForMs: number;
  readonly #was: { readonly atMs: number; readonly amps: number }[] = [{ atMs: 0, amps: 0 }];

  constructor(riseA: number, holdsForMs: number) {
    this.#riseA = riseA;
    this.#holdsForMs = holdsForMs;
  }

  get amps(): number {
    return this.#was.at(-1)?.amps ?? 0;
  }

  goTo(amps: number, nowMs: number): void {
    const since = this.#was.findLastIndex(({ atMs }) => atMs <= nowMs - this.#holdsForMs);
    const lowest = Math.min(...this.#was.slice(Math.max(0, since)).map((before) => before.amps));
    this.#was.push({ atMs: nowMs, amps: Math.min(amps, lowest + this.#riseA) });
  }
}
