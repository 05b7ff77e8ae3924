import { type EpochMs, type EvseId, evseId } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { JournalFact, LimitIntended, LimitResolved } from '../domain/facts.ts';
import { lookAgain } from '../domain/look-again.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import { forgetCommand, resolveCommand } from '../domain/resolve-command.ts';
import type { Span, Tracer } from '@headroom/telemetry';
import type { DispatchRules } from '../domain/rules.ts';
import { type GatewayBatch, type Gateways, type Journal, MAX_COMMANDS_OF_BATCH, type Verdict } from '../ports.ts';
import { countedNow } from './counted-now.ts';
import { type IntendedCommand, type PreparedPass, preparePass } from './prepare-pass.ts';
import { beginPassTrace, type PassTrace } from './trace-pass.ts';
import { noteAsk } from './gateway-silence.ts';
import { appendOwn, queueRecord, type Shard, siteOf, track } from './shard.ts';

export interface PassDeps {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly events: DispatchEvents;
  readonly rules: DispatchRules;
  readonly time: () => PlanTime;
  readonly tracer?: Tracer;
  readonly monoMs: () => number;
  /** Something was learned outside a pass: there may be more to do. */
  readonly wake: (shard: Shard) => void;
}

/** One planning pass of a shard: plan, make the intents durable, then write (HO-2). Verdicts are not waited for. */
export async function runPass(deps: PassDeps, shard: Shard): Promise<void> {
  if (shard.phase !== 'acting' || (shard.touched.size === 0 && shard.outbox.length === 0)) return;
  const { rules } = deps;
  const time = deps.time();
  const trace = beginPassTrace(deps.tracer, shard);
  const pass = preparePass(shard, time, rules);
  const { intended, commands } = pass;
  const mayWrite = (): boolean => shard.hold.ownsNow();
  const append = async (records: readonly JournalFact[]): Promise<void> => {
    if (records.length === 0) return;
    await appendOwn(shard, () => deps.journal.append(records, { nowMs: time.nowMs, mayWrite, traceOf: trace.of }));
  };
  const durable = append(intended);
  // Who is raised counts with it before it leaves, by the log too, and who gave it the room with less. What is told of a thousand decreases beside that
  // is told once they have left: they wait for nothing.
  const early = commands.some(({ isGated }) => isGated)
    ? settled(append(countedNow(shard, pass.sites, { time, rules, later: evsesLowered(commands) })))
    : undefined;
  try {
    await durable;
  } catch (cause) {
    await early;
    takeBack(shard, pass);
    trace.end(commands, 'the intents are not durable');
    if (!shard.hold.ownsNow()) withhold(deps, shard, commands.length);
    throw cause;
  }
  for (const record of intended) {
    if (record.kind === 'evse-disobeys') deps.events.disobeys(record);
    if (record.kind === 'profiles-checked') deps.events.profilesChecked(record);
    if (record.kind === 'composite-checked') deps.events.compositeChecked(record);
    if (record.kind === 'lease-end-seen') deps.events.leaseEndSeen(record);
  }
  const standing = withoutOvertaken(deps, shard, commands, time);
  for (const batch of batchesOf(shard, standing, trace)) track(shard, sendBatch(deps, shard, batch));
  trace.end(commands);
  const failure = (await early) ?? (await settled(append(countedNow(shard, pass.sites, { time: deps.time(), rules }))));
  if (failure === undefined) return;
  // Told anew with the next pass.
  shard.journaled.clear();
  throw failure.cause;
}

/** They count as before, until they are seen to obey. */
function evsesLowered(commands: readonly IntendedCommand[]): ReadonlySet<EvseId> {
  const raised = new Set<EvseId>();
  const lowered = new Set<EvseId>();
  for (const { isGated, intent } of commands) (isGated ? raised : lowered).add(evseId(intent.stationId, intent.evse));
  return new Set([...lowered].filter((id) => !raised.has(id)));
}

/** So long after it was planned a raise is looked at again even where nothing was learned: load may grow, and a drop begin. */
const LOOKS_AGAIN_AFTER_MS = 500;

/**
 * The gate is the last thing before a command leaves, and the log may have taken its time: what would not be granted any more is not sent, so it
 * does not exist, and the log says so. Decreases never wait for this.
 */
function withoutOvertaken(
  { events, rules, time, wake }: PassDeps,
  shard: Shard,
  commands: readonly IntendedCommand[],
  planned: PlanTime,
): readonly IntendedCommand[] {
  const gated = commands.filter(({ isGated }) => isGated);
  if (gated.length === 0) return commands;
  const now = time();
  const isLate = now.nowMs - planned.nowMs >= LOOKS_AGAIN_AFTER_MS;
  const overtaken = new Set<LimitIntended>();
  for (const [site, ofSite] of Map.groupBy(gated, (each) => each.site)) {
    if (!isLate && !shard.touched.has(site.siteId)) continue;
    const intents = ofSite.map(({ intent }) => intent);
    for (const intent of lookAgain(site, intents, now, rules)) overtaken.add(intent);
  }
  if (overtaken.size === 0) return commands;
  for (const intent of overtaken) {
    const { siteId } = intent;
    forgetCommand(siteOf(shard, siteId), intent);
    const { stationId, evse, commandId, purpose, limit, epoch, seq } = intent;
    const detail = 'Not sent: since it was planned its room is gone';
    const of = { stationId, evse, commandId, purpose, limit, epoch, seq, detail };
    const record: LimitResolved = { kind: 'limit-resolved', siteId, ...of, outcome: 'never-written', atMs: now.nowMs };
    queueRecord(shard, record);
    events.notTaken(record, undefined);
  }
  wake(shard);
  return commands.filter(({ intent }) => !overtaken.has(intent));
}

