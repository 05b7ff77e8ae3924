import { evseId } from '@headroom/kernel';
import { dcInputDeciA } from '@headroom/site-model';
import type { EvseMeasured, SiteConfigured } from './facts.ts';
import { setControl, type SiteState } from './site-state.ts';

/**
 * What a sample says of the supply. A DC station measures currents of its battery, which say nothing of that; the power that flows out
 * does, counted as its limits are (MD12). One that tells no power tells nothing, and what it offers is no current of ours either.
 */
export function supplySample({ model }: Pick<SiteState, 'model'>, fact: EvseMeasured): EvseMeasured {
  const evse = model?.evses.get(evseId(fact.stationId, fact.evse));
  if (model === undefined || evse?.dc === undefined) return fact;
  const supply = { nominalVoltageV: model.nominalVoltageV, phases: evse.phases.length };
  const { power } = fact;
  const draw = power === undefined ? undefined : dcInputDeciA(evse.dc, Math.max(0, power), supply);
  return { ...fact, draw, current: {}, offered: undefined };
}

/**
 * A document makes DC stations of EVSEs that were taken for AC: what was measured of them until then was measured of something else. Of
 * all others that were measured before the first document the samples stand. Call it before the document takes the place of the last one.
 */
export function forgetForeignSamples(site: SiteState, { model }: SiteConfigured): void {
  for (const control of site.controls.values()) {
    const { sample } = control.set;
    if (sample === undefined) continue;
    const { isUnread, ...read } = sample;
    const [was, is] = [site.model?.evses.get(control.evseId), model.evses.get(control.evseId)];
    const isForeign =
      site.model === undefined
        ? isUnread === true && is?.dc !== undefined
        : (was?.dc === undefined) !== (is?.dc === undefined);
    if (isForeign || isUnread === true)
      setControl(site, { ...control, set: { ...control.set, sample: isForeign ? undefined : read } });
  }
}
