import { assertNever, compareText } from '@headroom/kernel';
import { committedOf, lowering, raising } from './committed.ts';
import type { Move } from './explore.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import {
  amps,
  type Command,
  gatewayOf,
  isSame,
  named,
  type NewDispatcher,
  STATIONS,
  withCommand,
  type World,
} from './world.ts';

/** D2's next step of take-over; and its decrease, which waits for none of them but the first reading. */
export function newMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  return [...stepMoves(world, rules, scenario), ...loweringMoves(world, rules, scenario)];
}

function stepMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  const step = rules.takeOver[world.fresh.step];
  switch (step) {
    case undefined:
      return [];
    case 'take-epoch':
      return [{ says: 'D2 takes epoch 2', next: { ...next(world), table: 2 } }];
    case 'open-epoch':
      return [
        {
          says: 'D2 appends EpochOpened 2',
          next: next({ ...world, log: [...world.log, { kind: 'epoch-opened', epoch: 2 }] }),
        },
      ];
    case 'replay-to-opening':
      return [readTo(world, openingOf(world) + 1, 'replays to its own EpochOpened', { rules, scenario })];
    case 'read-to-end':
      return [readTo(world, world.log.length, 'reads the log to its end', { rules, scenario })];
    case 'fence-gateways':
    case 'fence-and-ask':
      return STATIONS.filter((station) => !world.fresh.fenced.includes(station)).map((station) =>
        fence(world, station, step === 'fence-and-ask'),
      );
    case 'fence-or-give-up':
      return STATIONS.filter((station) => !isSettled(world, station)).flatMap((station) => [
        fence(world, station, false),
        ...(world.staleOver || rules.patience === 'shorter' ? [giveUp(world, station)] : []),
      ]);
    case 'raise':
      return raiseMoves(world, rules, scenario);
    default:
      return assertNever(step);
  }
}

const isSettled = ({ fresh }: World, station: Command['station']): boolean =>
  fresh.fenced.includes(station) || fresh.givenUp.includes(station);
const change = (world: World, fresh: Partial<NewDispatcher>): World => ({
  ...world,
  fresh: { ...world.fresh, ...fresh },
});
const next = (world: World): World => change(world, { step: world.fresh.step + 1 });
const openingOf = ({ log }: World): number => log.findIndex(({ kind }) => kind === 'epoch-opened');

interface Setting {
  readonly rules: Rules;
  readonly scenario: Scenario;
}

function readTo(world: World, read: number, how: string, { rules, scenario }: Setting): Move<World> {
  const after = next(change(world, { read }));
  const [a, b] = STATIONS.map((station) => amps(committedOf(after, station, rules, scenario)));
  return { says: `D2 ${how}: it counts A with ${a}, B with ${b}`, next: after };
}

/** The gateway knows the epoch and has said so: one move, since knowing it without having said so proves D2 nothing. */
function fence(world: World, station: Command['station'], asks: boolean): Move<World> {
  const memory = world.gateways[station];
  const last = memory.written.at(-1);
  const told = asks && last !== undefined ? withCommand(world.fresh.told, last) : world.fresh.told;
  const fenced = [...world.fresh.fenced, station].toSorted(compareText);
  const after = change(
    { ...world, gateways: { ...world.gateways, [station]: { ...memory, epoch: 2 } } },
    { fenced, told },
  );
  const saysLast = last === undefined ? ' and wrote nothing' : ` and wrote ${named(last)} last`;
  return {
    says: `${gatewayOf(station)} confirms to D2 that it knows epoch 2${asks ? saysLast : ''}`,
    next: settled(after),
  };
}

/** Nothing is known of that gateway, which may be alive; D2 only knows what can no longer come through it. */
function giveUp(world: World, station: Command['station']): Move<World> {
  const givenUp = [...world.fresh.givenUp, station].toSorted(compareText);
  return {
    says: `D2 has waited long enough for ${gatewayOf(station)} and gives it up`,
    next: settled(change(world, { givenUp })),
  };
}

const settled = (world: World): World => (STATIONS.every((station) => isSettled(world, station)) ? next(world) : world);

/** SI8: only if it fits with everything that either station may obey as D2 sees it. */
function raiseMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  const command = raising(scenario);
  if (world.fresh.givenUp.includes(command.station) || !fits(world, rules, scenario)) return [];
  const other = lowering(scenario).station;
  const committed = amps(committedOf(world, other, rules, scenario));
  return [
    {
      says: `D2 counts ${other} with ${committed}, appends its intent ${named(command)} and sends it`,
      next: next(sent(world, command)),
    },
  ];
}

function fits(world: World, rules: Rules, scenario: Scenario): boolean {
  const { station, limit } = raising(scenario);
  const already = committedOf(world, station, rules, scenario);
  const other = committedOf(world, lowering(scenario).station, rules, scenario);
  return Math.max(already, limit) + other <= scenario.circuit;
}

/** SI7, and what it frees counts once it is answered. */
function loweringMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  const command = lowering(scenario);
  const isSent = world.fresh.intended.some((known) => isSame(known, command));
  if (!isSent) {
    if (world.fresh.givenUp.includes(command.station)) return [];
    if (world.fresh.read === 0 || world.fresh.step >= rules.takeOver.length || fits(world, rules, scenario)) return [];
    return [{ says: `D2 appends its intent ${named(command)} and sends it`, next: sent(world, command) }];
  }
  if (world.fresh.answered || !world.answers.some((answer) => isSame(answer, command))) return [];
  return [{ says: `D2 hears that ${named(command)} was taken`, next: change(world, { answered: true }) }];
}

const sent = (world: World, command: Command): World => ({
  ...change(world, { intended: withCommand(world.fresh.intended, command) }),
  flying: withCommand(world.flying, command),
});
