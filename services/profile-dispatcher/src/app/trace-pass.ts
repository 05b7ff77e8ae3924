import type { SiteId } from '@headroom/kernel';
import { NO_SPAN, readTraceparent, type Span, type Tracer } from '@headroom/telemetry';
import type { Fact } from '../domain/facts.ts';
import type { IntendedCommand } from './prepare-pass.ts';
import type { Shard } from './shard.ts';

/**
 * Answers lead one trace on through so many passes: a decrease, its answer, the raise that waited for it, and what follows that. At a site whose stations
 * answer all the time one sampled trace would have everything of it traced for ever.
 */
export const MAX_PASSES_OF_TRACE = 8;
/** Traces of which a shard knows how far they came. */
export const MAX_TRACES_KNOWN = 256;

/** A traced fact was taken in: the next pass of its site goes on with its trace. */
export function noteTrace(tracer: Tracer, shard: Shard, fact: Fact, traceparent: string): void {
  if (shard.phase !== 'acting') return;
  if (fact.kind === 'decision-made') shard.traces.set(fact.siteId, traceparent);
  if (fact.kind !== 'command-answered') return;
  if ((shard.tracedPasses.get(traceOf(traceparent)) ?? 0) >= MAX_PASSES_OF_TRACE) return;
  const { commandId } = fact;
  const span = tracer.follow(traceparent, 'take answer', { attributes: { commandId } });
  span.end();
  if (span.traceparent !== undefined) shard.traces.set(fact.siteId, span.traceparent);
}

const traceOf = (traceparent: string): string => readTraceparent(traceparent)?.traceId ?? traceparent;

function countPass({ tracedPasses }: Shard, trace: string): void {
  const passes = (tracedPasses.get(trace) ?? 0) + 1;
  // Behind the others: the one that led no pass for longest is forgotten first.
  tracedPasses.delete(trace);
  tracedPasses.set(trace, passes);
  const [oldest] = tracedPasses.keys();
  if (oldest !== undefined && tracedPasses.size > MAX_TRACES_KNOWN) tracedPasses.delete(oldest);
}

/** The traced sites of one pass. */
export interface PassTrace {
  /** W3C Trace Context for records of that site. */
  readonly of: (siteId: SiteId) => string | undefined;
  /** A call to a gateway, part of the first traced site among its commands; the others are links. */
  readonly call: (gatewayAddress: string, commands: readonly IntendedCommand[]) => Span;
  readonly end: (commands: readonly IntendedCommand[], failed?: string) => void;
}

const NO_TRACE: PassTrace = { of: () => undefined, call: () => NO_SPAN, end: () => {} };

/** Takes what `noteTrace` left for this pass. */
export function beginPassTrace(tracer: Tracer | undefined, shard: Shard): PassTrace {
  if (shard.traces.size === 0 || tracer === undefined) return NO_TRACE;
  const spans = new Map<SiteId, Span>();
  for (const [siteId, traceparent] of shard.traces) {
    countPass(shard, traceOf(traceparent));
    spans.set(siteId, tracer.follow(traceparent, 'plan commands', { attributes: { siteId, shard: shard.shard } }));
  }
  shard.traces.clear();
  return {
    of: (siteId) => spans.get(siteId)?.traceparent,
    call: (gatewayAddress, commands) => {
      const sites = [...new Set(commands.map(({ site }) => site.siteId))];
      const [first, ...others] = sites.flatMap((siteId) => spans.get(siteId) ?? []);
      const links = others.flatMap(({ traceparent }) => traceparent ?? []);
      const attributes = { gatewayAddress, commands: commands.length };
      return first?.child('send to gateway', { attributes, links }) ?? NO_SPAN;
    },
    end: (commands, failed) => {
      for (const [siteId, span] of spans) {
        span.set({ commands: commands.filter(({ site }) => site.siteId === siteId).length });
        span.end(failed);
      }
    },
  };
}
