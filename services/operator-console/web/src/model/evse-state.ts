import type { EvseState } from './live-site.ts';

/** LK15: a state is a word, a shape and a tone; the tone alone never carries the meaning. */
export type StateShape = 'full' | 'half' | 'bars' | 'ring' | 'dash' | 'cross' | 'bang' | 'triangle';
type StateTone = 'charge' | 'quiet' | 'caution';

export interface StateLook {
  readonly word: string;
  readonly shape: StateShape;
  readonly tone: StateTone;
}

const LOOKS: Readonly<Record<EvseState, StateLook>> = {
  charging: { word: 'Charging', shape: 'full', tone: 'charge' },
  waiting: { word: 'Waiting', shape: 'half', tone: 'quiet' },
  paused: { word: 'Paused', shape: 'bars', tone: 'quiet' },
  plugged: { word: 'Plugged', shape: 'ring', tone: 'quiet' },
  free: { word: 'Free', shape: 'dash', tone: 'quiet' },
  offline: { word: 'Offline', shape: 'cross', tone: 'caution' },
  faulted: { word: 'Faulted', shape: 'triangle', tone: 'caution' },
  'not-obeying': { word: 'Not obeying', shape: 'bang', tone: 'caution' },
  unknown: { word: 'Not reported', shape: 'dash', tone: 'quiet' },
};

/** The order of the filter chips: what needs a person first, then what moves, then what rests. */
export const STATE_ORDER: readonly EvseState[] = [
  'not-obeying',
  'faulted',
  'offline',
  'charging',
  'waiting',
  'paused',
  'plugged',
  'free',
  'unknown',
];

export const stateLook = (state: EvseState): StateLook => LOOKS[state];
