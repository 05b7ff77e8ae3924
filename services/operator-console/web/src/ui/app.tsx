import { useCallback, useEffect, useState } from 'preact/hooks';
import { getSites } from '../data/api.ts';
import { useTheme } from '../data/preferences.ts';
import type { Failure } from '../model/failure.ts';
import { addressOf, pageInAddress, type PageName, siteInAddress } from '../model/route.ts';
import type { SiteEntry } from '../model/site-list.ts';
import { EmptyState, FailureState } from './full-states.tsx';
import { SiteChooser } from './site-chooser.tsx';
import { SitePage } from './site-page.tsx';
import { PageSkeleton } from './skeleton.tsx';

type Sites =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly sites: readonly SiteEntry[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

const RETRY_MS = 5000;

export function App() {
  const theme = useTheme();
  const { siteId, page, go } = useAddress();
  const { sites, reload } = useSites();

  if (sites.kind === 'loading') return <PageSkeleton />;
  if (sites.kind === 'failed') return <FailureState failure={sites.failure} theme={theme} onRetry={reload} />;
  if (sites.sites.length === 0) return <EmptyState theme={theme} onRetry={reload} />;
  const only = sites.sites.length === 1 ? sites.sites[0]?.siteId : undefined;
  const shown = siteId ?? only;
  if (shown === undefined)
    return <SiteChooser sites={sites.sites} theme={theme} onChoose={(chosen) => go(chosen, 'live')} />;
  return (
    <SitePage
      key={shown}
      siteId={shown}
      sites={sites.sites}
      theme={theme}
      onChooseSite={(chosen) => go(chosen, page)}
      page={page}
      onPage={(to) => go(shown, to)}
    />
  );
}

interface Address {
  readonly siteId: string | null;
  readonly page: PageName;
}

function useAddress() {
  const read = (): Address => ({
    siteId: siteInAddress(location.pathname, location.search),
    page: pageInAddress(location.pathname),
  });
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const follow = (): void => setAddress(read());
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const go = (siteId: string, page: PageName): void => {
    history.pushState(null, '', addressOf(siteId, location.search, page));
    setAddress({ siteId, page });
  };
  return { ...address, go };
}

/** The list of sites; asked again by itself while there is none, so that the page wakes up when the first site is made. */
function useSites() {
  const [sites, setSites] = useState<Sites>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let left = false;
    let timer = 0;
    const load = async (): Promise<void> => {
      const answer = await getSites();
      if (left) return;
      setSites(
        answer.kind === 'ok' ? { kind: 'known', sites: answer.value } : { kind: 'failed', failure: answer.failure },
      );
      const settled = answer.kind === 'ok' ? answer.value.length > 0 : answer.failure.kind === 'forbidden';
      if (!settled) timer = window.setTimeout(() => void load(), RETRY_MS);
    };
    void load();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [attempt]);
  const reload = useCallback(() => setAttempt((before) => before + 1), []);
  return { sites, reload };
}
