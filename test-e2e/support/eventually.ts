/** Polls until `look` answers something, or fails with what was seen last. Real time: these tests run on the real parts. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined> | T | undefined,
  everyMs = 100,
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (cause) {
      last = cause;
    }
    if (performance.now() > endsAt) {
      const seen = last instanceof Error ? `; seen last: ${last.message}` : '';
      throw new Error(`not within ${withinMs} ms: ${what}${seen}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The outcome of something that resolves by itself, if it does in time. */
export async function within<T>(what: string, withinMs: number, outcome: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${withinMs} ms: ${what}`)), withinMs);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
