import type { Move } from './explore.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { type Command, isSame, named, withCommand, withoutCommand, type World } from './world.ts';

interface StaleAction {
  readonly does: 'intend' | 'send';
  readonly command: Command;
  /** The command whose answer it needs first. */
  readonly after: Command | undefined;
}

/** All that D1 will ever do, in its order. That it may stop after any of it is the same as waiting for ever. */
export function staleProgramme({ intents }: Rules, scenario: Scenario): readonly StaleAction[] {
  const attempts = scenario.repeats === 'as-new-attempt' ? 2 : 1;
  const first = scenario.heldByA === undefined ? 1 : 2;
  const commands = scenario.stale
    .flatMap((stale) => Array.from({ length: attempts }, () => stale))
    .map((stale, at) => ({ stale, command: commandOf(stale, first + at) }));
  const order = intents === 'before-send' ? (['intend', 'send'] as const) : (['send', 'intend'] as const);
  return commands.flatMap(({ stale, command }, at) => {
    const after = stale.waitsForAnswer ? commands[at - 1]?.command : undefined;
    const once = order.map((does) => ({ does, command, after }));
    return scenario.repeats === 'as-same-attempt' ? [...once, { does: 'send' as const, command, after }] : once;
  });
}

const commandOf = ({ station, limit, decrease }: Scenario['stale'][number], seq: number): Command => ({
  epoch: 1,
  seq,
  station,
  limit,
  decrease,
});

export function staleMoves(
  world: World,
  programme: readonly StaleAction[],
  { takeOver, staleActs }: Rules,
): readonly Move<World>[] {
  const isOver = staleActs === 'before-D2-has-the-shard' && world.fresh.step > 0;
  const action = isOver ? undefined : programme[world.staleDone];
  const isHeld =
    action?.after !== undefined && !world.answers.some((command) => isSame(command, action.after ?? command));
  return [
    ...(action === undefined || isHeld ? [] : [act(world, action)]),
    ...world.refused.map((command) => noteRefusal(world, command)),
    ...(takeOver.includes('fence-or-give-up') && !world.staleOver ? [endStale(world, programme.length)] : []),
  ];
}

/** The one thing that the model knows of time: some instant lies behind all that D1 can do. */
const endStale = (world: World, staleDone: number): Move<World> => ({
  says: 'D1 has fenced itself for want of a heartbeat, and what it sent is too late to be written',
  next: { ...world, staleDone, staleOver: true, flying: world.flying.filter(({ epoch }) => epoch !== 1) },
});

function act(world: World, { does, command }: StaleAction): Move<World> {
  const staleDone = world.staleDone + 1;
  const intent = world.log.find((record) => record.kind === 'intended' && isSame(record, command));
  // It reads where the station hangs as soon as anybody.
  const through = intent?.kind === 'intended' ? intent.through : world.hangsAt[command.station];
  return does === 'intend'
    ? {
        says: `D1 appends its intent ${named(command)}`,
        next: { ...world, staleDone, log: [...world.log, { kind: 'intended', ...command, through }] },
      }
    : {
        says: `D1 sends ${named(command)}`,
        next: { ...world, staleDone, flying: withCommand(world.flying, { ...command, through }) },
      };
}

function noteRefusal(world: World, command: Command): Move<World> {
  return {
    says: `D1 hears of the refusal and appends that ${named(command)} was never written`,
    next: {
      ...world,
      refused: withoutCommand(world.refused, command),
      log: [...world.log, { kind: 'never-written', ...command }],
    },
  };
}
