import { useEffect, useRef } from 'preact/hooks';
import {
  batteryWords,
  evseView,
  explainSteps,
  leaseWords,
  readyOf,
  readyWords,
  scaleOf,
  type ExplainStep,
} from '../model/evse-view.ts';
import { amperes, clockTimeOn, kilowattHours, kilowatts, unitsKept, words } from '../model/format.ts';
import type { EvseLive, LiveSite } from '../model/live-site.ts';
import { supportText } from '../model/support-text.ts';
import { useEvseWhy } from '../data/use-evse-why.ts';
import { BoostAction } from './boost-action.tsx';
import { CopyButton } from './copy-button.tsx';
import { LimitTerms } from './limit-terms.tsx';
import { RequestForm } from './request-form.tsx';
import { StationFacts } from './station-facts.tsx';
import { Instant, Shape } from './values.tsx';
import { WhatIf } from './what-if.tsx';

export interface WhyDrawerProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
  readonly sinceReceivedMs: number;
  readonly onClose: () => void;
}

/** S-B: why this car gets what it gets. It stands beside the live page, so that one can watch while reading. */
export function WhyDrawer({ evse, site, sinceReceivedMs, onClose }: WhyDrawerProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [evse.evseId]);
  const view = evseView(evse, { site, sinceReceivedMs });
  const why = useEvseWhy(site.siteId, evse);
  return (
    <aside class="drawer" aria-labelledby="why-title">
      <div class="drawer-head">
        <div>
          <h2 id="why-title" ref={title} tabIndex={-1}>
            Why? {evse.name}
          </h2>
          <p class="state" data-tone={view.look.tone}>
            <Shape shape={view.look.shape} />
            {view.look.word}
            {view.age !== '' && <span class="muted"> · measured {view.age} ago</span>}
          </p>
        </div>
        <button type="button" class="button square" onClick={onClose} aria-label="Close" title="Close (Esc)">
          ×
        </button>
      </div>
      <p class="why-sentence">{view.reason}</p>
      {why !== null && why.counterfactual !== null && <p class="why-more">{unitsKept(why.counterfactual)}</p>}
      {why !== null && why.binding !== null && <LimitTerms binding={why.binding} site={site} />}
      <Waterfall steps={explainSteps(evse, site)} scaleKw={scaleOf(evse, site.nominalVoltageV)} />
      <SessionFacts evse={evse} site={site} />
      <ControlFacts evse={evse} site={site} />
      <RequestForm key={evse.session?.sessionId ?? ''} evse={evse} site={site} />
      <BoostAction evse={evse} site={site} />
      <WhatIf evse={evse} site={site} />
      <StationFacts evse={evse} site={site} />
      <details class="ids">
        <summary>Ids and codes</summary>
        <IdList evse={evse} site={site} />
      </details>
      <div class="drawer-foot">
        <CopyButton text={supportText(evse, site)} label="Copy for support" />
      </div>
    </aside>
  );
}

interface WaterfallProps {
  readonly steps: readonly ExplainStep[];
  readonly scaleKw: number;
}

function Waterfall({ steps, scaleKw }: WaterfallProps) {
  return (
    <ol class="waterfall">
      {steps.map((step, index) => (
        <li key={step.label} data-last={index === steps.length - 1}>
          <span class="step-label">
            {step.label}
            {step.cutKw !== null && <span class="step-cut">−{words(kilowatts(step.cutKw))}</span>}
          </span>
          <span class="step-kw">{words(kilowatts(step.kw))}</span>
          <span class="step-bar" aria-hidden="true">
            <span style={{ width: `${((step.kw ?? 0) / scaleKw) * 100}%` }} />
          </span>
          <span class="step-note">{step.note}</span>
        </li>
      ))}
    </ol>
  );
}

interface FactsProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
}

function SessionFacts({ evse, site }: FactsProps) {
  const { session } = evse;
  if (session === null) return null;
  const at = (ms: number | null) => (
    <Instant atMs={ms} zone={site.timezone} text={clockTimeOn(ms, site.atMs, site.timezone)} />
  );
  const ready = readyOf(evse, site.atMs);
  const told = ready.kind === 'ready' || ready.kind === 'late' || ready.kind === 'complete';
  return (
    <dl class="pairs">
      <dt>Energy</dt>
      <dd>
        {words(kilowattHours(session.energyKwh))}
        {session.requestedKwh !== null && ` of ${words(kilowattHours(session.requestedKwh))}`}
      </dd>
      <dt>Plugged in</dt>
      <dd>{at(session.startedAtMs)}</dd>
      {session.departureAtMs !== null && (
        <>
          <dt>Leaves</dt>
          <dd>{at(session.departureAtMs)}</dd>
        </>
      )}
      {told && (
        <>
          <dt>At this power</dt>
          <dd class={ready.kind === 'late' ? 'late' : ''}>
            {readyWords(ready, (ms) => clockTimeOn(ms, site.atMs, site.timezone))}
          </dd>
        </>
      )}
    </dl>
  );
}

function ControlFacts({ evse, site }: FactsProps) {
  return (
    <dl class="pairs">
      <dt>Limit held until</dt>
      <dd>{leaseWords(evse, site)}</dd>
      <dt>Then, by itself</dt>
      <dd>{words(amperes(evse.fallbackA))}</dd>
      <dt>Counted for the site</dt>
      <dd>{words(amperes(evse.committedA))}</dd>
      <dt>Battery</dt>
      <dd>{batteryWords(evse)}</dd>
      {evse.lastDispatch !== null && (
        <>
          <dt>Last command</dt>
          <dd>{evse.lastDispatch}</dd>
        </>
      )}
    </dl>
  );
}

function IdList({ evse, site }: FactsProps) {
  const rows: readonly (readonly [string, string | null])[] = [
    ['EVSE', evse.evseId],
    ['Station', evse.stationId],
    ['Session', evse.session?.sessionId ?? null],
    ['Transaction', evse.session?.transactionId ?? null],
    ['Reason code', evse.reason?.code ?? null],
    ['Circuit', evse.circuitId],
    ['Decision', site.control.decisionSeq],
    ['Owner epoch', site.control.ownerEpoch],
  ];
  return (
    <dl class="pairs mono">
      {rows.flatMap(([label, value]) =>
        value === null ? [] : [<dt key={label}>{label}</dt>, <dd key={`${label} value`}>{value}</dd>],
      )}
    </dl>
  );
}
