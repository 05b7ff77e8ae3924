import type { allocationServiceV1 as wire } from '@headroom/contracts';
import { circuitId, type CircuitId, deciAmps, type Watts, watts } from '@headroom/kernel';
import { RpcError } from '@headroom/rpc';
import type { SiteModel } from '@headroom/site-model';
import { shareFromWire } from '@headroom/site-wire';
import { type Change, CHANGES_MAX } from '../../domain/what-if/changes.ts';
import { evseIdOf } from './evse-id-of-wire.ts';

/** 1 GW, as of every power of a site. */
const POWER_W_MAX = 1_000_000_000n;
/** 100 kA. */
const RATING_DECI_A_MAX = 1_000_000;

/** Changes that may be tried, once the site is known: an empty circuit is its grid connection. Throws where one of them is none. */
export function changesOf(changes: readonly wire.PreviewedChange[]): (site: SiteModel) => readonly Change[] {
  if (changes.length === 0 || changes.length > CHANGES_MAX) {
    throw new RpcError('invalid-argument', `From 1 to ${CHANGES_MAX} changes can be tried, not ${changes.length}.`);
  }
  const read = changes.map(({ change }) => changeOf(change));
  return (site) => read.map((at) => at(site));
}

function changeOf(change: wire.PreviewedChange['change']): (site: SiteModel) => Change {
  switch (change?.$case) {
    case 'circuitPower':
    case 'gridLimit': {
      const kind = change.$case === 'gridLimit' ? 'grid' : 'circuit-power';
      const limitW = powerOf(change.value.powerLimitW);
      return (site) => ({ kind, circuitId: circuitIn(site, change.value.circuitId), limitW });
    }
    case 'circuitRating': {
      const { ratingDeciA } = change.value;
      if (ratingDeciA < 0 || ratingDeciA > RATING_DECI_A_MAX) throw refused('a rating lies between 0 A and 100 kA');
      return (site) => ({
        kind: 'circuit-rating',
        circuitId: circuitIn(site, change.value.circuitId),
        rating: deciAmps(ratingDeciA),
      });
    }
    case 'car': {
      const evseId = evseIdOf(change.value);
      return () => ({ kind: 'car', evseId });
    }
    case 'policy': {
      const share = shareFromWire(change.value);
      if (share === undefined) throw refused('no way to share that this release knows');
      return () => ({ kind: 'share', share });
    }
    case undefined:
      throw refused('a change that this release does not know');
  }
}

function powerOf(limitW: bigint): Watts {
  if (limitW < 0n || limitW > POWER_W_MAX) throw refused('a limit of power lies between 0 W and 1 GW');
  return watts(Number(limitW));
}

const circuitIn = (site: SiteModel, id: string): CircuitId => (id === '' ? site.rootCircuitId : circuitId(id));

const refused = (why: string): RpcError => new RpcError('invalid-argument', `This cannot be tried: ${why}.`);
