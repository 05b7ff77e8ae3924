import type { EpochMs, EvseNumber, StationId } from '@headroom/kernel';
import { compositeQuestionId, profilesQuestionId, questionId } from '../domain/command-name.ts';
import { aheadS, mayBeAskedComposite } from '../domain/check-composite.ts';
import { nextSayingMs } from '../domain/composite-said.ts';
import { mayBeRead } from '../domain/check-profiles.ts';
import { needsReading, NEVER_READ } from '../domain/held-profiles.ts';
import { setpointEvsesOf } from '../domain/may-give.ts';
import { isHeldDown } from '../domain/station-limits.ts';
import type { Act } from '../domain/acts.ts';
import { unitOf } from '../domain/plan-of.ts';
import { plannedKind } from '../domain/planned-kind.ts';
import {
  controlAt,
  evsesOfStation,
  mayBeAsked,
  type SiteState,
  stationOf,
  type StationState,
} from '../domain/site-state.ts';
import { needsAsking, needsAskingOfSetpoints } from '../domain/station-traits.ts';
import type { GatewayQuestion, Gateways } from '../ports.ts';
import type { Shard } from './shard.ts';

/** Questions of one turn; the rest is for the next. A site that comes back as a whole is not flooded (H58). */
export const MAX_QUESTIONS_OF_TURN = 100;
/** A question that was written is awaited so long: by then its gateway has said that nobody answered. */
export const ANSWER_WITHIN_MS = 120_000;
/** One that was not written is put again after so long. */
export const PUT_AGAIN_MS = 5_000;

export interface AskDeps {
  readonly gateways: Gateways;
  readonly rules: { readonly notAfterMs: number };
  readonly nowMs: () => EpochMs;
  readonly monoMs: () => number;
}

/** OCPP's request ids are of 32 bits: so many owners, and so many questions of one, are told apart. */
const [OWNERS, QUESTIONS_OF_OWNER] = [2 ** 11, 2 ** 20];
const READ_CAPABILITIES = { kind: 'read-capabilities' } as const;

interface Question extends GatewayQuestion {
  readonly gatewayAddress: string;
}

/**
 * Asks stations what they can do, and which profiles they hold: those of which it is not known, or no longer. The limits go ahead, a question holds nothing up and
 * raises nothing, so no intent of it is written; the answer comes by the log.
 */
export async function askStations(deps: AskDeps, shard: Shard): Promise<void> {
  const due = dueQuestions(deps, shard);
  const byGateway = Map.groupBy(due, ({ gatewayAddress }) => gatewayAddress);
  await Promise.all([...byGateway].map(([address, questions]) => ask(deps, shard, address, questions)));
}

/** Walks no further than to the first. */
export const hasQuestions = (deps: Pick<AskDeps, 'nowMs' | 'monoMs'>, shard: Shard): boolean =>
  !candidatesOf(deps, shard).next().done;

function dueQuestions(deps: AskDeps, shard: Shard): readonly Question[] {
  const due: Question[] = [];
  for (const question of candidatesOf(deps, shard)) {
    if (due.length >= MAX_QUESTIONS_OF_TURN) break;
    shard.seq += 1;
    const worded = wordedQuestion(shard, question);
    awaitedOf(shard, worded.act).set(question.stationId, deps.monoMs() + PUT_AGAIN_MS);
    due.push({ ...question, ...worded, seq: shard.seq });
  }
  return due;
}

const awaitedOf = (shard: Shard, { kind }: Act): Shard['asked'] =>
  kind === 'read-composite' ? shard.saying : shard.asked;

type CompositeAct = Extract<Act, { readonly kind: 'read-composite' }>;

/** What is asked next of a station. */
interface Candidate extends Omit<Question, 'act' | 'commandId' | 'seq'> {
  readonly wants: 'capabilities' | 'profiles' | CompositeAct;
  readonly limits: StationState['limits'];
  /** Of which it is asked whether they follow a setpoint. */
  readonly setpointEvses: readonly EvseNumber[];
}

