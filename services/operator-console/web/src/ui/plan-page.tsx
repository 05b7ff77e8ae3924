import { useEffect, useRef, useState } from 'preact/hooks';
import { usePlan } from '../data/use-plan.ts';
import { failureWords } from '../model/failure.ts';
import type { LiveSite } from '../model/live-site.ts';
import { planChart } from '../model/plan-chart.ts';
import {
  alongWords,
  carbonWords,
  costWords,
  forecastWords,
  madeWords,
  PLAN_OLD_MS,
  planLines,
  planSummary,
} from '../model/plan-words.ts';
import type { MadePlan, SitePlan } from '../model/site-plan.ts';
import { PlanCars } from './plan-cars.tsx';
import { PlanChartView } from './plan-chart-view.tsx';
import { PlanTable } from './plan-table.tsx';

export interface PlanPageProps {
  readonly site: LiveSite;
  /** Real time since the document came: the plan grows older between two of them. */
  readonly sinceReceivedMs: number;
  readonly liveHref: string;
  readonly onLive: () => void;
}

const BONES = 4;

/** What the site is planned to do, who will go short, and along which plan was decided (console-and-api FV11). */
export function PlanPage({ site, sinceReceivedMs, liveHref, onLive }: PlanPageProps) {
  const { value: plan, failure, retryNow } = usePlan(site.siteId, site.control.ownerEpoch);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    // Whoever goes by keys or by ear begins at the top of what is new (LK20).
    title.current?.focus({ preventScroll: true });
  }, []);
  const open = (click: MouseEvent): void => {
    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    onLive();
  };
  return (
    <section class="card plan" aria-labelledby="plan-title" data-standing={plan?.standing ?? 'unknown'}>
      <div class="events-head">
        <h2 id="plan-title" tabIndex={-1} ref={title}>
          Plan
        </h2>
        <p class="muted events-lead">
          What this site is expected to draw, and which car is to have what when. A plan says who comes first; every
          limit is kept with it and without it.
        </p>
        <div class="grid-tools">
          <a class="button small" href={liveHref} onClick={open}>
            Back to live
          </a>
        </div>
      </div>
      {failure !== null && (
        <div class="notice" data-tone="caution" role="status">
          <p>
            <strong>The plan cannot be read.</strong> {failureWords(failure)}{' '}
            {plan !== null && 'What was read last stays below.'}
          </p>
          <button type="button" class="button small" onClick={retryNow}>
            Try now
          </button>
        </div>
      )}
      {plan === null && failure === null && <Waiting />}
      {plan !== null && <Standing plan={plan} />}
      {plan !== null && plan.made !== null && (
        <Made plan={plan} made={plan.made} site={site} nowMs={site.atMs + sinceReceivedMs} />
      )}
    </section>
  );
}

function Waiting() {
  return (
    <div aria-busy="true">
      <p class="sr-only" role="status">
        Reading the plan
      </p>
      {Array.from({ length: BONES }, (_, index) => (
        <span key={index} class="bone events-bone" />
      ))}
    </div>
  );
}

const HEADINGS: Readonly<Record<SitePlan['standing'], string>> = {
  followed: 'This plan is followed.',
  ignored: 'The plan is set aside.',
  none: 'No plan.',
  'not-planned': 'This site is not planned.',
};

function Standing({ plan }: { readonly plan: SitePlan }) {
  return (
    <p class="plan-standing" data-tone={plan.standing === 'ignored' ? 'caution' : 'quiet'} role="status">
      <strong>{HEADINGS[plan.standing]}</strong> {plan.sentence}
    </p>
  );
}

interface MadeProps {
  readonly plan: SitePlan;
  readonly made: MadePlan;
  readonly site: LiveSite;
  readonly nowMs: number;
}

function Made({ plan, made, site, nowMs }: MadeProps) {
  const [asTable, setAsTable] = useState(false);
  const chart = planChart(made, site);
  const summary = planSummary(made, chart, site);
  return (
    <>
      <Facts plan={plan} made={made} site={site} nowMs={nowMs} />
      <div class="plan-head">
        <h3>Planned power</h3>
        <ul class="legend" aria-label="Legend">
          <li>
            <span class="swatch swatch-building" />
            Building
          </li>
          <li>
            <span class="swatch swatch-cars" />
            Cars
          </li>
          <li>
            <span class="swatch swatch-limit" />
            Limit
          </li>
        </ul>
        <button type="button" class="button small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
      {asTable ? (
        <PlanTable chart={chart} site={site} />
      ) : (
        <PlanChartView chart={chart} site={site} nowMs={nowMs} summary={summary} />
      )}
      <p class="caption plan-summary">{summary}</p>
      <PlanCars lines={planLines(made, site)} made={made} chart={chart} site={site} />
    </>
  );
}

function Facts({ plan, made, site, nowMs }: MadeProps) {
  const isOld = nowMs - made.createdAtMs > PLAN_OLD_MS;
  const along = alongWords(plan);
  const [carbon, forecast] = [carbonWords(made), forecastWords(made)];
  const { decisionSeq } = site.control;
  return (
    <dl class="plan-facts">
      <div>
        <dt>Plan</dt>
        <dd class={isOld ? 'plan-old' : ''}>{madeWords(made, nowMs, site)}</dd>
      </div>
      {along !== null && (
        <div>
          <dt>Decision {decisionSeq ?? 'now'}</dt>
          <dd>{along}</dd>
        </div>
      )}
      <div>
        <dt>Expected cost</dt>
        <dd>{costWords(made, site) ?? 'Not known: no prices are planned with'}</dd>
      </div>
      {carbon !== null && (
        <div>
          <dt>Expected emission</dt>
          <dd>{carbon}</dd>
        </div>
      )}
      {forecast !== null && (
        <div>
          <dt>Forecast</dt>
          <dd>{forecast}</dd>
        </div>
      )}
      <div>
        <dt>What is left over</dt>
        <dd>{made.isForCost ? 'Waits for a lower price' : 'Is shared at once'}</dd>
      </div>
    </dl>
  );
}
