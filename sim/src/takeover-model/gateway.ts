import { assertNever, type DeciAmps } from '@headroom/kernel';
import type { Move } from './explore.ts';
import { hearsOfDial } from './new-dispatcher.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import {
  type Command,
  compareOrder,
  type GatewayMemory,
  type GatewayName,
  gatewaysOf,
  isSame,
  named,
  type Sent,
  withCommand,
  withoutCommand,
  type World,
} from './world.ts';

type Judgement = 'pass' | 'already-written' | 'older-epoch' | 'older-seq' | 'above-fallback';

/** Asked right before the write to the socket. */
function judge(memory: GatewayMemory, command: Command, rules: Rules, fallback: DeciAmps): Judgement {
  if (memory.written.some((known) => isSame(known, command))) return 'already-written';
  if (memory.epoch !== undefined && command.epoch < memory.epoch) return 'older-epoch';
  const newest = memory.written.at(-1);
  if (newest !== undefined && compareOrder(command, newest) < 0) return 'older-seq';
  if (memory.epoch !== undefined || rules.learnsEpoch === 'from-first-command') return 'pass';
  if (command.limit <= fallback || (rules.withoutEpoch === 'decreases' && command.decrease)) return 'pass';
  return 'above-fallback';
}

/** What may befall the gateways: a command arrives, one dies and comes back, one that came back asks for the epoch, A dials another. */
export function gatewayMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  const arriving = world.flying.filter(
    (command, at) => world.flying.findIndex((known) => isSame(known, command)) === at,
  );
  return [
    ...arriving.map((command) => arrive(world, command, rules, scenario)),
    ...(world.crashesLeft > 0 ? gatewaysOf(scenario).map((name) => crash(world, name)) : []),
    ...(rules.learnsEpoch === 'from-table' ? gatewaysOf(scenario).flatMap((name) => askTable(world, name)) : []),
    ...dialMoves(world, rules, scenario),
  ];
}

function arrive(world: World, command: Sent, rules: Rules, scenario: Scenario): Move<World> {
  if (world.hangsAt[command.station] !== command.through) return refuse(world, command, 'it is not there', scenario);
  const memory = world.gateways[command.through];
  const judgement = judge(memory, command, rules, scenario.fallback);
  switch (judgement) {
    case 'pass':
      return write(world, command, rules, scenario);
    case 'already-written':
      return {
        says: `${command.through} says that ${named(command)} is already written`,
        next: { ...world, flying: withoutCommand(world.flying, command) },
      };
    case 'older-epoch':
      return refuse(world, command, `it knows epoch ${memory.epoch}`, scenario);
    case 'older-seq':
      return refuse(world, command, 'a newer one went ahead', scenario);
    case 'above-fallback':
      return refuse(world, command, 'it knows no epoch', scenario);
    default:
      return assertNever(judgement);
  }
}

/** The station obeys at once, and answers; the answer may take any time, or be lost. */
function write(world: World, command: Sent, { learnsEpoch }: Rules, scenario: Scenario): Move<World> {
  const { station, limit, epoch, through } = command;
  const memory = world.gateways[through];
  const mayLearn = memory.epoch !== undefined || learnsEpoch === 'from-first-command';
  const learned = mayLearn && epoch > (memory.epoch ?? 0) ? epoch : memory.epoch;
  const knows = memory.epoch === undefined ? 'knows no epoch' : `knows epoch ${memory.epoch}`;
  return {
    says: `${through}, which ${knows}, writes ${named(command)}`,
    next: {
      ...world,
      flying: withoutCommand(world.flying, command),
      gateways: { ...world.gateways, [through]: { epoch: learned, written: [...memory.written, command] } },
      obeyed: { ...world.obeyed, [station]: limit },
      answers: isAwaited(command, scenario) ? withCommand(world.answers, command) : world.answers,
    },
  };
}

/** D2 waits for the answer to its decrease, D1 where its next command says so. */
const isAwaited = ({ epoch }: Command, { stale }: Scenario): boolean =>
  epoch === 2 || stale.some(({ waitsForAnswer }) => waitsForAnswer);

/** Only a D1 that repeats itself makes something of a refusal. */
function refuse(world: World, command: Sent, why: string, { repeats }: Scenario): Move<World> {
  const isHeard = command.epoch === 1 && repeats !== 'never';
  return {
    says: `${command.through} refuses ${named(command)}: ${why}`,
    next: {
      ...world,
      flying: withoutCommand(world.flying, command),
      refused: isHeard ? withCommand(world.refused, command) : world.refused,
    },
  };
}

function crash(world: World, name: GatewayName): Move<World> {
  return {
    says: `${name} dies and comes back with an empty memory`,
    next: {
      ...world,
      crashesLeft: world.crashesLeft - 1,
      gateways: { ...world.gateways, [name]: { epoch: undefined, written: [] } },
    },
  };
}

function askTable(world: World, name: GatewayName): readonly Move<World>[] {
  const memory = world.gateways[name];
  if (memory.epoch !== undefined) return [];
  return [
    {
      says: `${name} reads epoch ${world.table} from the table`,
      next: { ...world, gateways: { ...world.gateways, [name]: { ...memory, epoch: world.table } } },
    },
  ];
}

/** What A obeys it goes on obeying. G1 has no connection of it any more; D2 reads of the new one in its time. */
function dialMoves(world: World, rules: Rules, { dials }: Scenario): readonly Move<World>[] {
  const isOver = dials === 'never' || (dials === 'until-the-raise' && world.fresh.step >= rules.takeOver.length);
  if (isOver || world.hangsAt.A === 'G3') return [];
  const moved: World = { ...world, hangsAt: { ...world.hangsAt, A: 'G3' } };
  return rules.hearsOfDial === 'at-once'
    ? [{ says: 'A dials G3, and D2 reads it at once', next: hearsOfDial(moved, rules) }]
    : [{ says: 'A dials G3', next: moved }];
}
