import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Link } from '../data/live-connection.ts';
import type { ThemeChoice } from '../data/preferences.ts';
import { age, clockSeconds, clockTimeOn, decimal, kilowattHours, kilowatts, whole, words } from '../model/format.ts';
import { freshness, runningAge, SITE_PERIOD_MS, SITE_TRUST_MS } from '../model/freshness.ts';
import type { LiveSite } from '../model/live-site.ts';
import { breachKw } from '../model/notices.ts';
import type { SiteEntry } from '../model/site-list.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { Instant, Mark, Shape, Value } from './values.tsx';

export interface HeaderStripProps {
  readonly site: LiveSite;
  readonly sites: readonly SiteEntry[];
  readonly link: Link;
  readonly sinceReceivedMs: number;
  readonly steadyNowMs: number;
  readonly theme: ThemeChoice;
  readonly onChooseSite: (siteId: string) => void;
  readonly onLimit: () => void;
  readonly onKeys: () => void;
}

/** LK12: name, the one number, headroom, worst breach, data age; it stays in sight while the page scrolls. */
export function HeaderStrip(props: HeaderStripProps) {
  const strip = useRef<HTMLElement>(null);
  useStripHeight(strip);
  return (
    <header class="strip" ref={strip}>
      <div class="strip-main">
        <SiteName {...props} />
        <Power site={props.site} />
        <LinkState {...props} />
      </div>
      <div class="strip-more">
        <Facts site={props.site} />
        <div class="strip-tools">
          <button type="button" class="button physical" onClick={props.onLimit}>
            Limit site…
          </button>
          <ThemeSwitch choice={props.theme} />
          <button
            type="button"
            class="button square"
            onClick={props.onKeys}
            aria-label="Show the keys"
            title="Keys (?)"
          >
            ?
          </button>
        </div>
      </div>
    </header>
  );
}

/** Tells the style sheet how high the strip is now: what stands below it must begin there, also when it wraps. */
function useStripHeight(strip: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const tell = (): void => document.documentElement.style.setProperty('--strip-height', `${element.offsetHeight}px`);
    const resized = new ResizeObserver(tell);
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
}

function SiteName({ site, sites, onChooseSite }: HeaderStripProps) {
  return (
    <div class="strip-site">
      <Mark />
      <div class="strip-name">
        <h1>
          {sites.length < 2 && site.name}
          {sites.length >= 2 && (
            <select aria-label="Site" value={site.siteId} onChange={(event) => onChooseSite(event.currentTarget.value)}>
              {sites.map((each) => (
                <option key={each.siteId} value={each.siteId}>
                  {each.siteId === site.siteId ? site.name : each.name}
                </option>
              ))}
            </select>
          )}
        </h1>
        <p class="caption">
          <Instant atMs={site.atMs} zone={site.timezone} text={clockSeconds(site.atMs, site.timezone)} /> {cityOf(site)}
        </p>
      </div>
    </div>
  );
}

/** The town of the zone reads better than the zone's name; the hover has the whole of it. */
const cityOf = (site: LiveSite): string => site.timezone.split('/').at(-1)?.replaceAll('_', ' ') ?? site.timezone;

function Power({ site }: { readonly site: LiveSite }) {
  const { siteKw } = site.total;
  const limitKw = site.limit.powerKw;
  const part = (kw: number | null): string =>
    `${kw === null || limitKw === null || limitKw <= 0 ? 0 : Math.min(100, Math.max(0, (kw / limitKw) * 100))}%`;
  const over = breachKw(site) > 0;
  const until = site.limit.source === 'grid' ? site.limit.validUntilMs : (site.override?.validUntilMs ?? null);
  return (
    <div class="strip-power" data-over={over}>
      <p class="power-line">
        <span class="power-now">{decimal(siteKw, 1)}</span> <span class="power-of">of {words(kilowatts(limitKw))}</span>
        {until !== null && (
          <span class="power-until">
            until <Instant atMs={until} zone={site.timezone} text={clockTimeOn(until, site.atMs, site.timezone)} />
          </span>
        )}
      </p>
      <div class="power-bar" aria-hidden="true">
        <span class="power-building" style={{ width: part(site.building.powerKw) }} />
        <span class="power-cars" style={{ width: part(site.total.drawnKw) }} />
      </div>
    </div>
  );
}

function LinkState({ site, link, sinceReceivedMs, steadyNowMs }: HeaderStripProps) {
  const ageMs = runningAge(site.building.ageMs ?? site.control.ageMs ?? 0, sinceReceivedMs);
  const fresh = freshness({ ageMs, stale: site.building.stale, periodMs: SITE_PERIOD_MS, trustMs: SITE_TRUST_MS });
  return (
    <div class="strip-link" data-link={link.kind}>
      <p class="link-word">
        <Shape shape={link.kind === 'live' ? 'full' : link.kind === 'lost' ? 'cross' : 'half'} />
        {linkWords(link, steadyNowMs)}
      </p>
      <p class="caption link-age" data-fresh={fresh}>
        Data {age(ageMs, true)} old
      </p>
    </div>
  );
}

function linkWords(link: Link, steadyNowMs: number): string {
  if (link.kind === 'live') return 'Live';
  if (link.kind === 'connecting') return 'Connecting';
  const waitS = Math.max(0, Math.ceil((link.retryAtMs - steadyNowMs) / 1000));
  return waitS === 0 ? 'Lost, trying' : `Lost, again in ${words(whole(waitS, 's'))}`;
}

function Facts({ site }: { readonly site: LiveSite }) {
  const { worstBreach, energy } = site;
  const breached = (worstBreach.kw ?? 0) >= 0.05;
  const keptKw = site.building.keptForRiseKw;
  return (
    <dl class="strip-facts">
      <div>
        <dt title="Of the headroom, so much stays free for a rise of the building, in case contact is lost.">
          Headroom{keptKw !== null && keptKw >= 0.05 && `, ${words(kilowatts(keptKw))} kept`}
        </dt>
        <dd>
          <Value of={kilowatts(site.total.headroomKw)} />
        </dd>
      </div>
      <div data-over={breached}>
        <dt>
          Worst breach
          {worstBreach.sinceMs !== null && (
            <>
              {' since '}
              <Instant
                atMs={worstBreach.sinceMs}
                zone={site.timezone}
                text={clockTimeOn(worstBreach.sinceMs, site.atMs, site.timezone)}
              />
            </>
          )}
        </dt>
        <dd>
          <Value of={kilowatts(worstBreach.kw)} />
        </dd>
      </div>
      <div class="fact-energy">
        <dt>Asked</dt>
        <dd>
          <Value of={kilowattHours(energy.askedKwh)} />
        </dd>
      </div>
      <div class="fact-energy">
        <dt>Delivered</dt>
        <dd>
          <Value of={kilowattHours(energy.deliveredKwh)} />
        </dd>
      </div>
      <div class="fact-energy">
        <dt>Missed</dt>
        <dd>
          <Value of={kilowattHours(energy.missedKwh)} />
        </dd>
      </div>
    </dl>
  );
}
