import { assertNever, type DeciAmps } from '@headroom/kernel';
import type { DispatchFact, DispatchOutcome } from './facts.ts';
import type { DispatchState, EvseState } from './site-state.ts';

type FactOf<Kind extends DispatchFact['kind']> = Extract<DispatchFact, { readonly kind: Kind }>;

/** A limit is about to be sent. */
export const evolveIntended = (evse: EvseState, { commandId }: FactOf<'limit-intended'>): EvseState =>
  evse.dispatch.last?.commandId === commandId
    ? evse
    : { ...evse, dispatch: { ...evse.dispatch, last: { commandId, outcome: 'sent' } } };

/** What a limit came to. */
export function evolveResolved(evse: EvseState, fact: FactOf<'limit-resolved'>): EvseState {
  const { last, refused, ...rest } = evse.dispatch;
  if (last !== undefined && last.commandId !== fact.commandId) return evse;
  const outcome = shownOutcome(fact.outcome);
  const keptRefusal = refused === undefined ? {} : { refused };
  if (outcome === undefined) return { ...evse, dispatch: { ...rest, ...keptRefusal } };
  const shown = { ...rest, last: { commandId: fact.commandId, outcome } };
  return { ...evse, dispatch: outcome === 'accepted' ? shown : { ...shown, refused: true } };
}

function shownOutcome(outcome: DispatchOutcome): 'accepted' | 'rejected' | 'unanswered' | undefined {
  switch (outcome) {
    case 'accepted':
    case 'rejected':
    case 'unanswered':
      return outcome;
    case 'never-written':
      return undefined;
    default:
      return assertNever(outcome);
  }
}

/** What an EVSE counts with from here on. A fact overtaken by a newer one changes nothing. */
export function evolveCommitted(evse: EvseState, fact: FactOf<'committed-changed'>): EvseState {
  const before = evse.dispatch;
  if (before.committedAtMs !== undefined && fact.atMs < before.committedAtMs) return evse;
  const measured = largest(fact, 'measured');
  // A raise that the car has no use for is no news: a car that tapers would be raised for ever, and never learned.
  const isNews = raised(before, fact) && evse.draw.underSinceMs === undefined;
  const raisedAtMs = isNews ? fact.atMs : before.commandedRaisedAtMs;
  const dispatch: DispatchState = {
    committed: fact.committed,
    committedAtMs: fact.atMs,
    ...(fact.mask === undefined ? {} : { mask: fact.mask }),
    unverified: fact.members.some((member) => member.kind === 'hardware-maximum'),
    ...(measured === undefined ? {} : { measured }),
    ...(fact.commanded === undefined ? {} : { commanded: fact.commanded }),
    ...(raisedAtMs === undefined ? {} : { commandedRaisedAtMs: raisedAtMs }),
    ...(fact.leaseUntilMs === undefined ? {} : { leaseUntilMs: fact.leaseUntilMs }),
    ...(fact.fallbackOnly === undefined ? {} : { fallbackOnly: fact.fallbackOnly }),
    ...(fact.passesPercent === undefined ? {} : { passesPercent: fact.passesPercent }),
    ...(fact.leaseAtMost === undefined ? {} : { leaseAtMost: fact.leaseAtMost }),
    ...(fact.discharge === undefined ? {} : { discharge: fact.discharge }),
    ...(before.last === undefined ? {} : { last: before.last }),
    ...(before.refused === undefined ? {} : { refused: before.refused }),
    ...(before.disobeys === undefined ? {} : { disobeys: before.disobeys }),
    ...(before.refusesZero === undefined ? {} : { refusesZero: before.refusesZero }),
  };
  // Another limit, another behaviour: what was seen under the old one is no evidence about the new. But that it took nothing before it
  // was offered nothing is known until it draws (RF6).
  const { underSinceMs: _u, nothingSinceMs, overSinceMs: _o, loweredSinceMs: _l, ...kept } = evse.draw;
  const isOffered = before.commanded === undefined || before.commanded > 0;
  const stands = isOffered || nothingSinceMs === undefined ? {} : { nothingSinceMs };
  const draw = isNews ? { ...kept, ...stands } : evse.draw;
  const isLowered = before.commanded !== undefined && fact.commanded !== undefined && fact.commanded < before.commanded;
  const isFirst = isLowered && draw.loweredSinceMs === undefined;
  return { ...evse, dispatch, draw: isFirst ? { ...draw, loweredSinceMs: fact.atMs } : draw };
}

/** The next step against it, or the end of it. */
export function evolveDisobeys(evse: EvseState, fact: FactOf<'evse-disobeys'>): EvseState {
  const { disobeys, refusesZero, ...rest } = evse.dispatch;
  const { step } = fact;
  if (step === undefined) return disobeys === undefined ? evse : { ...evse, dispatch: rest };
  if (disobeys === step && refusesZero === fact.refusesZero) return evse;
  const refusal = fact.refusesZero === true ? { refusesZero: true as const } : {};
  return { ...evse, dispatch: { ...rest, disobeys: step, ...refusal } };
}

const raised = (before: DispatchState, fact: FactOf<'committed-changed'>): boolean =>
  fact.commanded !== undefined && fact.commanded > (before.commanded ?? -1);

function largest({ members }: FactOf<'committed-changed'>, kind: string): DeciAmps | undefined {
  const limits = members.filter((member) => member.kind === kind).map((member) => member.limit);
  return limits.length === 0 ? undefined : limits.reduce((a, b) => (a > b ? a : b));
}
