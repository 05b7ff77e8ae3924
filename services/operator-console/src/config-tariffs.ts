import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@headroom/kernel';
import { parseTariff, type Tariff, tariffDocument } from '@headroom/tariff';
import { parse } from 'yaml';

/** Entries of the list, and bytes of a file. */
export const TARIFFS_MAX = 50;
export const TARIFF_BYTES_MAX = 262_144;
/** Of what is wrong with one file, so many sentences are told. */
const SENTENCES_MAX = 5;

/** The tariff of a site. */
export interface Tariffs {
  readonly bySite: ReadonlyMap<string, Tariff>;
  /** Of all others. */
  readonly others?: Tariff;
}

export const NO_TARIFFS: Tariffs = { bySite: new Map() };

export const tariffOf = ({ bySite, others }: Tariffs, siteId: string): Tariff | undefined =>
  bySite.get(siteId) ?? others;

/** The document of the tariff that is named so, as JSON: what goes into a site that names it. Undefined: there is none. */
export function tariffTextOf({ bySite, others }: Tariffs, name: string): string | undefined {
  const known = [...bySite.values(), ...(others === undefined ? [] : [others])].find((tariff) => tariff.name === name);
  return known === undefined ? undefined : JSON.stringify(tariffDocument(known));
}

/** `file`, or `siteId=file`, comma-separated: the tariffs, or a sentence for each thing that is wrong. */
export function readTariffs(
  list: string | undefined,
  read: (path: string) => Result<string, string> = textOf,
): Result<Tariffs, readonly string[]> {
  const entries = (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length > TARIFFS_MAX) {
    return err([`There are ${entries.length} tariff files; at most ${TARIFFS_MAX} are read.`]);
  }
  const bySite = new Map<string, Tariff>();
  const faults: string[] = [];
  let others: Tariff | undefined;
  for (const entry of entries) {
    const [, siteId, path = entry] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})=(.+)$/.exec(entry) ?? [];
    const tariff = tariffIn(path, read);
    const isTwin = siteId === undefined ? others !== undefined : bySite.has(siteId);
    if (isTwin) faults.push(`There are two tariffs for ${siteId ?? 'all sites'}.`);
    else if (tariff.kind === 'err') faults.push(...tariff.error.map((each) => `${path}: ${each}`));
    else if (siteId === undefined) others = tariff.value;
    else bySite.set(siteId, tariff.value);
  }
  return faults.length > 0 ? err(faults) : ok({ bySite, ...(others === undefined ? {} : { others }) });
}

function tariffIn(path: string, read: (path: string) => Result<string, string>): Result<Tariff, readonly string[]> {
  const text = read(path);
  if (text.kind === 'err') return err([`the file cannot be read (${text.error}).`]);
  if (text.value.length > TARIFF_BYTES_MAX) return err([`the file has more than ${TARIFF_BYTES_MAX} bytes.`]);
  let document: unknown;
  try {
    document = parse(text.value, { maxAliasCount: 0 });
  } catch {
    return err(['the file is neither YAML nor JSON.']);
  }
  const tariff = parseTariff(document);
  if (tariff.kind === 'ok') return tariff;
  const told = tariff.error.slice(0, SENTENCES_MAX).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const rest = tariff.error.length - told.length;
  return err(rest > 0 ? [...told, `and ${rest} more.`] : told);
}

function textOf(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (cause) {
    return err(typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown');
  }
}
