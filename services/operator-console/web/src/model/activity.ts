import { clockTimeOn, kilowatts, words } from './format.ts';
import type { LiveSite } from './live-site.ts';
import { breachKw } from './notices.ts';

/** A line of the audit strip: what changed while this page was open. */
export interface ActivityLine {
  readonly atMs: number;
  readonly text: string;
}

export const MAX_ACTIVITY_LINES = 50;

/** What a person should be able to look up later, from two documents that follow each other. */
export function changesBetween(before: LiveSite, after: LiveSite): readonly ActivityLine[] {
  const at = after.atMs;
  return [...limitChanges(before, after), ...breachChanges(before, after), ...connectionChanges(before, after)].map(
    (text) => ({ atMs: at, text }),
  );
}

export function withLines(lines: readonly ActivityLine[], added: readonly ActivityLine[]): readonly ActivityLine[] {
  return added.length === 0 ? lines : [...added.toReversed(), ...lines].slice(0, MAX_ACTIVITY_LINES);
}

function limitChanges(before: LiveSite, after: LiveSite): readonly string[] {
  const was = before.override;
  const is = after.override;
  if (was?.powerKw === is?.powerKw && was?.validUntilMs === is?.validUntilMs) return contractChanges(before, after);
  if (is === null) return [`Limit ended; ${words(kilowatts(after.limit.powerKw))} holds again.`];
  const until = clockTimeOn(is.validUntilMs, after.atMs, after.timezone);
  const by = is.setBy === null ? '' : ` by ${is.setBy}`;
  return [`Limit of ${words(kilowatts(is.powerKw))} until ${until} set${by}.`];
}

function contractChanges(before: LiveSite, after: LiveSite): readonly string[] {
  if (before.limit.powerKw === after.limit.powerKw || after.override !== null) return [];
  return [
    `Site limit changed from ${words(kilowatts(before.limit.powerKw))} to ${words(kilowatts(after.limit.powerKw))}.`,
  ];
}

function breachChanges(before: LiveSite, after: LiveSite): readonly string[] {
  const was = breachKw(before);
  const is = breachKw(after);
  if (was === 0 && is > 0) return [`Over the limit by ${words(kilowatts(is))}.`];
  return was > 0 && is === 0 ? ['Back under the limit.'] : [];
}

function connectionChanges(before: LiveSite, after: LiveSite): readonly string[] {
  const connected = new Map(before.evses.map((evse) => [evse.evseId, evse.connected]));
  return after.evses.flatMap((evse) => {
    const was = connected.get(evse.evseId);
    if (was === undefined || was === evse.connected) return [];
    return [`${evse.name}: station ${evse.connected ? 'connected again' : 'lost its connection'}.`];
  });
}
