import type { LiveFamily, LiveState, LiveValue } from '@headroom/live-state';
import type { DrawSnapshot, SiteSnapshot } from '../../domain/site-snapshot.ts';
import type { LiveSource, Versioned } from '../../ports.ts';
import { drawSnapshotOf, siteSnapshotOf } from './wire-site.ts';
import { stationLearnedOf } from './wire-station.ts';

/** Reads `site:*`, `draw:*` and `station:*`. A value that does not decode is told to `onUnreadable` and counts as none. */
export function createLiveSource(
  live: LiveState,
  onUnreadable: (family: LiveFamily, id: string, why: string) => void,
): LiveSource {
  const read = <T>(family: LiveFamily, id: string, value: LiveValue | undefined, decode: (bytes: Uint8Array) => T) => {
    if (value === undefined) return undefined;
    try {
      const versioned: Versioned<T> = { version: value.version, value: decode(value.value) };
      return versioned;
    } catch (cause) {
      onUnreadable(family, id, cause instanceof Error ? cause.message : 'unknown');
      return undefined;
    }
  };
  const snapshot = (id: string, value: LiveValue | undefined): Versioned<SiteSnapshot> | undefined =>
    read('site', id, value, siteSnapshotOf);
  const draw = (id: string, value: LiveValue | undefined): Versioned<DrawSnapshot> | undefined =>
    read('draw', id, value, drawSnapshotOf);

  return {
    load: async (siteId) => {
      const [site, drawn] = await Promise.all([live.get('site', siteId), live.get('draw', siteId)]);
      return { snapshot: snapshot(siteId, site), draw: draw(siteId, drawn) };
    },
    station: async (stationId) =>
      read('station', stationId, await live.get('station', stationId), stationLearnedOf)?.value,
    watch: async (siteId, on) => {
      const endSite = await live.watch('site', siteId, (value) => {
        const seen = snapshot(siteId, value);
        if (seen !== undefined) on.snapshot(seen);
      });
      const endDraw = await live.watch('draw', siteId, (value) => {
        const seen = draw(siteId, value);
        if (seen !== undefined) on.draw(seen);
      });
      return async () => {
        await Promise.all([endSite(), endDraw()]);
      };
    },
  };
}
