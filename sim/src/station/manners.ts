import type { Timers } from '@headroom/kernel';
import type { Connect } from './socket.ts';

/**
 * How a station speaks OCPP-J badly. `other-id`: it answers under an id that nobody asked with, though it did what was asked (H64).
 * `late-answer`: so late that nobody waits any more (H65). `crossing-call`: it asks something itself before it answers (H66).
 * `broken-call`: what it says for the first time is no JSON (H68). `odd-error`: it answers a limit with an error of three elements
 * and a code of its own, though it obeys (H69).
 */
export const RUDENESSES = ['other-id', 'late-answer', 'crossing-call', 'broken-call', 'odd-error'] as const;
export type Rudeness = (typeof RUDENESSES)[number];

/** Longer than anybody waits for an answer. */
export const LATE_MS: readonly [number, number] = [31_000, 60_000];
/** How a broken message ends: a comma too many. */
const BROKEN_END = ',]';
/** Of messages that were said broken; older ones may be said so again. */
const KNOWN_MAX = 200;

export const isBroken = (text: string): boolean => text.endsWith(BROKEN_END);

export interface Manners {
  /** It is rude in this way now. */
  readonly isRude: (how: Rudeness) => boolean;
  /** How late a late answer is. */
  readonly lateMs: () => number;
}

const CALL = /^\[\s*2\s*,\s*"([^"]*)"/;
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)"/;
/** A limit goes by the name of its command. */
const OF_LIMIT = /^l\d+-/;

/** The same line, with a station of bad manners at its end. */
export function withManners(connect: Connect, { isRude, lateMs }: Manners, timers: Timers): Connect {
  const broken = new Set<string>();
  let crossings = 0;
  /** Sent by the station of its own accord. */
  const called = (text: string, id: string): string => {
    if (broken.has(id) || !isRude('broken-call')) return text;
    if (broken.size >= KNOWN_MAX) broken.clear();
    broken.add(id);
    return `${text.slice(0, -1)}${BROKEN_END}`;
  };
  return (target, events) => {
    const socket = connect(target, events);
    let isOpen = true;
    const answer = (text: string, id: string): void => {
      if (isRude('crossing-call')) {
        crossings += 1;
        socket.send(`[2,"crossing-${crossings}","Heartbeat",{}]`);
      }
      if (isRude('other-id')) socket.send(text.replace(id, `${id}-x`.slice(-36)));
      else if (OF_LIMIT.test(id) && isRude('odd-error')) socket.send(`[4,"${id}","Error"]`);
      else if (!isRude('late-answer')) socket.send(text);
      else timers.after(lateMs(), () => isOpen && socket.send(text));
    };
    return {
      send(text) {
        const [, answered] = ANSWER.exec(text) ?? [];
        const [, id] = CALL.exec(text) ?? [];
        if (answered !== undefined) answer(text, answered);
        else socket.send(id === undefined ? text : called(text, id));
      },
      drop() {
        isOpen = false;
        socket.drop();
      },
    };
  };
}
