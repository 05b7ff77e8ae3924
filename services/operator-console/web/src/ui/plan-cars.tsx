import { kilowattHours, words } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { areaPath, type PlanChart, scaleOf, type Stretch } from '../model/plan-chart.ts';
import type { PlanLine } from '../model/plan-words.ts';
import type { MadePlan, PlannedEvse } from '../model/site-plan.ts';
import { Shape } from './values.tsx';

export interface PlanCarsProps {
  readonly lines: readonly PlanLine[];
  readonly made: MadePlan;
  readonly chart: PlanChart;
  readonly site: LiveSite;
}

const SIZE = { width: 1_000, height: 24 };

/** Each car with its budgets on the time axis of the chart, and whether it will be ready. */
export function PlanCars({ lines, made, chart }: PlanCarsProps) {
  if (lines.length === 0) return null;
  const mostKw = lines.reduce((most, { evse }) => evse.powerKw.reduce((a, b) => Math.max(a, b), most), 0);
  return (
    <table class="plan-cars">
      <caption>
        <h3>Cars</h3>
      </caption>
      <thead>
        <tr>
          <th scope="col">EVSE</th>
          <th scope="col">Ready</th>
          <th scope="col">Needs</th>
          <th scope="col">Budgets</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.evse.evseId} data-evse={line.evse.evseId} data-risk={line.risk ?? 'unknown'}>
            <th scope="row">{line.name}</th>
            <td class="plan-ready">
              <Shape shape={line.shape} />
              {line.ready}
            </td>
            <td class="plan-need">
              {words(kilowattHours(line.evse.needKwh))}
              {line.share !== null && <p class="caption">{line.share}</p>}
            </td>
            <td class="plan-lane">
              <Lane evse={line.evse} made={made} chart={chart} mostKw={mostKw} />
              <span class="caption">{line.budgets}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface LaneProps {
  readonly evse: PlannedEvse;
  readonly made: MadePlan;
  readonly chart: PlanChart;
  /** Of all lanes: they compare. */
  readonly mostKw: number;
}

/** The words beside it say the same. */
function Lane({ evse, made, chart, mostKw }: LaneProps) {
  const scale = scaleOf({ ...chart, topKw: Math.max(1, mostKw) }, SIZE);
  const stretches = made.intervals.flatMap(({ fromMs, toMs }, t): readonly Stretch[] =>
    fromMs < chart.toMs ? [{ fromMs, toMs, lowKw: 0, highKw: evse.powerKw[t] ?? 0 }] : [],
  );
  const leavesAt = scale.x(evse.readyByMs);
  return (
    <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="plan-row" d={`M0 ${SIZE.height}H${SIZE.width}`} />
      <path class="plan-area" d={areaPath(stretches, scale)} />
      {evse.readyByMs <= chart.toMs && <path class="plan-leaves" d={`M${leavesAt} 0V${SIZE.height}`} />}
    </svg>
  );
}
