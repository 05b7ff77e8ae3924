/** Whatever a generator comes to, and how often it paused on the way. */
export function runToEnd<T>(work: Generator<undefined, T>): { readonly value: T; readonly pauses: number } {
  for (let pauses = 0; ; pauses += 1) {
    const step = work.next();
    if (step.done === true) return { value: step.value, pauses };
  }
}
