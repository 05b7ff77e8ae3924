import { useEffect, useState } from 'preact/hooks';
import { useSingleKeys, type ThemeChoice } from '../data/preferences.ts';
import type { SiteSnapshot } from '../data/site-store.ts';
import { useSite, useSteadyNow } from '../data/use-site.ts';
import { circuitViews } from '../model/circuit-view.ts';
import { decimal } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { noticesOf } from '../model/notices.ts';
import { addressOf, type PageName } from '../model/route.ts';
import type { SiteEntry } from '../model/site-list.ts';
import { ActivityStrip } from './activity-strip.tsx';
import { ChartCard } from './chart-card.tsx';
import { CircuitStrip } from './circuit-strip.tsx';
import { EventsPage } from './events-page.tsx';
import { EvseSection } from './evse-section.tsx';
import { FailureState } from './full-states.tsx';
import { GridDialog } from './grid-dialog.tsx';
import { GridStrip } from './grid-strip.tsx';
import { HeatDialog } from './heat-dialog.tsx';
import { HeaderStrip } from './header-strip.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { LimitDialog } from './limit-dialog.tsx';
import { NoticeList } from './notice-list.tsx';
import { PlanPage } from './plan-page.tsx';
import { PageSkeleton } from './skeleton.tsx';
import { usePageKeys } from './use-page-keys.ts';
import { WhyDrawer } from './why-drawer.tsx';

export interface SitePageProps {
  readonly siteId: string;
  readonly sites: readonly SiteEntry[];
  readonly theme: ThemeChoice;
  readonly onChooseSite: (siteId: string) => void;
  readonly page: PageName;
  readonly onPage: (page: PageName) => void;
}

export function SitePage(props: SitePageProps) {
  const feed = useSite(props.siteId);
  if (feed === null) return <PageSkeleton />;
  const { snapshot, retryNow } = feed;
  const { site, failure } = snapshot;
  // A refusal after the first document: the last values would be a lie, since nobody knows whether the site still is what it was.
  const refused = failure?.kind === 'forbidden' || failure?.kind === 'not-found';
  if (failure !== null && (site === null || refused)) {
    return <FailureState failure={failure} theme={props.theme} onRetry={retryNow} />;
  }
  if (site === null) return <PageSkeleton />;
  return <LivePage {...props} site={site} snapshot={snapshot} onRetry={retryNow} />;
}

interface LivePageProps extends SitePageProps {
  readonly site: LiveSite;
  readonly snapshot: SiteSnapshot;
  readonly onRetry: () => void;
}

const FIND_ID = 'find-evse';
const MAX_SIDE_CIRCUITS = 3;
/** What each page is about, behind its header. */
const SKIPS: Readonly<Record<PageName, { readonly id: string; readonly what: string }>> = {
  live: { id: 'evses-title', what: 'EVSEs' },
  events: { id: 'events-title', what: 'events' },
  plan: { id: 'plan-title', what: 'plan' },
};
type OpenDialog = 'none' | 'limit' | 'keys' | 'grid';