/** Never rejects: who waits for something else first looks at it later. */
const settled = (work: Promise<void>): Promise<{ readonly cause: unknown } | undefined> =>
  work.then(
    () => undefined,
    (cause: unknown) => ({ cause }),
  );

/** The intents may stand in the log, but nothing was written to a gateway: none of these commands exists. */
function takeBack(shard: Shard, { intended, commands }: PreparedPass): void {
  forget(commands);
  shard.journaled.clear();
  for (const record of intended) if (record.kind !== 'limit-intended') queueRecord(shard, record);
}

function forget(commands: readonly IntendedCommand[]): void {
  for (const { site, intent } of commands) forgetCommand(site, intent);
}

function withhold({ events }: PassDeps, { shard, epoch }: Shard, commands: number, traceId?: string): void {
  if (commands > 0) events.commandsWithheld({ shard, epoch, commands, traceId });
}

interface Sending {
  readonly batch: GatewayBatch;
  readonly commands: readonly IntendedCommand[];
  readonly span: Span;
}

/** One SendBatch for each gateway, in the order of the plan. */
function batchesOf(shard: Shard, commands: readonly IntendedCommand[], trace: PassTrace): readonly Sending[] {
  const byGateway = Map.groupBy(commands, ({ gatewayAddress }) => gatewayAddress);
  return [...byGateway].flatMap(([gatewayAddress, all]) =>
    chunksOf(all).map((chunk) => {
      const span = trace.call(gatewayAddress, chunk);
      const { traceparent } = span;
      const to = { gatewayAddress, shard: shard.shard, epoch: shard.epoch };
      const batch = { ...to, commands: chunk.map(({ command }) => command), ...(traceparent && { traceparent }) };
      return { commands: chunk, batch, span };
    }),
  );
}

const chunksOf = (all: readonly IntendedCommand[]): readonly (readonly IntendedCommand[])[] =>
  Array.from({ length: Math.ceil(all.length / MAX_COMMANDS_OF_BATCH) }, (_, index) =>
    all.slice(index * MAX_COMMANDS_OF_BATCH, (index + 1) * MAX_COMMANDS_OF_BATCH),
  );

async function sendBatch(deps: PassDeps, shard: Shard, { batch, commands, span }: Sending): Promise<void> {
  // OW-30, HO-2c: not ours any more, or not for certain. Nothing is sent, so these commands do not exist; whoever owns the
  // shard next counts their intents.
  if (shard.phase !== 'acting' || !shard.hold.ownsNow()) {
    forget(commands);
    span.end('withheld: the shard is not ours for certain');
    return withhold(deps, shard, commands.length, span.traceId);
  }
  const { gatewayAddress } = batch;
  const askedMonoMs = deps.monoMs();
  const verdicts = await deps.gateways.send(batch);
  span.end();
  const { nowMs } = deps.time();
  const isAnswered = !verdicts.every((verdict) => verdict.kind === 'unknown' && verdict.isSilent);
  noteAsk(shard, { gatewayAddress, askedMonoMs, isAnswered }, nowMs, deps);
  for (const [index, command] of commands.entries()) {
    takeVerdict(deps, shard, { command, verdict: verdicts[index] ?? NOT_SAID, nowMs, traceId: span.traceId });
  }
  const isFenced = verdicts.some((verdict) => verdict.kind === 'never-written' && verdict.isFenced);
  // HO-10: a gateway that knows a higher epoch means that the shard is lost; going on would be in vain for ever.
  if (isFenced) shard.phase = 'lost';
  deps.wake(shard);
}

const NOT_SAID: Verdict = { kind: 'unknown', why: 'the gateway gave no verdict on it', isSilent: false };

interface Judged {
  readonly command: IntendedCommand;
  readonly verdict: Verdict;
  readonly nowMs: EpochMs;
  /** Of its batch: all its commands belong to that trace (ADR 29). */
  readonly traceId: string | undefined;
}

function takeVerdict(deps: PassDeps, shard: Shard, { command, verdict, nowMs, traceId }: Judged): void {
  deps.events.commandJudged(verdict.kind);
  if (verdict.kind === 'written') return;
  const { intent, site, generation } = command;
  const { stationId, evse, commandId } = intent;
  const outcome = verdict.kind === 'never-written' ? ('never-written' as const) : ('unanswered' as const);
  const result = { stationId, evse, commandId, outcome, detail: verdict.why, atMs: nowMs, nowMs, generation };
  const record = resolveCommand(siteOf(shard, site.siteId), result, deps.rules);
  queueRecord(shard, record);
  if (record !== undefined) deps.events.notTaken(record, traceId);
}
