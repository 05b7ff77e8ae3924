import { err, ok, type Result } from '@headroom/kernel';
import { MAX_REPLICAS, replicasOf } from '@headroom/rpc';

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

const HOST_AND_PORT = /^[^:|]+:\d{1,5}$/;

/** `name=host:port` pairs, comma-separated; the replicas of one service are `name=host:port|host:port`. */
export function addressBook(name: string, text: string | undefined): Read<Readonly<Record<string, string>>> {
  if (text === undefined || text === '') return ok({});
  const entries: [string, string][] = [];
  for (const pair of text.split(',')) {
    const [service, address] = pair.split('=');
    const replicas = replicasOf(address ?? '');
    if (!service || !address || !replicas.every((replica) => HOST_AND_PORT.test(replica))) {
      return err(`${name} holds "${pair}"; each entry is service=host:port, separated by commas, replicas by |.`);
    }
    if (replicas.length > MAX_REPLICAS) {
      return err(`${name} names ${replicas.length} replicas of ${service}; at most ${MAX_REPLICAS} are called.`);
    }
    entries.push([service, address]);
  }
  return ok(Object.fromEntries(entries));
}

/** One `host:port`; absent: undefined. */
export function optionalAddress(name: string, text: string | undefined): Read<string | undefined> {
  if (text === undefined || text === '') return ok(undefined);
  return HOST_AND_PORT.test(text) ? ok(text) : err(`${name} is "${text}"; it must be host:port.`);
}

/** A number from 0 to 1; absent: the fallback. */
export function ratio(name: string, text: string | undefined, fallback: number): Read<number> {
  if (text === undefined || text === '') return ok(fallback);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return ok(value);
  return err(`${name} is "${text}"; it must be a number from 0 to 1.`);
}

/** An `http` or `https` URL without credentials in it; absent: undefined. */
export function optionalHttpUrl(name: string, text: string | undefined): Read<string | undefined> {
  if (text === undefined || text === '') return ok(undefined);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return err(`${name} is "${text}"; it must be a URL that begins with http:// or https://.`);
  }
  // Said without the text: it would stand in the log.
  if (url.username !== '' || url.password !== '') return err(`${name} holds a user or a password; it must not.`);
  return ok(text);
}
