import { deciAmps } from '@headroom/kernel';
import type { Case } from './cases.ts';
import { type Exploration, explore, type Model } from './explore.ts';
import { gatewayMoves } from './gateway.ts';
import { newMoves } from './new-dispatcher.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { staleMoves, staleProgramme } from './stale-dispatcher.ts';
import { amps, initialWorld, type World } from './world.ts';

/** All that may happen while D2 takes the shard from a D1 that does not know it. */
export function takeOverModel(rules: Rules, scenario: Scenario): Model<World> {
  const programme = staleProgramme(rules, scenario);
  return {
    initial: initialWorld(scenario),
    movesOf: (world) => [
      ...newMoves(world, rules, scenario),
      ...staleMoves(world, programme, rules),
      ...gatewayMoves(world, rules, scenario),
    ],
    faultOf: ({ obeyed }) => {
      const sum = deciAmps(obeyed.A + obeyed.B);
      if (sum <= scenario.circuit) return undefined;
      return `A obeys ${amps(obeyed.A)}, B obeys ${amps(obeyed.B)}: ${amps(sum)} on a circuit of ${amps(scenario.circuit)}`;
    },
  };
}

export const exploreTakeOver = ({ rules, scenario }: Case): Exploration<World> =>
  explore(takeOverModel(rules, scenario));
