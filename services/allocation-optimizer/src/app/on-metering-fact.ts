import { evseId, GRID_PHASES } from '@headroom/kernel';
import type { MeterReading } from '@headroom/site-model';
import type { EvseRef, MeteringFact } from '../domain/facts.ts';
import { replayReading } from '../domain/replay-memory.ts';
import type { EvseState } from '../domain/site-state.ts';
import { supplySample } from '../domain/supply-sample.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply, learnDrawn, learnRise, learnSupply, type SiteLane } from './site-lane.ts';

/** A reading of a site meter, or what a car draws. A load that rose, and a circuit that got hotter, is decided on at once (SI19). */
export function onMeteringFact(tenure: ShardTenure, input: Input<MeteringFact>): Outcome {
  const lane = laneOf(tenure, input);
  if (lane === undefined) return TOO_MANY_SITES;
  const fact = input.content;
  if (fact.kind === 'site-meter-read') {
    const before = lane.state.readings.get(fact.reading.meterId);
    if (!apply(lane, fact)) return NOTHING;
    if (tenure.isReading()) lane.memory = replayReading(lane, before, fact.reading);
    learnRise(lane, fact.reading);
    learnDrawn(lane, fact.reading.receivedAtMs);
    learnSupply(lane, fact.reading.receivedAtMs);
    return { kind: 'decide', lane, when: rose(before, fact.reading) ? 'now' : 'soon', trigger: 'site-meter' };
  }
  const before = evseOf(lane, fact);
  apply(lane, supplySample(lane.model, fact));
  learnDrawn(lane, fact.sample.receivedAtMs);
  const after = evseOf(lane, fact);
  // UD5: the neighbours of a station that draws too much go down at once, and those of a car that uses more phases
  // than were counted (MD5). Any other draw waits for the timer.
  const overNow = after?.draw.overSinceMs !== undefined && before?.draw.overSinceMs === undefined;
  const widened = (after?.phases?.silent.length ?? 0) < (before?.phases?.silent.length ?? 0);
  if (!overNow && !widened) return NOTHING;
  return { kind: 'decide', lane, when: 'now', trigger: 'station' };
}

const rose = (before: MeterReading | undefined, after: MeterReading): boolean =>
  before === undefined ||
  GRID_PHASES.some((phase) => after.current[phase] > before.current[phase]) ||
  (after.temperatureDeciC ?? -Infinity) > (before.temperatureDeciC ?? -Infinity);

const evseOf = ({ state }: SiteLane, { stationId, evse }: EvseRef): EvseState | undefined =>
  state.evses.get(evseId(stationId, evse));
