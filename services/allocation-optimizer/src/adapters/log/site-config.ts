import { decodeRecord, TOPICS } from '@headroom/contracts';
import { err, ok, type Result } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { siteModelFromConfig } from '@headroom/site-wire';
import type { Decoded } from '../../service.ts';

/** A site document of the log as a model; what the model refuses is parked with its problems. */
export const siteConfigOf = (value: Uint8Array): Decoded<SiteModel> => {
  const decoded = decodeRecord(TOPICS.siteConfig, value);
  if (decoded.kind === 'err') return decoded;
  const model = siteModelFromConfig(decoded.value);
  if (model.kind === 'err') return model;
  // A copy: what came may be a part of a much larger answer of the broker.
  DOCUMENTS.set(model.value, Uint8Array.from(value));
  return ok({ siteId: model.value.siteId, content: model.value });
};

/** The document that a model was made of, for as long as the model lives: a replay needs it when the log holds a newer one. */
export const documentOf = (model: SiteModel): Uint8Array | undefined => DOCUMENTS.get(model);

const DOCUMENTS = new WeakMap<SiteModel, Uint8Array>();

/** The way back. */
export function modelOf(document: Uint8Array): Result<SiteModel, string> {
  const decoded = siteConfigOf(document);
  if (decoded.kind === 'err') return decoded;
  return decoded.value === undefined ? err('it names no site') : ok(decoded.value.content);
}
