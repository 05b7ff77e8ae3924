import type { Turn } from '@headroom/turn-store';
import type { SessionFact } from '../../domain/session.ts';
import type { Site } from '../../domain/site.ts';
import type { RegistryTurn } from '../../ports.ts';
import { sessionRecord, siteRecord } from './announcements.ts';

/** Name of this service as a consumer, beside its offsets and its inbox. */
const CONSUMER = 'session-registry';

/** What every store does with a turn of the turn store: inbox, offsets, and the outbox in the words of the wire. */
export interface AnnouncingTurn extends Pick<RegistryTurn, 'firstSeen' | 'advance'> {
  tellSite(site: Site): Promise<void>;
  tellSessions(facts: readonly SessionFact[], cause: string): Promise<void>;
}

/** `noteEmitted` hears that something waits in the outbox once the turn commits. */
export function announcingTurn(turn: Turn, noteEmitted: () => void): AnnouncingTurn {
  return {
    firstSeen: (eventId) => turn.firstSeen(CONSUMER, eventId),
    advance: (input) => turn.advance(CONSUMER, input),
    tellSite: async (site) => {
      noteEmitted();
      await turn.emit(siteRecord(site));
    },
    tellSessions: async (facts, cause) => {
      for (const fact of facts) {
        noteEmitted();
        await turn.emit(sessionRecord(fact, cause));
      }
    },
  };
}
