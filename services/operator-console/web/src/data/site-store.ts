import { changesBetween, withLines, type ActivityLine } from '../model/activity.ts';
import type { Failure } from '../model/failure.ts';
import { layersKey, layersOf } from '../model/layers.ts';
import type { LiveSite } from '../model/live-site.ts';
import { EMPTY_HISTORY, type PowerHistory } from '../model/parse-history.ts';
import { appendPoint, createPowerSeries, loadHistory, type PowerSeries } from '../model/power-series.ts';
import { getHistory } from './api.ts';
import { connectLive, type Link } from './live-connection.ts';

/** What the page of one site draws from. `series` is kept and grows in place; `version` tells that something changed. */
export interface SiteSnapshot {
  readonly version: number;
  readonly site: LiveSite | null;
  readonly receivedAtMs: number;
  readonly link: Link;
  readonly failure: Failure | null;
  readonly series: PowerSeries;
  readonly activity: readonly ActivityLine[];
}

export interface SiteStore {
  readonly snapshot: () => SiteSnapshot;
  readonly retryNow: () => void;
  readonly stop: () => void;
}

/** LK22: at most four drawings a second, however fast documents come. */
const DRAW_EVERY_MS = 250;

export function createSiteStore(siteId: string, onChange: () => void): SiteStore {
  let now: SiteSnapshot = {
    version: 0,
    site: null,
    receivedAtMs: 0,
    link: { kind: 'connecting' },
    failure: null,
    series: createPowerSeries([]),
    activity: [],
  };
  const draw = drawScheduler(onChange);

  const change = (part: Partial<SiteSnapshot>): void => {
    now = { ...now, ...part, version: now.version + 1 };
    draw.request();
  };

  const rebuild = (site: LiveSite, history: PowerHistory): PowerSeries => {
    const series = createPowerSeries(layersOf(site));
    loadHistory(series, history);
    appendPoint(series, pointOf(site));
    return series;
  };

  const take = (site: LiveSite, series: PowerSeries): void => {
    const added = now.site === null ? [] : changesBetween(now.site, site);
    change({
      site,
      series,
      receivedAtMs: performance.now(),
      failure: null,
      activity: withLines(now.activity, added),
    });
  };

  const onSite = (site: LiveSite): void => {
    if (layersKey(layersOf(site)) === layersKey(now.series.layers)) {
      appendPoint(now.series, pointOf(site));
      take(site, now.series);
      return;
    }
    // An EVSE came or went: the stack has another order, so it is built anew from the history.
    take(site, rebuild(site, EMPTY_HISTORY));
    void getHistory(siteId).then((answer) => {
      if (answer.kind === 'ok' && now.site !== null) change({ series: rebuild(now.site, answer.value) });
    });
  };

  const connection = connectLive(siteId, {
    onStart: (site, history) => take(site, rebuild(site, history)),
    onSite,
    onLink: (link) => change({ link }),
    onFailure: (failure) => change({ failure }),
  });
  return {
    snapshot: () => now,
    retryNow: connection.retryNow,
    stop: () => {
      connection.stop();
      draw.stop();
    },
  };
}

function pointOf(site: LiveSite) {
  return {
    atMs: site.atMs,
    limitKw: site.limit.powerKw,
    buildingKw: site.building.powerKw,
    drawnKw: new Map(site.evses.map((evse) => [evse.evseId, evse.drawnKw])),
  };
}

/** Coalesces changes; a page nobody looks at draws nothing and catches up when it is seen again. */
function drawScheduler(onChange: () => void) {
  let timer = 0;
  let drawnAtMs = 0;
  const run = (): void => {
    timer = 0;
    if (document.hidden) return;
    drawnAtMs = performance.now();
    onChange();
  };
  const request = (): void => {
    if (timer !== 0) return;
    timer = window.setTimeout(run, Math.max(0, DRAW_EVERY_MS - (performance.now() - drawnAtMs)));
  };
  document.addEventListener('visibilitychange', request);
  return {
    request,
    stop: () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', request);
    },
  };
}