function wordedQuestion(shard: Shard, candidate: Candidate): Pick<Question, 'act' | 'commandId'> {
  const { wants, stationId, connectionGeneration: generation, limits: known } = candidate;
  const order = { epoch: shard.epoch, seq: shard.seq };
  if (wants === 'capabilities') {
    const { setpointEvses } = candidate;
    const act = setpointEvses.length === 0 ? READ_CAPABILITIES : { ...READ_CAPABILITIES, setpointEvses };
    return { act, commandId: questionId(shard.shard, order) };
  }
  if (wants !== 'profiles') return { act: wants, commandId: compositeQuestionId(wants.evse, shard.shard, order) };
  const requestId = (shard.epoch % OWNERS) * QUESTIONS_OF_OWNER + (shard.seq % QUESTIONS_OF_OWNER);
  const commandId = profilesQuestionId(shard.shard, order);
  const nothingYet = { held: [], limits: [], isWhole: true };
  shard.readings.set(stationId, { commandId, generation, requestId, known, ...nothingYet });
  return { act: { kind: 'read-profiles', requestId }, commandId };
}

function* candidatesOf(time: Pick<AskDeps, 'nowMs' | 'monoMs'>, shard: Shard): Generator<Candidate> {
  for (const site of shard.sites.values()) {
    if (site.model === undefined) continue;
    for (const [stationId, station] of site.stations) {
      const [nowMs, monoMs] = [time.nowMs(), time.monoMs()];
      if (!mayBeAsked(station, nowMs)) continue;
      if (monoMs < (shard.asked.get(stationId) ?? Number.NEGATIVE_INFINITY)) continue;
      const isSaying = monoMs < (shard.saying.get(stationId) ?? Number.NEGATIVE_INFINITY);
      const setpointEvses = setpointEvsesOf(site, stationId);
      const isUnknown =
        needsAsking(station.traits, nowMs) ||
        (setpointEvses.length > 0 && needsAskingOfSetpoints(station.traits, nowMs));
      const wants = isUnknown
        ? 'capabilities'
        : (profilesOf(site, stationId, nowMs) ?? (isSaying ? undefined : compositeOf(site, stationId, nowMs)));
      if (wants === undefined) continue;
      const { gatewayAddress, generation: connectionGeneration, limits } = station;
      yield { stationId, gatewayAddress, connectionGeneration, wants, limits, setpointEvses };
    }
  }
}

function profilesOf(site: SiteState, stationId: StationId, nowMs: EpochMs): 'profiles' | undefined {
  const { traits, profiles = NEVER_READ, limits } = stationOf(site, stationId);
  const isLimited = isHeldDown(limits, nowMs);
  return needsReading(traits, profiles, { nowMs, isLimited }) && mayBeRead(site, stationId) ? 'profiles' : undefined;
}

/** Of one EVSE after the other. H82: asked in the unit of its limits, it need not convert them. */
function compositeOf(site: SiteState, stationId: StationId, nowMs: EpochMs): CompositeAct | undefined {
  const { traits } = stationOf(site, stationId);
  for (const evse of evsesOfStation(site, stationId)) {
    const control = controlAt(site, evse);
    const nextMs = nextSayingMs(traits, control.composite);
    if (nextMs === undefined || nowMs < nextMs || !mayBeAskedComposite(site, evse)) continue;
    const kind = plannedKind(site, evse);
    const act = { kind: 'read-composite', evse: evse.evse, unit: unitOf(kind, kind.place) } as const;
    return { ...act, durationS: aheadS(control, nowMs) };
  }
  return undefined;
}

async function ask(
  { gateways, rules, nowMs, monoMs }: AskDeps,
  shard: Shard,
  gatewayAddress: string,
  questions: readonly GatewayQuestion[],
): Promise<void> {
  if (!shard.hold.ownsNow()) return;
  const notAfterMs = nowMs() + rules.notAfterMs;
  const to = { gatewayAddress, shard: shard.shard, epoch: shard.epoch };
  const written = await gateways.ask({ ...to, questions, notAfterMs });
  for (const [index, { stationId, act }] of questions.entries()) {
    if (written[index] === true) awaitedOf(shard, act).set(stationId, monoMs() + ANSWER_WITHIN_MS);
  }
}
