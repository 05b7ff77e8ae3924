import type { DeciAmps } from '@headroom/kernel';
import type { Rules } from './rules.ts';
import type { Scenario, StationName } from './scenario.ts';
import {
  type Command,
  compareOrder,
  type GatewayName,
  isSame,
  type Order,
  otherOf,
  type Sent,
  type World,
} from './world.ts';

/** D2's command that takes the other station down to its fallback, and the one that gives the wanted one the rest. */
export const lowering = ({ wanted, fallback }: Scenario): Command => ({
  epoch: 2,
  seq: 1,
  station: otherOf(wanted),
  limit: fallback,
  decrease: true,
});
export const raising = ({ wanted, raised }: Scenario): Command => ({
  epoch: 2,
  seq: 2,
  station: wanted,
  limit: raised,
  decrease: false,
});

/** The highest limit that D2 believes a station may obey, now or later (SI1 to SI3). */
export function committedOf(world: World, station: StationName, rules: Rules, scenario: Scenario): DeciAmps {
  const { fresh } = world;
  const sent = fresh.intended.find((command) => isSame(command, lowering(scenario)));
  const answered = { ...lowering(scenario), through: sent?.through };
  const counting = [...intentsRead(world, rules), ...fresh.told, ...fresh.intended]
    .filter((command) => command.station === station)
    .filter((command) => !(fresh.answered && answered.station === station && isCleared(command, answered, rules)));
  return counting.reduce((most, { limit }) => (limit > most ? limit : most), scenario.fallback);
}

/**
 * The stream to a station is in order, and its gateway passes nothing older after what was answered. Another gateway, to which the
 * station has moved since, may: a station comes to G3 last.
 */
const isCleared = (
  command: Sent,
  answered: Order & { readonly through: GatewayName | undefined },
  rules: Rules,
): boolean =>
  compareOrder(command, answered) < 0 &&
  (rules.answerClears === 'all-older' || command.through !== 'G3' || answered.through === 'G3');

/** Unresolved intents of D1 in what D2 has read. */
function intentsRead({ log, fresh }: World, rules: Rules): readonly Sent[] {
  const opening = log.findIndex(({ kind }) => kind === 'epoch-opened');
  const isDropped = (at: number): boolean => rules.lateIntents === 'drop' && opening >= 0 && at > opening;
  const seen = log.slice(0, fresh.read).filter((_, at) => !isDropped(at));
  const refusals = seen.filter((record) => record.kind === 'never-written');
  return seen
    .filter((record) => record.kind === 'intended')
    .filter((intent) => !refusals.some((refusal) => isProven(intent, refusal, rules)));
}

/** HO-3: a refusal speaks of its own attempt only. */
const isProven = (intent: Command, refusal: Command, { refusalProves }: Rules): boolean =>
  refusalProves === 'its-attempt'
    ? isSame(intent, refusal)
    : intent.station === refusal.station && intent.limit === refusal.limit && compareOrder(intent, refusal) <= 0;
