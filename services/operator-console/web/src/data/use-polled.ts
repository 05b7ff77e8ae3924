import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../model/failure.ts';
import type { Answer } from './api.ts';

export interface Polled<T> {
  /** Null: none was read yet. What was read last stays while nothing answers. */
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly retryNow: () => void;
}

const READ_EVERY_MS = 5_000;

/**
 * Something read again and again. `of` says what is read: what was read of another is not shown. `changed` is something that changes when it
 * surely is another. What moves slowly is read less often.
 */
export function usePolled<T>(
  of: string,
  changed: string,
  read: () => Promise<Answer<T>>,
  everyMs = READ_EVERY_MS,
): Polled<T> {
  const [last, setLast] = useState<{ readonly of: string; readonly value: T } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let left = false;
    let timer = 0;
    const load = async (): Promise<void> => {
      const answer = await read();
      if (left) return;
      if (answer.kind === 'ok') setLast({ of, value: answer.value });
      setFailure(answer.kind === 'ok' ? null : answer.failure);
      const isFinal = answer.kind === 'failed' && answer.failure.kind === 'forbidden';
      if (!isFinal) timer = window.setTimeout(() => void load(), everyMs);
    };
    void load();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [of, changed, attempt]);
  return {
    value: last?.of === of ? last.value : null,
    failure,
    retryNow: () => setAttempt((was) => was + 1),
  };
}
