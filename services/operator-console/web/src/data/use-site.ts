import { useEffect, useRef, useState } from 'preact/hooks';
import { createSiteStore, type SiteSnapshot, type SiteStore } from './site-store.ts';

export interface SiteFeed {
  readonly snapshot: SiteSnapshot;
  readonly retryNow: () => void;
}

/** Follows one site for as long as the page stands. */
export function useSite(siteId: string): SiteFeed | null {
  const [snapshot, setSnapshot] = useState<SiteSnapshot | null>(null);
  const store = useRef<SiteStore | null>(null);
  useEffect(() => {
    const made = createSiteStore(siteId, () => setSnapshot(made.snapshot()));
    store.current = made;
    setSnapshot(made.snapshot());
    return made.stop;
  }, [siteId]);
  return snapshot === null ? null : { snapshot, retryNow: () => store.current?.retryNow() };
}

/** Milliseconds of this machine's steady clock, seen anew every `everyMs`: ages run on while no document comes. */
export function useSteadyNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(performance.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
