import { err, ok, type Result } from '@headroom/kernel';
import { EVENTS_MAX } from '../domain/bounds.ts';
import type { VtnAccess } from './vtn-access.ts';

/** The standard's largest page. */
export const PAGE_MAX = 50;
/** Of one list: all events that we could keep, and some more. */
export const PAGES_MAX = EVENTS_MAX / PAGE_MAX + 4;
/** What a VTN may put on one page, whatever was asked for. */
export const PAGE_OBJECTS_MAX = 10 * PAGE_MAX;
/** Answers of one list that may be too large to be read. Some twelve of them lead around one object. */
export const TOO_LARGE_MAX = 36;
/** Of them, before there is any other: who gives nothing else is not asked on and on for what cannot be read. */
export const TOO_LARGE_FIRST_MAX = 8;

/** `whole`: nothing is missing but what was left out one by one. */
export type ListEnd = 'whole' | 'too-long' | 'too-large';

export interface Taking {
  /** True: it was not known before. */
  readonly take: (json: unknown) => boolean;
  /** An object that is too large to be read even alone. */
  readonly leaveOut: (mostBytes: number) => void;
}

/**
 * Page after page until one is short or brings nothing new. A page that is too large is asked for in smaller ones, down to the one object
 * that makes it so. An error: why the list is worth nothing.
 */
export async function readPages(
  access: VtnAccess,
  path: string,
  { take, leaveOut }: Taking,
): Promise<Result<ListEnd, string>> {
  let tooLarge = 0;
  let isAnswered = false;
  let limit = PAGE_MAX;
  for (let skip = 0; skip < PAGES_MAX * PAGE_MAX; ) {
    const reply = await access.get(`${path}skip=${skip}&limit=${limit}`);
    if (reply.kind === 'err') return reply;
    if (reply.value.kind === 'not-there') return err('The answer to a list has status 404.');
    if (reply.value.kind === 'too-large') {
      const { mostBytes } = reply.value;
      tooLarge += 1;
      // Who gives nothing but such answers has not been heard.
      if (!isAnswered && tooLarge > TOO_LARGE_FIRST_MAX) return err(tooLargeSentence(mostBytes));
      if (tooLarge > TOO_LARGE_MAX) return ok('too-large');
      if (limit === 1) {
        leaveOut(mostBytes);
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

export const tooLargeSentence = (mostBytes: number): string => `The answer has more than ${mostBytes} bytes.`;
