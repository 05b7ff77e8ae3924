import { fromPgError, isTurnStoreError } from './pg-errors.ts';

/** Remembers the last outage until something works again. */
export function createHealth() {
  let trouble: string | undefined;
  const note = (cause: unknown): void => {
    const error = fromPgError(cause);
    if (error.code === 'STORE_UNAVAILABLE') trouble = error.message;
  };
  const watch = async <R>(work: () => Promise<R>): Promise<R> => {
    try {
      const answer = await work();
      trouble = undefined;
      return answer;
    } catch (cause) {
      // What a body throws for reasons of its own says nothing about PostgreSQL.
      if (isTurnStoreError(cause)) note(cause);
      throw cause;
    }
  };
  return { note, watch, trouble: () => trouble };
}
