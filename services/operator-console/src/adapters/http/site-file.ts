import type { siteV1 } from '@headroom/contracts';
import { err, ok, type Result } from '@headroom/kernel';
import type { Problem } from '../../domain/site-document.ts';
import { siteConfigOf } from '../rpc/site-config.ts';
import { MAX_BODY_BYTES, parseYamlBody } from './body.ts';
import { SiteDocumentBody, siteDocumentOf } from './site-document-schema.ts';
import { validated } from './validation.ts';

/** Of what is wrong with one file, so many sentences are told. */
const SENTENCES_MAX = 10;

/**
 * The site of a file, as a `PUT` of the same text would hand it to the registry; or a sentence for each thing that is wrong, with its
 * place. Whether it can be commissioned is for the site model to say.
 */
export function readSiteDocument(text: string): Result<siteV1.SiteConfig, readonly string[]> {
  if (text.length > MAX_BODY_BYTES) return err([`the file has more than ${MAX_BODY_BYTES} bytes.`]);
  let body: unknown;
  try {
    body = parseYamlBody(text);
  } catch (cause) {
    return err([cause instanceof Error ? cause.message : String(cause)]);
  }
  const checked = validated(SiteDocumentBody, body);
  if (checked.kind === 'err') return err(sentences(checked.error));
  const document = siteDocumentOf(checked.value, checked.value.metadata.name);
  return document.kind === 'err' ? err(sentences(document.error)) : ok(siteConfigOf(document.value));
}

function sentences(problems: readonly Problem[]): readonly string[] {
  const told = problems.slice(0, SENTENCES_MAX).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const rest = problems.length - told.length;
  return rest > 0 ? [...told, `and ${rest} more.`] : told;
}
