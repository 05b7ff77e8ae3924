import { encodeRecord, TOPICS, type WireRecord } from '@headroom/contracts';
import type { SessionFact } from '../../domain/session.ts';
import type { Site } from '../../domain/site.ts';
import { contentName } from '../crypto/content-name.ts';
import { sessionFactTo } from './session-fact.ts';
import { configFromSite } from './site-config.ts';

const PRODUCER = 'session-registry';

/** A site as a record of site.config; a version is told once, whatever is repeated. */
export function siteRecord(site: Site): WireRecord {
  return encodeRecord(TOPICS.siteConfig, site.siteId, configFromSite(site), {
    eventId: contentName(['site-config', site.siteId, String(site.document.version)]),
    eventType: 'siteConfig',
    occurredAtMs: site.configuredAtMs,
    producer: PRODUCER,
  });
}

/** A conclusion as a record of session.facts. Its id holds all that it says, so that a repeat is recognisable. */
export function sessionRecord(fact: SessionFact, causationId: string): WireRecord {
  const message = sessionFactTo(fact);
  const said = TOPICS.sessionFacts.codec.encode(message).finish();
  return encodeRecord(TOPICS.sessionFacts, fact.siteId ?? fact.stationId, message, {
    eventId: contentName(['session-fact', causationId, Buffer.from(said).toString('base64')]),
    eventType: message.fact?.$case ?? 'none',
    occurredAtMs: fact.occurredAtMs,
    producer: PRODUCER,
    causationId,
  });
}
