import type { Building } from '../site/building.ts';
import type { Duct } from '../site/duct.ts';
import type { Station } from '../station/station.ts';
import type { Away } from './away.ts';
import type { Chance } from './chance.ts';
import { strikeDucts } from './duct-trouble.ts';
import type { FaultClass, Faults } from './faults.ts';
import { setByStranger } from './foreign-profiles.ts';
import { forget, type Forgetting } from './forgetting.ts';
import { limitFromOutside } from './outside-limits.ts';
import type { Pace } from './pace.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

export const MINUTE_MS = 60_000;
/** Once in so many minutes, for each thing it can strike. */
const ONCE_IN = { link: 30, reboot: 60, forget: 20, outside: 12, foreign: 20, meter: 10, word: 8 } as const;
export const OFFLINE_MS: readonly [number, number] = [3_000, 180_000];
const METER_SILENT_MS: readonly [number, number] = [2_000, 60_000];
/** Longer than the building keeps its promise of how much it rises (7.2b): whoever goes by its last reading is wrong by then. */
const METER_DEAD_MS: readonly [number, number] = [160_000, 220_000];
/** So far into it machines that nobody reads switch on, for what is left of it: twice, for what rose at first was promised. */
const UNREAD_JUMPS_AT = [0.01, 0.75];
const METER_DEAD_SHARE = 0.4;
const JUMP_KW: readonly [number, number] = [4, 35];
/** Beyond its operator's word: 15 to 87 A a phase, the most that the demo's page adds. */
const BROKEN_KW: readonly [number, number] = [10, 60];
/** So soon after a strike the building jumps along. */
const ALONG_MS = 5_000;
const JUMP_S: readonly [number, number] = [20, 150];

/** One site: what can be struck there, and how. */
export interface TroubledSite {
  readonly stations: readonly Station[];
  readonly building: Building;
  readonly ducts: readonly Duct[];
  /** What its people and machines do by chance. */
  readonly chance: Chance;
  readonly away: Pick<Away, 'meterUntilMs'>;
  readonly onForgot: Forgetting['onForgot'];
  /** In the names of what strikes its building: apart from those of other sites. Empty: of the first. */
  readonly suffix: string;
}

export interface SiteTroubleDeps extends TroubledSite {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly pace: Pace;
}

export type Maybe = (fault: FaultClass, which: string, onceIn: number, act: () => void) => void;

export function strikeStations(deps: SiteTroubleDeps, minute: number, maybe: Maybe): void {
  for (const station of deps.stations) {
    const { stationId } = station;
    maybe('link-loss', stationId, ONCE_IN.link, () => cutLink(deps, station, minute));
    maybe('station-reboot', stationId, ONCE_IN.reboot, () => {
      deps.trace.tell(`${stationId} loses power`);
      if (station.forgetsOnReboot()) deps.onForgot(stationId, true);
      station.reboot();
    });
    maybe('profile-loss', stationId, ONCE_IN.forget, () => forget(deps, station, minute));
    maybe('foreign-profile', stationId, ONCE_IN.foreign, () => setByStranger(deps, station, minute));
    maybe('outside-limit', stationId, ONCE_IN.outside, () => limitFromOutside(deps, station, minute));
  }
}

/** What strikes the building, and its meter. */
export function strikeBuilding(deps: SiteTroubleDeps, minute: number, maybe: Maybe): void {
  const building = `building${deps.suffix}`;
  maybe('meter-loss', building, ONCE_IN.meter, () => silenceMeter(deps, minute));
  maybe('word-broken', building, ONCE_IN.word, () => breakWord(deps, minute));
  strikeDucts(deps, minute, maybe);
}

/** Machines that the operator forgot when he said how much the building rises at most (SI21). */
function breakWord({ building, suffix, faults, trace }: SiteTroubleDeps, minute: number): void {
  const kw = faults.extent('word-broken', `jump kw${suffix}`, minute, BROKEN_KW);
  const seconds = faults.extent('word-broken', `jump s${suffix}`, minute, JUMP_S);
  trace.tell(`the building takes ${kw.toFixed(0)} kW more than anybody said, for ${seconds.toFixed(0)} s`);
  building.breakWord(kw, seconds);
}

function silenceMeter({ away, building, suffix, faults, time, trace }: SiteTroubleDeps, minute: number): void {
  const isDead = faults.extent('meter-loss', `dead${suffix}`, minute, [0, 1]) < METER_DEAD_SHARE;
  const forMs = faults.extent('meter-loss', `building${suffix}`, minute, isDead ? METER_DEAD_MS : METER_SILENT_MS);
  away.meterUntilMs = Math.max(away.meterUntilMs, time.monoMs() + forMs);
  trace.tell(`the meter is silent for ${Math.round(forMs)} ms`);
  if (!isDead) return;
  for (const share of UNREAD_JUMPS_AT) {
    time.after(forMs * share, 'unread jump', () => {
      const kw = faults.extent('meter-loss', `jump ${share}${suffix}`, minute, JUMP_KW);
      trace.tell(`the building takes ${kw.toFixed(0)} kW more, unread`);
      building.jumpBy(kw, (forMs * (1 - share)) / 1_000);
    });
  }
}

const cutLink = ({ faults, ...deps }: SiteTroubleDeps, station: Station, minute: number): void =>
  loseLink(deps, station, {
    by: 'link-loss',
    forMs: faults.extent('link-loss', station.stationId, minute, OFFLINE_MS),
  });

/** @param how the class of fault that cuts it, and for how long */
export function loseLink(
  { trace, time }: { readonly trace: Pick<Trace, 'tell'>; readonly time: Pick<VirtualTime, 'after'> },
  station: Pick<Station, 'stationId' | 'cutLink' | 'restoreLink'>,
  { by, forMs }: { readonly by: FaultClass; readonly forMs: number },
): void {
  trace.tell(`${station.stationId} loses its link for ${Math.round(forMs)} ms (${by})`);
  station.cutLink();
  time.after(forMs, `link of ${station.stationId}`, () => station.restoreLink());
}

/** Machines of the building switch on: no fault, every site has it. */
export function maybeJump(deps: SiteTroubleDeps, minute: number): void {
  if (deps.chance.draw('jump', 'building', minute) >= 1 / deps.pace.jumpOnceInMin) return;
  jump(deps, ['building', minute], MINUTE_MS);
}

/** They do so just when the platform is busy with itself: then limits are on their way. */
export function jumpAlong(deps: SiteTroubleDeps, which: string, minute: number): void {
  if (deps.chance.draw('jump along', which, minute) < deps.pace.jumpsAtStrike) jump(deps, [which, minute], ALONG_MS);
}

function jump(
  { chance, building, time, trace }: SiteTroubleDeps,
  [which, minute]: readonly [string, number],
  withinMs: number,
): void {
  const kw = chance.drawBetween(['jump kw', which, minute], ...JUMP_KW);
  const seconds = chance.drawBetween(['jump s', which, minute], ...JUMP_S);
  time.after(chance.drawBetween(['jump when', which, minute], 0, withinMs), 'jump', () => {
    trace.tell(`the building takes ${kw.toFixed(0)} kW more for ${seconds.toFixed(0)} s`);
    building.jumpBy(kw, seconds);
  });
}
