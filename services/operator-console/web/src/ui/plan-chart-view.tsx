import { powerTicks } from '../model/chart-window.ts';
import { clockTime, decimal } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { areaPath, limitPath, type PlanChart, planTicks, scaleOf } from '../model/plan-chart.ts';

export interface PlanChartViewProps {
  readonly chart: PlanChart;
  readonly site: LiveSite;
  readonly nowMs: number;
  /** The same in words. */
  readonly summary: string;
}

/** Units of the drawing; it is stretched to the room there is, and its lines keep their width. */
const SIZE = { width: 1_000, height: 240 };
/** Labels of the time axis that a phone has room for. */
const TICKS_MAX = 6;

/** LK13: the building at the bottom, cars above it, the limit on top of everything, and nothing smoothed. */
export function PlanChartView({ chart, site, nowMs, summary }: PlanChartViewProps) {
  const scale = scaleOf(chart, SIZE);
  const { bars, fromMs, toMs, topKw } = chart;
  const building = bars.map((bar) => ({ ...bar, lowKw: 0, highKw: bar.siteKw - bar.carsKw }));
  const cars = bars.map((bar) => ({ ...bar, lowKw: bar.siteKw - bar.carsKw, highKw: bar.siteKw }));
  const percent = (part: number): string => `${part * 100}%`;
  const across = (atMs: number): string => percent((atMs - fromMs) / (toMs - fromMs));
  const rows = powerTicks(topKw, SIZE.height);
  return (
    <div class="plan-chart">
      <div class="plan-plot">
        {rows.map((kw) => (
          <span key={kw} class="plan-kw" aria-hidden="true" style={{ bottom: percent(kw / topKw) }}>
            {decimal(kw, 0)}
          </span>
        ))}
        <svg
          role="img"
          aria-label={`Planned power of building and cars against the limit. ${summary}`}
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          preserveAspectRatio="none"
        >
          {rows.map((kw) => (
            <path key={kw} class="plan-row" d={`M0 ${scale.y(kw)}H${SIZE.width}`} />
          ))}
          <path class="plan-building" d={areaPath(building, scale)} />
          <path class="plan-area" d={areaPath(cars, scale)} />
          {nowMs > fromMs && nowMs < toMs && <path class="plan-now" d={`M${scale.x(nowMs)} 0V${SIZE.height}`} />}
          <path class="plan-limit" d={limitPath(chart, scale)} />
        </svg>
      </div>
      <div class="plan-times" aria-hidden="true">
        {planTicks(chart, TICKS_MAX).map((atMs) => (
          <span key={atMs} style={{ left: across(atMs) }}>
            {clockTime(atMs, site.timezone)}
          </span>
        ))}
      </div>
      <p class="caption plan-unit" aria-hidden="true">
        kW
      </p>
    </div>
  );
}
