import { assertNever, compareText } from '@headroom/kernel';
import { committedOf, lowering, raising } from './committed.ts';
import type { Move } from './explore.ts';
import type { Rules, TakeOverStep } from './rules.ts';
import type { Scenario } from './scenario.ts';
import {
  amps,
  type Command,
  type GatewayName,
  gatewaysOf,
  isSame,
  named,
  type NewDispatcher,
  STATIONS,
  withCommand,
  type World,
} from './world.ts';

/** D2's next step of take-over; and its decrease, which waits for none of them but the first reading. */
export function newMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  return [
    ...stepMoves(world, rules, scenario),
    ...loweringMoves(world, rules, scenario),
    ...(world.hangsAt.A === world.fresh.known.A
      ? []
      : [{ says: 'D2 reads that A hangs behind G3', next: hearsOfDial(world, rules) }]),
  ];
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
      return unsettled(world, rules, scenario).map((name) =>
        settled(fence(world, name, step === 'fence-and-ask'), { rules, scenario }),
      );
    case 'fence-or-give-up':
      return unsettled(world, rules, scenario).flatMap((name) =>
        [
          fence(world, name, false),
          ...(world.staleOver || rules.patience === 'shorter' ? [giveUp(world, name)] : []),
        ].map((move) => settled(move, { rules, scenario })),
      );
    case 'raise': {
      const later = rules.laterGateway === 'fenced' ? unsettled(world, rules, scenario) : [];
      return later.length > 0 ? later.map((name) => fence(world, name, false)) : raiseMoves(world, rules, scenario);
    }
    default:
      return assertNever(step);
  }
}

/** Gateways that must confirm and have not, nor are given up. */
function unsettled({ fresh }: World, { fences }: Rules, scenario: Scenario): readonly GatewayName[] {
  const wanted = fences === 'every-gateway' ? gatewaysOf(scenario) : STATIONS.map((station) => fresh.known[station]);
  return wanted.filter((name) => !fresh.fenced.includes(name) && !fresh.givenUp.includes(name));
}
const change = (world: World, fresh: Partial<NewDispatcher>): World => ({
  ...world,
  fresh: { ...world.fresh, ...fresh },
});
const next = (world: World): World => change(world, { step: world.fresh.step + 1 });
const openingOf = ({ log }: World): number => log.findIndex(({ kind }) => kind === 'epoch-opened');

const FENCES: readonly (TakeOverStep | undefined)[] = ['fence-gateways', 'fence-and-ask', 'fence-or-give-up'];

/** D2 reads that A hangs behind G3. Where it has not given its increase, it may begin again at the fence. */
export function hearsOfDial(world: World, { takeOver, fences, laterGateway }: Rules): World {
  const { known, step, fenced } = world.fresh;
  const read = change(world, { known: { ...known, A: 'G3' } });
  const fenceAt = takeOver.findIndex((each) => FENCES.includes(each));
  const isLate = fenceAt >= 0 && step > fenceAt && step < takeOver.length;
  const isUnfenced = fences === 'known-gateways' && !fenced.includes('G3');
  return isLate && isUnfenced && laterGateway === 'fenced-and-read-again' ? change(read, { step: fenceAt }) : read;
}

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
function fence(world: World, name: GatewayName, asks: boolean): Move<World> {
  const memory = world.gateways[name];
  const last = memory.written.at(-1);
  const told = asks && last !== undefined ? withCommand(world.fresh.told, last) : world.fresh.told;
  const fenced = [...world.fresh.fenced, name].toSorted(compareText);
  const after = change(
    { ...world, gateways: { ...world.gateways, [name]: { ...memory, epoch: 2 } } },
    { fenced, told },
  );
  const saysLast = last === undefined ? ' and wrote nothing' : ` and wrote ${named(last)} last`;
  return {
    says: `${name} confirms to D2 that it knows epoch 2${asks ? saysLast : ''}`,
    next: after,
  };
}

/** Nothing is known of that gateway, which may be alive; D2 only knows what can no longer come through it. */
function giveUp(world: World, name: GatewayName): Move<World> {
  const givenUp = [...world.fresh.givenUp, name].toSorted(compareText);
  return {
    says: `D2 has waited long enough for ${name} and gives it up`,
    next: change(world, { givenUp }),
  };
}

/** With the last of them the step is done. */
const settled = (move: Move<World>, { rules, scenario }: Setting): Move<World> =>
  unsettled(move.next, rules, scenario).length === 0 ? { ...move, next: next(move.next) } : move;

/** SI8: only if it fits with everything that either station may obey as D2 sees it. */
function raiseMoves(world: World, rules: Rules, scenario: Scenario): readonly Move<World>[] {
  const command = raising(scenario);
  if (isGivenUp(world, command) || !fits(world, rules, scenario)) return [];
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
    if (isGivenUp(world, command)) return [];
    if (world.fresh.read === 0 || world.fresh.step >= rules.takeOver.length || fits(world, rules, scenario)) return [];
    return [{ says: `D2 appends its intent ${named(command)} and sends it`, next: sent(world, command) }];
  }
  if (world.fresh.answered || !world.answers.some((answer) => isSame(answer, command))) return [];
  return [{ says: `D2 hears that ${named(command)} was taken`, next: change(world, { answered: true }) }];
}

const isGivenUp = ({ fresh }: World, { station }: Command): boolean => fresh.givenUp.includes(fresh.known[station]);

function sent(world: World, command: Command): World {
  const aimed = { ...command, through: world.fresh.known[command.station] };
  return {
    ...change(world, { intended: withCommand(world.fresh.intended, aimed) }),
    flying: withCommand(world.flying, aimed),
  };
}
