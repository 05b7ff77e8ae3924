import { TOPICS } from '@headroom/contracts';
import type { EventRecord } from '@headroom/event-log';
import { WireFrame } from '../checkers/wire-profile.ts';
import { isBroken } from '../station/manners.ts';
import { rawFrameOf } from './raw-frame.ts';

/** What a station said, as a record of it holds it. */
export function saidIn({ topic, value }: Pick<EventRecord, 'topic' | 'value'>) {
  if (topic !== TOPICS.stationFacts.name) return undefined;
  const { stationId, rawFrame } = rawFrameOf(value);
  return rawFrame === '' || isBroken(rawFrame) ? undefined : { stationId, frame: new WireFrame(rawFrame) };
}
