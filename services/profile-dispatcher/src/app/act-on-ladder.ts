import type { EpochMs } from '@headroom/kernel';
import { type Act, actsOf } from '../domain/acts.ts';
import { aheadS } from '../domain/check-composite.ts';
import { actId } from '../domain/command-name.ts';
import type { EvseControl } from '../domain/evse-control.ts';
import { afterActing } from '../domain/obedience.ts';
import { unitOf } from '../domain/plan-of.ts';
import { plannedKind } from '../domain/planned-kind.ts';
import { ladderEndOf, setControl, type SiteState, stationOf } from '../domain/site-state.ts';
import type { GatewayQuestion, Gateways } from '../ports.ts';
import type { Shard } from './shard.ts';

/** Of one turn; the rest is for the next. */
export const MAX_ACTS_OF_TURN = 100;
/** What was not written is tried again after so long. */
export const ACT_AGAIN_MS = 2_000;

export interface LadderDeps {
  readonly gateways: Gateways;
  readonly rules: { readonly notAfterMs: number };
  readonly nowMs: () => EpochMs;
  readonly monoMs: () => number;
}

interface Due {
  readonly site: SiteState;
  readonly control: EvseControl;
  readonly gatewayAddress: string;
  readonly questions: readonly GatewayQuestion[];
}

/**
 * The steps against EVSEs that disobey, beside limits: each once, behind the record of it. One that its gateway does not surely
 * write is tried again. They raise nothing, so no intents of them are written.
 */
export async function actOnLadder(deps: LadderDeps, shard: Shard): Promise<void> {
  const due = dueActs(deps, shard);
  const byGateway = Map.groupBy(due, ({ gatewayAddress }) => gatewayAddress);
  await Promise.all([...byGateway].map(([gatewayAddress, acts]) => act(deps, shard, gatewayAddress, acts)));
}

/** Walks no further than to the first. */
export const hasActs = (deps: Pick<LadderDeps, 'monoMs'>, shard: Shard): boolean => !waiting(deps, shard).next().done;

function* waiting({ monoMs }: Pick<LadderDeps, 'monoMs'>, shard: Shard): Generator<Pick<Due, 'site' | 'control'>> {
  for (const site of shard.sites.values()) {
    for (const control of site.controls.values()) {
      if (control.disobedience?.isDue !== true && control.service !== 'returning') continue;
      if (actsOf(control, ladderEndOf(site)).length === 0 || !stationOf(site, control.stationId).connected) continue;
      if (monoMs() >= (shard.actedAgainFrom.get(control.evseId) ?? Number.NEGATIVE_INFINITY)) yield { site, control };
    }
  }
}

function dueActs(deps: LadderDeps, shard: Shard): readonly Due[] {
  const due: Due[] = [];
  for (const { site, control } of waiting(deps, shard)) {
    if (due.length >= MAX_ACTS_OF_TURN) break;
    shard.actedAgainFrom.set(control.evseId, deps.monoMs() + ACT_AGAIN_MS);
    const { stationId, evse } = control;
    const { gatewayAddress, generation: connectionGeneration } = stationOf(site, stationId);
    const questions = actsOf(control, ladderEndOf(site)).map((each): GatewayQuestion => {
      shard.seq += 1;
      const order = { epoch: shard.epoch, seq: shard.seq };
      const commandId = actId(evse, shard.shard, { order, isReading: each.kind === 'read-composite' });
      return {
        act: inItsUnit(site, control, each, deps.nowMs()),
        commandId,
        seq: shard.seq,
        stationId,
        connectionGeneration,
      };
    });
    due.push({ site, control, gatewayAddress, questions });
  }
  return due;
}

/** H82: asked in the unit of its limits, it need not convert them. */
function inItsUnit(site: SiteState, control: EvseControl, act: Act, nowMs: EpochMs): Act {
  const evse = site.model?.evses.get(control.evseId);
  if (act.kind !== 'read-composite' || evse === undefined) return act;
  const kind = plannedKind(site, evse);
  return { ...act, unit: unitOf(kind, kind.place), durationS: aheadS(control, nowMs) };
}

async function act(
  { gateways, rules, nowMs }: LadderDeps,
  shard: Shard,
  gatewayAddress: string,
  due: readonly Due[],
): Promise<void> {
  if (!shard.hold.ownsNow()) return;
  const to = { gatewayAddress, shard: shard.shard, epoch: shard.epoch, notAfterMs: nowMs() + rules.notAfterMs };
  const written = await gateways.ask({ ...to, questions: due.flatMap(({ questions }) => questions) });
  let at = 0;
  for (const { site, control, questions } of due) {
    const isDone = questions.every((_, index) => written[at + index] === true);
    at += questions.length;
    if (isDone) done(shard, site, control);
  }
}

/** It may have come to the next step meanwhile, or have restarted. */
function done(shard: Shard, site: SiteState, { evseId, disobedience, service }: EvseControl): void {
  shard.actedAgainFrom.delete(evseId);
  const now = site.controls.get(evseId);
  if (now === undefined) return;
  const isSameStep = now.disobedience !== undefined && now.disobedience.step === disobedience?.step;
  setControl(site, {
    ...now,
    disobedience: isSameStep && now.disobedience ? afterActing(now.disobedience) : now.disobedience,
    service: service === 'returning' && now.service === 'returning' ? 'in' : now.service,
  });
}
