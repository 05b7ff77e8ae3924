import type { ProfilesReported } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/**
 * Answered from memory, recorded within a second (I5). What somebody beside us has put on the station is told like a notice of it: it may
 * have begun while nobody listened (K11).
 */
export function onProfilesReported(deps: HandlerDeps, origin: RequestOrigin, report: ProfilesReported): Reply {
  const { recorder, digests } = deps;
  recorder.recordLater(stationFact(digests, origin, { kind: 'profiles-reported', report }));
  const { evse, source, external } = report;
  if (external.length > 0) {
    const notice = {
      ...({ kind: 'charging-limit-notified', evse, source, isGridCritical: false } as const),
      ...{ isLocalGeneration: false, schedules: external },
    };
    recorder.recordLater(stationFact(digests, { ...origin, frame: '' }, { kind: notice.kind, notice }));
  }
  return { kind: 'answer', answer: { kind: 'acknowledged' } };
}
