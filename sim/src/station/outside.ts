import { optional } from '../json.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Bay } from './bay.ts';
import type { Dialect } from './dialect.ts';
import type { Link } from './link.ts';
import type { OutsideStore } from './outside-store.ts';

/** Of whatever a stranger sets: none that the platform ever gives. */
export const FOREIGN_PROFILE_ID = 800_000;

/** What others than the central system do to a station. */
export interface Outside {
  /** What its hardware bears, A of each phase. */
  readonly bearsA: number;
  /** An energy manager allows an EVSE (0: each of them) so many amperes of each phase; undefined: it lets go. */
  limit(evse: number, limitA: number | undefined): void;
  /** An installer sets a profile by hand. False: the station takes no such. */
  install(evse: number, profile: Profile): boolean;
  /** Has anybody set something there that still stands? */
  isSet(): boolean;
  /** It is taken away again. */
  remove(id: number): void;
  /** Time passes, perhaps without the central system (2.1 maxOfflineDuration). */
  beat(): void;
  /** Tells which profiles the station holds. False: none. */
  report(requestId: number): boolean;
}

interface Parts {
  readonly dialect: Dialect;
  readonly bays: ReadonlyMap<number, Bay>;
  readonly store: OutsideStore;
  readonly link: Pick<Link, 'prompt' | 'afterReply' | 'isOnline'>;
  readonly stationNowMs: () => number;
  readonly hardwareMaxA: number;
}

export function createOutside({ dialect, bays, store, link, stationNowMs, hardwareMaxA }: Parts): Outside {
  const refresh = (): void => {
    for (const bay of bays.values()) bay.refresh();
  };
  let offlineSinceMs: number | undefined;
  return {
    bearsA: hardwareMaxA,
    beat() {
      if (link.isOnline()) offlineSinceMs = undefined;
      else offlineSinceMs ??= stationNowMs();
      const offlineMs = offlineSinceMs === undefined ? 0 : stationNowMs() - offlineSinceMs;
      const gone = store.all().filter(({ maxOfflineS = Infinity }) => offlineMs >= maxOfflineS * 1_000);
      for (const { id } of gone) store.clear({ id });
      if (gone.length > 0) refresh();
    },
    limit(evse, limitA) {
      const sinceMs = stationNowMs();
      store.allow(evse, limitA === undefined ? undefined : { limitA, sinceMs });
      refresh();
      const told = dialect.outside?.limited({ evse, atMs: sinceMs, ...optional('limitA', limitA) });
      if (told !== undefined) link.prompt(told);
    },
    install(evse, profile) {
      const tx = bays.get(evse)?.transaction();
      const { kind } = store.set({ evse, profile, namesThisTransaction: true, ...optional('tx', tx) });
      refresh();
      return kind === 'accepted';
    },
    isSet: () => store.all().some(({ id }) => id === FOREIGN_PROFILE_ID),
    remove(id) {
      if (store.clear({ id }) > 0) refresh();
    },
    report(requestId) {
      const reports = dialect.outside?.reports(requestId, store.all(), store.allowed()) ?? [];
      link.afterReply(() => reports.forEach((report) => link.prompt(report)));
      return reports.length > 0;
    },
  };
}
