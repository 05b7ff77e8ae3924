import type { EpochMs } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import { forgetCommand, resolveCommand } from '../domain/resolve-command.ts';
import type { DispatchRules } from '../domain/rules.ts';
import { type GatewayBatch, type Gateways, type Journal, MAX_COMMANDS_OF_BATCH, type Verdict } from '../ports.ts';
import { type IntendedCommand, type PreparedPass, preparePass } from './prepare-pass.ts';
import { noteAsk } from './gateway-silence.ts';
import { noteOwn, queueRecord, type Shard, siteOf, track } from './shard.ts';

export interface PassDeps {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly events: DispatchEvents;
  readonly rules: DispatchRules;
  readonly time: () => PlanTime;
  readonly monoMs: () => number;
  /** Something was learned outside a pass: there may be more to do. */
  readonly wake: (shard: Shard) => void;
}

/** One planning pass of a shard: plan, make the intents durable, then write (HO-2). Verdicts are not waited for. */
export async function runPass(deps: PassDeps, shard: Shard): Promise<void> {
  if (shard.phase !== 'acting' || (shard.touched.size === 0 && shard.outbox.length === 0)) return;
  const time = deps.time();
  const pass = preparePass(shard, time, deps.rules);
  if (pass.records.length === 0) return;
  try {
    const mayWrite = (): boolean => shard.hold.ownsNow();
    noteOwn(shard, await deps.journal.append(pass.records, { nowMs: time.nowMs, mayWrite }));
  } catch (cause) {
    takeBack(shard, pass);
    if (!shard.hold.ownsNow()) withhold(deps, shard, pass.commands);
    throw cause;
  }
  for (const batch of batchesOf(shard, pass)) track(shard, sendBatch(deps, shard, batch));
}

/** The intents may stand in the log, but nothing was written to a gateway: none of these commands exists. */
function takeBack(shard: Shard, pass: PreparedPass): void {
  forget(pass.commands);
  for (const record of pass.records) {
    if (record.kind === 'committed-changed') shard.journaled.clear();
    if (record.kind === 'limit-resolved' || record.kind === 'station-unreachable') queueRecord(shard, record);
  }
}

function forget(commands: readonly IntendedCommand[]): void {
  for (const { site, intent } of commands) forgetCommand(site, intent);
}

function withhold({ events }: PassDeps, { shard, epoch }: Shard, { length }: readonly IntendedCommand[]): void {
  if (length > 0) events.commandsWithheld(shard, epoch, length);
}

interface Sending {
  readonly batch: GatewayBatch;
  readonly commands: readonly IntendedCommand[];
}

/** One SendBatch for each gateway, in the order of the plan. */
function batchesOf(shard: Shard, { commands }: PreparedPass): readonly Sending[] {
  const byGateway = Map.groupBy(commands, ({ gatewayAddress }) => gatewayAddress);
  return [...byGateway].flatMap(([gatewayAddress, all]) =>
    chunksOf(all).map((chunk) => ({
      commands: chunk,
      batch: { gatewayAddress, shard: shard.shard, epoch: shard.epoch, commands: chunk.map(({ command }) => command) },
    })),
  );
}

const chunksOf = (all: readonly IntendedCommand[]): readonly (readonly IntendedCommand[])[] =>
  Array.from({ length: Math.ceil(all.length / MAX_COMMANDS_OF_BATCH) }, (_, index) =>
    all.slice(index * MAX_COMMANDS_OF_BATCH, (index + 1) * MAX_COMMANDS_OF_BATCH),
  );

async function sendBatch(deps: PassDeps, shard: Shard, { batch, commands }: Sending): Promise<void> {
  // OW-30, HO-2c: not ours any more, or not for certain. Nothing is sent, so these commands do not exist; whoever owns the
  // shard next counts their intents.
  if (shard.phase !== 'acting' || !shard.hold.ownsNow()) {
    forget(commands);
    return withhold(deps, shard, commands);
  }
  const { gatewayAddress } = batch;
  const askedMonoMs = deps.monoMs();
  const verdicts = await deps.gateways.send(batch);
  const { nowMs } = deps.time();
  const isAnswered = !verdicts.every((verdict) => verdict.kind === 'unknown' && verdict.isSilent);
  noteAsk(shard, { gatewayAddress, askedMonoMs, isAnswered }, nowMs, deps);
  for (const [index, command] of commands.entries()) {
    takeVerdict(deps, shard, { command, verdict: verdicts[index] ?? NOT_SAID, nowMs });
  }
  const isFenced = verdicts.some((verdict) => verdict.kind === 'never-written' && verdict.isFenced);
  // HO-10: a gateway that knows a higher epoch means that the shard is lost; going on would be in vain for ever.
  if (isFenced) shard.phase = 'lost';
  deps.wake(shard);
}

const NOT_SAID: Verdict = { kind: 'unknown', why: 'the gateway gave no verdict on it', isSilent: false };

function takeVerdict(
  deps: PassDeps,
  shard: Shard,
  {
    command,
    verdict,
    nowMs,
  }: { readonly command: IntendedCommand; readonly verdict: Verdict; readonly nowMs: EpochMs },
): void {
  deps.events.commandJudged(verdict.kind);
  if (verdict.kind === 'written') return;
  const { intent, site, generation } = command;
  const { stationId, evse, commandId } = intent;
  const outcome = verdict.kind === 'never-written' ? ('never-written' as const) : ('unanswered' as const);
  const result = { stationId, evse, commandId, outcome, detail: verdict.why, atMs: nowMs, nowMs, generation };
  const record = resolveCommand(siteOf(shard, site.siteId), result, deps.rules);
  queueRecord(shard, record);
  if (record !== undefined) deps.events.notTaken(record);
}