function LivePage(props: LivePageProps) {
  const { site, snapshot, theme, sites, onChooseSite, page, onPage } = props;
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [hoveredId, setHoveredId] = useState<string | null>(null);
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const [heatOf, setHeatOf] = useState<string | null>(null);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const steadyNowMs = useSteadyNow(500);
  const sinceReceivedMs = Math.max(0, steadyNowMs - snapshot.receivedAtMs);
  const selected = site.evses.find((evse) => evse.evseId === selectedId);
  const closeDrawer = (): void => {
    setSelectedId(null);
    if (selectedId !== null) cardOf(selectedId)?.focus();
  };
  const onLimit = (): void => setDialog('limit');
  const onMakeEvent = (): void => setDialog('grid');
  usePageTitle(site);
  usePageKeys({
    singleKeys,
    onKeys: () => setDialog('keys'),
    onFind: () => document.getElementById(FIND_ID)?.focus(),
    onLimit,
    onMakeEvent: site.demo.gridEvents ? onMakeEvent : undefined,
    onEvents: () => onPage(page === 'events' ? 'live' : 'events'),
    onPlan: () => onPage(page === 'plan' ? 'live' : 'plan'),
    onEscape: closeDrawer,
  });
  return (
    <div class="page" data-link={snapshot.link.kind} data-drawer={selected !== undefined}>
      <a class="skip" href={`#${SKIPS[page].id}`}>
        Skip to the {SKIPS[page].what}
      </a>
      <HeaderStrip
        {...{ site, sites, theme, onChooseSite, onLimit, sinceReceivedMs, steadyNowMs }}
        link={snapshot.link}
        onKeys={() => setDialog('keys')}
      />
      <main class="content" id="main">
        {page === 'live' && (
          <LiveContent
            {...{ ...props, sinceReceivedMs, selectedId, hoveredId, onLimit, onMakeEvent }}
            onHeat={setHeatOf}
            onSelect={setSelectedId}
            onHover={setHoveredId}
          />
        )}
        {page === 'events' && (
          <EventsPage
            site={site}
            liveHref={addressOf(site.siteId, location.search)}
            onLive={() => onPage('live')}
            onMakeEvent={onMakeEvent}
          />
        )}
        {page === 'plan' && (
          <PlanPage
            {...{ site, sinceReceivedMs }}
            liveHref={addressOf(site.siteId, location.search)}
            onLive={() => onPage('live')}
          />
        )}
      </main>
      {selected !== undefined && (
        <WhyDrawer evse={selected} site={site} sinceReceivedMs={sinceReceivedMs} onClose={closeDrawer} />
      )}
      {dialog === 'limit' && <LimitDialog site={site} onClose={() => setDialog('none')} />}
      {dialog === 'grid' && <GridDialog site={site} onClose={() => setDialog('none')} />}
      {heatOf !== null && <HeatDialog site={site} circuitId={heatOf} onClose={() => setHeatOf(null)} />}
      {dialog === 'keys' && (
        <KeysDialog singleKeys={singleKeys} onSingleKeys={setSingleKeys} onClose={() => setDialog('none')} />
      )}
    </div>
  );
}

interface LiveContentProps extends LivePageProps {
  readonly sinceReceivedMs: number;
  readonly selectedId: string | null;
  readonly hoveredId: string | null;
  readonly onSelect: (evseId: string | null) => void;
  readonly onHover: (evseId: string | null) => void;
  readonly onLimit: () => void;
  readonly onMakeEvent: () => void;
  readonly onHeat: (circuitId: string) => void;
}

function LiveContent(props: LiveContentProps) {
  const { site, snapshot, theme, sinceReceivedMs, selectedId, hoveredId, onSelect, onHover } = props;
  const circuits = circuitViews(site);
  return (
    <>
      <NoticeList
        notices={noticesOf(site, sinceReceivedMs)}
        link={snapshot.link}
        onRetry={props.onRetry}
        onEndLimit={props.onLimit}
        onShowEvse={onSelect}
      />
      <GridStrip
        site={site}
        sinceReceivedMs={snapshot.link.kind === 'live' ? sinceReceivedMs : 0}
        eventsHref={addressOf(site.siteId, location.search, 'events')}
        onEvents={() => props.onPage('events')}
        onMakeEvent={props.onMakeEvent}
      />
      <div class="top" data-side={circuits.length <= MAX_SIDE_CIRCUITS}>
        <ChartCard
          site={site}
          series={snapshot.series}
          version={snapshot.version}
          dark={theme.dark}
          highlightEvseId={hoveredId ?? selectedId}
          onPickEvse={onSelect}
          planHref={addressOf(site.siteId, location.search, 'plan')}
          onPlan={() => props.onPage('plan')}
        />
        <CircuitStrip
          {...{ circuits, sinceReceivedMs }}
          lease={site.lease}
          zone={site.timezone}
          onHeat={props.onHeat}
        />
      </div>
      <EvseSection {...{ site, sinceReceivedMs, selectedId, onSelect, onHover }} filterId={FIND_ID} />
      <ActivityStrip lines={snapshot.activity} zone={site.timezone} />
    </>
  );
}

const cardOf = (evseId: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-evse="${CSS.escape(evseId)}"]`);

/** The tab tells the one number too: a page left open all day is often only a tab. */
function usePageTitle(site: LiveSite): void {
  const title = `${decimal(site.total.siteKw, 0)} of ${decimal(site.limit.powerKw, 0)} kW, ${site.name}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
