import { TurnStoreError } from './port.ts';

/** serialization_failure, deadlock_detected: the turn did nothing and may run again. */
const CONTENDED: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Constraint violations, data exceptions, faulty SQL, wrong states: running again changes nothing. */
const CONFLICT_CLASSES: ReadonlySet<string> = new Set(['22', '23', '42', '25', '0A']);
/** Class 25 also holds the time-out of an idle transaction, after which the session is gone. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['25P03', '25P04']);

const codeOf = (cause: unknown): string | undefined => {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
};

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown cause');

export const isTurnStoreError = (cause: unknown): cause is TurnStoreError => {
  const code = codeOf(cause);
  return code === 'STORE_UNAVAILABLE' || code === 'STORE_CONTENDED' || code === 'STORE_CONFLICT';
};

/** What `pg` threw, in the words of the port. What is not known to be permanent counts as an outage: the input comes again. */
export function fromPgError(cause: unknown): TurnStoreError {
  if (isTurnStoreError(cause)) return cause;
  const code = codeOf(cause) ?? '';
  const words = `${wordsOf(cause)}${code === '' ? '' : ` (${code})`}`;
  if (CONTENDED.has(code)) return new TurnStoreError('STORE_CONTENDED', words, cause);
  if (code.length === 5 && CONFLICT_CLASSES.has(code.slice(0, 2)) && !UNAVAILABLE.has(code)) {
    return new TurnStoreError('STORE_CONFLICT', words, cause);
  }
  return new TurnStoreError('STORE_UNAVAILABLE', `PostgreSQL did not answer: ${words}`, cause);
}
