import { age, clockTimeOn, duration, kilowatts, words } from './format.ts';
import { runningAge, SITE_PERIOD_MS } from './freshness.ts';
import { sourceTrouble } from './grid-words.ts';
import { bearsWords, silentSensors } from './heat-view.ts';
import type { LiveSite } from './live-site.ts';

type NoticeTone = 'breach' | 'caution' | 'info';

/** A line under the header. It stands still until its cause is gone, and says in words what a person can do or expect. */
export interface Notice {
  readonly id: string;
  readonly tone: NoticeTone;
  readonly title: string;
  readonly detail: string;
  /** The one EVSE it is about, if it is one. */
  readonly evseId?: string;
}

/** Below this a difference is the resolution of the meters, not a breach. */
const BREACH_KW = 0.05;

export function breachKw(site: LiveSite): number {
  if (site.total.siteKw === null || site.limit.powerKw === null) return 0;
  const over = site.total.siteKw - site.limit.powerKw;
  return over > BREACH_KW ? over : 0;
}

export function noticesOf(site: LiveSite, sinceReceivedMs: number): readonly Notice[] {
  return [
    ...breachNotice(site),
    ...meterNotice(site, sinceReceivedMs),
    ...sensorNotices(site, sinceReceivedMs),
    ...obeyNotice(site),
    ...sourceNotices(site),
    ...overrideNotice(site),
  ];
}

function breachNotice(site: LiveSite): readonly Notice[] {
  const over = breachKw(site);
  if (over === 0) return [];
  const detail = `The site draws ${words(kilowatts(site.total.siteKw))} of ${words(kilowatts(site.limit.powerKw))}. Charging is being reduced.`;
  return [{ id: 'breach', tone: 'breach', title: `${words(kilowatts(over))} over the limit`, detail }];
}

function meterNotice(site: LiveSite, sinceReceivedMs: number): readonly Notice[] {
  const { building } = site;
  if (building.ageMs === null && building.powerKw === null) {
    const detail = 'Until the first reading the worst case of the site document counts for the building.';
    return [{ id: 'meter', tone: 'caution', title: 'The site meter has not reported yet', detail }];
  }
  const ageMs = runningAge(building.ageMs, sinceReceivedMs);
  if (!building.stale || ageMs === null || ageMs < 2 * SITE_PERIOD_MS) return [];
  const detail = 'The worst case of the site document counts for the building until it reports again.';
  return [{ id: 'meter', tone: 'caution', title: `The site meter is silent for ${age(ageMs)}`, detail }];
}

/** Safe, and for nothing: in winter too its circuits bear no more than at their hottest. */
function sensorNotices(site: LiveSite, sinceReceivedMs: number): readonly Notice[] {
  return silentSensors(site, sinceReceivedMs).map(({ sensor, ageMs, circuits }) => {
    const shown = circuits.slice(0, NAMES_SHOWN).map(({ name, heat }) => `${name} bears ${bearsWords(heat)}`);
    const rest = circuits.length > NAMES_SHOWN ? ` and ${circuits.length - NAMES_SHOWN} more` : '';
    return {
      ...{ id: `sensor ${sensor}`, tone: 'caution' as const },
      title:
        ageMs === null
          ? `The sensor “${sensor}” has not reported yet`
          : `The sensor “${sensor}” is silent for ${age(ageMs)}`,
      detail: `Until it reports its hottest step counts: ${shown.join(', ')}${rest}. See whether it has power, and whether its readings are sent.`,
    };
  });
}

/** New events do not arrive: who runs the site has to know, though nothing is unsafe. */
function sourceNotices(site: LiveSite): readonly Notice[] {
  return site.grid.sources.flatMap((source) => {
    const detail = sourceTrouble(source, site.atMs);
    const title = `The utility “${source.name}” is not heard`;
    return detail === null ? [] : [{ id: `source ${source.name}`, tone: 'caution' as const, title, detail }];
  });
}

const NAMES_SHOWN = 6;

function obeyNotice(site: LiveSite): readonly Notice[] {
  const evses = site.evses.filter((evse) => evse.state === 'not-obeying');
  const [first] = evses;
  if (first === undefined) return [];
  if (evses.length === 1) {
    const detail = 'What it draws is counted in full, and the others get less.';
    const title = `${first.name} does not obey its limit`;
    return [{ id: 'obey', tone: 'caution', title, detail, evseId: first.evseId }];
  }
  const names = evses.slice(0, NAMES_SHOWN).map((evse) => evse.name);
  const rest = evses.length > NAMES_SHOWN ? ` and ${evses.length - NAMES_SHOWN} more` : '';
  const detail = `What they draw is counted in full, and the others get less: ${names.join(', ')}${rest}.`;
  return [{ id: 'obey', tone: 'caution', title: `${evses.length} EVSEs do not obey their limits`, detail }];
}

function overrideNotice(site: LiveSite): readonly Notice[] {
  const { override } = site;
  if (override === null) return [];
  const until = override.validUntilMs;
  const end =
    until === null
      ? ''
      : ` until ${clockTimeOn(until, site.atMs, site.timezone)}, ${duration(until - site.atMs)} from now`;
  const by = override.setBy === null ? '' : `Set by ${override.setBy}.`;
  const why = override.reason === null ? '' : ` ${override.reason}`;
  const title = `Limited to ${words(kilowatts(override.powerKw))}${end}`;
  return [{ id: 'override', tone: 'info', title, detail: `${by}${why}`.trim() }];
}
