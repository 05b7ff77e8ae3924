import { decodeRecord, TOPICS } from '@headroom/contracts';
import { ok } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { siteModelFromConfig } from '@headroom/site-wire';
import type { Decoded } from '../../service.ts';

/** A site document of the log as a model; what the model refuses is parked with its problems. */
export const siteConfigOf = (value: Uint8Array): Decoded<SiteModel> => {
  const decoded = decodeRecord(TOPICS.siteConfig, value);
  if (decoded.kind === 'err') return decoded;
  const model = siteModelFromConfig(decoded.value);
  return model.kind === 'err' ? model : ok({ siteId: model.value.siteId, content: model.value });
};
