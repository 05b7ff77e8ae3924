import type { LiveVersion } from './port.ts';

/** Lexicographic: a new owner's first write beats the old one's last, whatever the offsets. */
export const isNewer = (candidate: LiveVersion, standing: LiveVersion): boolean =>
  candidate.epoch !== standing.epoch ? candidate.epoch > standing.epoch : candidate.offset > standing.offset;
