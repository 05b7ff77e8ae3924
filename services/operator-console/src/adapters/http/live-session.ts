import { z } from 'zod';
import type { SessionSnapshot } from '../../domain/site-snapshot.ts';
import { instantOrNull } from './schemas.ts';

const number = z.number().nullable();
const text = z.string().nullable();

/** The session at an EVSE, in the live document. Unknown numbers are null, never 0. */
export const LiveSessionSchema = z.object({
  sessionId: z.string(),
  transactionId: text,
  startedAt: text,
  energyKwh: number,
  requestedKwh: number,
  departureAt: text,
  saidSocPercent: number.describe(
    'What its battery holds by what its driver said and what was metered since, where its station tells no socPercent.',
  ),
});

export const liveSession = (session: SessionSnapshot): z.output<typeof LiveSessionSchema> => ({
  sessionId: session.sessionId,
  transactionId: session.transactionId === undefined || session.transactionId === '' ? null : session.transactionId,
  startedAt: instantOrNull(session.startedAtMs),
  energyKwh: kilo(session.energyWh),
  requestedKwh: kilo(session.requestedWh),
  departureAt: instantOrNull(session.departureAtMs),
  saidSocPercent: session.saidSocPercent ?? null,
});

const kilo = (wh: number | undefined): number | null => (wh === undefined ? null : Math.round(wh) / 1_000);
