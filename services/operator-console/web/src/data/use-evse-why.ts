import { useEffect, useState } from 'preact/hooks';
import type { EvseWhy } from '../model/explanation.ts';
import type { EvseLive } from '../model/live-site.ts';
import { getEvseWhy } from './api.ts';

const READ_EVERY_MS = 10_000;

/**
 * What binds an EVSE and what would give it more, asked again when its reason changes and every ten seconds. Null: not known, or of an
 * EVSE that was looked at before. A page without an answer shows the reason alone.
 */
export function useEvseWhy(siteId: string, { evseId, reason, targetA }: EvseLive): EvseWhy | null {
  const [read, setRead] = useState<{ readonly of: string; readonly why: EvseWhy | null } | null>(null);
  const of = `${siteId} ${evseId} ${reason?.code ?? ''} ${reason?.circuitId ?? ''} ${targetA ?? ''}`;
  useEffect(() => {
    let left = false;
    let timer = 0;
    const load = async (): Promise<void> => {
      const answer = await getEvseWhy(siteId, evseId);
      if (left) return;
      setRead(answer.kind === 'ok' ? { of, why: answer.value } : null);
      const isFinal = answer.kind === 'failed' && answer.failure.kind === 'forbidden';
      if (!isFinal) timer = window.setTimeout(() => void load(), READ_EVERY_MS);
    };
    void load();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [of]);
  return read?.of === of ? read.why : null;
}
