import type { siteV1 } from '@headroom/contracts';
import { err, ok, type Result } from '@headroom/kernel';
import { readSiteDocument } from '@headroom/operator-console';
import type { SiteModel } from '@headroom/site-model';
import { siteModelFromConfig } from '@headroom/site-wire';

export interface LoadedSite {
  readonly model: SiteModel;
  /** Its fallbacks did not fit under the limit that was asked for: here they are 0. */
  readonly withoutFallbacks: boolean;
}

/** The site document of a file, or all that is wrong with it. */
export const siteConfigOfText = (text: string): Result<siteV1.SiteConfig, readonly string[]> => readSiteDocument(text);

/** The model of a site whose grid connection has another power limit; undefined: that of its document. */
export function siteWithLimit(config: siteV1.SiteConfig, limitKw?: number): Result<LoadedSite, string> {
  const asked: siteV1.SiteConfig = {
    ...config,
    circuits: config.circuits.map((circuit) =>
      limitKw === undefined || circuit.parentCircuitId !== undefined
        ? circuit
        : { ...circuit, powerLimitW: BigInt(Math.floor(limitKw * 1_000)) },
    ),
  };
  const built = siteModelFromConfig(asked);
  if (built.kind === 'ok') return replayable({ model: built.value, withoutFallbacks: false });
  if (limitKw === undefined) return built;
  const stations = asked.stations.map((station) => ({
    ...station,
    evses: station.evses.map((evse) => ({ ...evse, fallbackDeciA: 0 })),
  }));
  const lowered = siteModelFromConfig({ ...asked, stations });
  return lowered.kind === 'ok' ? replayable({ model: lowered.value, withoutFallbacks: true }) : built;
}

function replayable(site: LoadedSite): Result<LoadedSite, string> {
  const cabinet = [...site.model.circuits.values()].find((circuit) => circuit.cabinet !== undefined);
  return cabinet === undefined
    ? ok(site)
    : err(`circuit ${cabinet.circuitId} is a cabinet; these are not replayed yet`);
}
