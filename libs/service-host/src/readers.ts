import { err, ok, type Result } from '@headroom/kernel';

type Read<T> = Result<T, string>;

/** Text that must be there. */
export function required(name: string, text: string | undefined, meaning: string): Read<string> {
  return text === undefined || text === '' ? err(`${name} is not set: ${meaning}.`) : ok(text);
}

/** A whole number within bounds; absent: the fallback. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): Read<number> {
  if (text === undefined || text === '') return ok(bounds.fallback);
  const value = Number(text);
  if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return ok(value);
  return err(`${name} is "${text}"; it must be a whole number from ${bounds.min} to ${bounds.max}.`);
}

/** `name=host:port` pairs, comma-separated. */
export function addressBook(name: string, text: string | undefined): Read<Readonly<Record<string, string>>> {
  if (text === undefined || text === '') return ok({});
  const entries: [string, string][] = [];
  for (const pair of text.split(',')) {
    const [service, address] = pair.split('=');
    if (!service || !address || !/^[^:]+:\d{1,5}$/.test(address)) {
      return err(`${name} holds "${pair}"; each entry is service=host:port, separated by commas.`);
    }
    entries.push([service, address]);
  }
  return ok(Object.fromEntries(entries));
}
