import { err, ok, type Result } from '@headroom/kernel';
import { EVENTS_MAX } from '../domain/bounds.ts';
import type { Unread } from '../ports.ts';
import { unreadWords, type VtnAccess } from './vtn-access.ts';

/** The standard's largest page. */
export const PAGE_MAX = 50;
/** Of one list: all events that we could keep, and some more. */
export const PAGES_MAX = EVENTS_MAX / PAGE_MAX + 4;
/** What a VTN may put on one page, whatever was asked for. */
export const PAGE_OBJECTS_MAX = 10 * PAGE_MAX;
/** Answers of one list that may be unreadable: too large, or no JSON. Some twelve of them lead around one object. */
export const UNREADABLE_MAX = 36;
/** Of them, before there is any other: who gives nothing else is not asked on and on for what cannot be read. */
export const UNREADABLE_FIRST_MAX = 8;

/** `whole`: nothing is missing but what was left out one by one. */
export type ListEnd = 'whole' | 'too-long' | 'too-broken';

export interface Taking {
  /** True: it was not known before. */
  readonly take: (json: unknown) => boolean;
  /** An object that cannot be read even alone. */
  readonly leaveOut: (why: Unread) => void;
}

/**
 * Page after page until one is short or brings nothing new. A page that cannot be read is asked for in smaller ones, down to the one object
 * that makes it so. An error: why the list is worth nothing.
 */
export async function readPages(
  access: VtnAccess,
  path: string,
  { take, leaveOut }: Taking,
): Promise<Result<ListEnd, string>> {
  let unreadable = 0;
  let isAnswered = false;
  let limit = PAGE_MAX;
  for (let skip = 0; skip < PAGES_MAX * PAGE_MAX; ) {
    const reply = await access.get(`${path}skip=${skip}&limit=${limit}`);
    if (reply.kind === 'err') return reply;
    if (reply.value.kind === 'not-there') return err('The answer to a list has status 404.');
    if (reply.value.kind === 'unreadable') {
      const { why } = reply.value;
      unreadable += 1;
      // Who gives nothing but such answers has not been heard.
      if (!isAnswered && unreadable > UNREADABLE_FIRST_MAX) return err(`The answer ${unreadWords(why)}.`);
      if (unreadable > UNREADABLE_MAX) return ok('too-broken');
      if (limit === 1) {
        leaveOut(why);
        skip += 1;
      } else limit = Math.floor(limit / 2);
      continue;
    }
    const { body } = reply.value;
    if (!Array.isArray(body)) return err('The answer is no list.');
    if (body.length > PAGE_OBJECTS_MAX)
      return err(`A page has ${body.length} objects; at most ${PAGE_MAX} were asked for.`);
    isAnswered = true;
    let isNews = false;
    for (const json of body) isNews = take(json) || isNews;
    // A small page may well hold what another list has brought already.
    if (body.length < limit || (limit === PAGE_MAX && !isNews)) return ok('whole');
    skip += limit;
    limit = Math.min(PAGE_MAX, 2 * limit);
  }
  return ok('too-long');
}
