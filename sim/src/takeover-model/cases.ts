import { PROVEN_RULES, type Rules, type TakeOverStep } from './rules.ts';
import {
  A_MOVES,
  A_MOVES_EARLY,
  A_MOVES_OLD_DECREASE,
  CURRENT_MOVES,
  OLD_DECREASE,
  type Scenario,
  SENT_TWICE,
  TRIED_TWICE,
  TWO_RAISE,
  TWO_RAISE_FROM_ZERO,
} from './scenario.ts';

export interface Case {
  readonly rules: Rules;
  readonly scenario: Scenario;
}

const proven = (scenario: Scenario): Case => ({ rules: PROVEN_RULES, scenario });
const bent = (scenario: Scenario, rules: Partial<Rules>): Case => ({ rules: { ...PROVEN_RULES, ...rules }, scenario });
const order = (...takeOver: readonly TakeOverStep[]): Case => bent(TWO_RAISE, { takeOver });
const PATIENT_ORDER: readonly TakeOverStep[] = [
  'take-epoch',
  'open-epoch',
  'replay-to-opening',
  'fence-or-give-up',
  'read-to-end',
  'raise',
];
/** As the dispatcher is built: it knows those gateways that it has read of. */
const asBuilt = (scenario: Scenario, rules: Partial<Rules> = {}): Case =>
  bent(scenario, { fences: 'known-gateways', ...rules });
const IN_TIME = { staleActs: 'before-D2-has-the-shard' } as const;
const calm = (scenario: Scenario): Scenario => ({ ...scenario, crashes: 0 });

/** No interleaving puts more than its rating on the circuit. */
export const SAFE = {
  'both raise, no crash': proven(calm(TWO_RAISE)),
  'both raise': proven(TWO_RAISE),
  'both raise, two crashes': proven({ ...TWO_RAISE, crashes: 2 }),
  'both raise, fallback 0 A': proven(TWO_RAISE_FROM_ZERO),
  'an old decrease': proven(OLD_DECREASE),
  'an old decrease, two crashes': proven({ ...OLD_DECREASE, crashes: 2 }),
  'current on its way from A to B': proven(CURRENT_MOVES),
  'tried twice': proven(TRIED_TWICE),
  'sent twice, no crash': proven(calm(SENT_TWICE)),
  'fence and last written, no crash': bent(calm(TWO_RAISE), {
    takeOver: ['take-epoch', 'open-epoch', 'replay-to-opening', 'fence-and-ask', 'raise'],
  }),
  'a silent gateway is given up': bent(TWO_RAISE, { takeOver: PATIENT_ORDER }),
  'a silent gateway is given up, old decrease': bent(OLD_DECREASE, { takeOver: PATIENT_ORDER }),
  'A moves, every gateway is fenced': proven(A_MOVES),
  'A moves, D1 is over in time': asBuilt(A_MOVES, IN_TIME),
  'A moves, D1 is over in time, old decrease': asBuilt(A_MOVES_OLD_DECREASE, IN_TIME),
  'A moves, its gateway is given up': asBuilt(A_MOVES, { ...IN_TIME, takeOver: PATIENT_ORDER }),
  'A moves before the increase, D2 reads it at once': asBuilt(A_MOVES_EARLY, { hearsOfDial: 'at-once' }),
  'A moves, every gateway is fenced, old decrease': proven(A_MOVES_OLD_DECREASE),
  'fence before EpochOpened': order('take-epoch', 'fence-gateways', 'open-epoch', 'replay-to-opening', 'raise'),
} as const satisfies Readonly<Record<string, Case>>;

/** Some interleaving does. */
export const UNSAFE = {
  'only the replay': order('take-epoch', 'open-epoch', 'replay-to-opening', 'raise'),
  'no fence': order('take-epoch', 'open-epoch', 'replay-to-opening', 'read-to-end', 'raise'),
  'fence alone': order('take-epoch', 'open-epoch', 'replay-to-opening', 'fence-gateways', 'raise'),
  'fence after the reading': order(
    'take-epoch',
    'open-epoch',
    'replay-to-opening',
    'read-to-end',
    'fence-gateways',
    'raise',
  ),
  'a silent gateway is given up too soon': bent(TWO_RAISE, { takeOver: PATIENT_ORDER, patience: 'shorter' }),
  'A moves to a gateway that nobody fenced': asBuilt(A_MOVES),
  'A moves, an answer clears all that is older': bent(A_MOVES_OLD_DECREASE, { answerClears: 'all-older' }),
  'A moves, D1 is over in time, intent after the send': asBuilt(A_MOVES, { ...IN_TIME, intents: 'after-send' }),
  'a later gateway is let be': asBuilt(A_MOVES_EARLY, { hearsOfDial: 'at-once', laterGateway: 'let-be' }),
  'a later gateway is fenced, nothing read again': asBuilt(A_MOVES_EARLY, {
    hearsOfDial: 'at-once',
    laterGateway: 'fenced',
  }),
  'fence before the epoch is taken': order(
    'fence-gateways',
    'take-epoch',
    'open-epoch',
    'replay-to-opening',
    'read-to-end',
    'raise',
  ),
  'fence and last written': order('take-epoch', 'open-epoch', 'replay-to-opening', 'fence-and-ask', 'raise'),
  'intents of lower epochs dropped': bent(TWO_RAISE, { lateIntents: 'drop' }),
  'intent after the send': bent(TWO_RAISE, { intents: 'after-send' }),
  'a refusal clears earlier attempts': bent(TRIED_TWICE, { refusalProves: 'its-limit' }),
  'an attempt sent twice': proven(SENT_TWICE),
  'without an epoch, decreases pass': bent(OLD_DECREASE, { withoutEpoch: 'decreases' }),
  'without an epoch, the first command teaches it': bent(TWO_RAISE, { learnsEpoch: 'from-first-command' }),
} as const satisfies Readonly<Record<string, Case>>;
