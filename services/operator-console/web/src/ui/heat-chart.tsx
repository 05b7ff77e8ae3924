import { clockTime, decimal } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { planTicks } from '../model/plan-chart.ts';
import {
  borePath,
  placesOf,
  silentStretches,
  type TemperatureDay,
  temperaturePath,
  temperatureScale,
  temperatureTicks,
} from '../model/temperature-day.ts';

export interface HeatChartProps {
  readonly day: TemperatureDay;
  readonly site: LiveSite;
  /** The same in words. */
  readonly summary: string;
}

/** Units of the drawing; it is stretched to the room there is, and its lines keep their width. */
const SIZE = { width: 1_000, height: 240 };
const TICKS_MAX = 6;
const PERCENTS = [0, 25, 50, 75, 100];

/** The temperature as a line by the scale at the left, and what was borne as a stepped one by the scale at the right (LK13). */
export function HeatChart({ day, site, summary }: HeatChartProps) {
  const scale = temperatureScale(day);
  const places = placesOf(day, scale, SIZE);
  const share = (place: number, of: number): string => `${(place / of) * 100}%`;
  return (
    <div class="heat-chart">
      <div class="heat-plot">
        {temperatureTicks(scale).map((at) => (
          <span
            key={at}
            class="heat-left"
            aria-hidden="true"
            style={{ top: share(places.temperature(at), SIZE.height) }}
          >
            {decimal(at, 0)}
          </span>
        ))}
        {PERCENTS.map((at) => (
          <span key={at} class="heat-right" aria-hidden="true" style={{ top: share(places.percent(at), SIZE.height) }}>
            {at}
          </span>
        ))}
        <svg
          role="img"
          aria-label={`Temperature of the last day, and what the circuit bore at it. ${summary}`}
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          preserveAspectRatio="none"
        >
          {silentStretches(day).map(({ fromMs, toMs }) => (
            <rect
              key={fromMs}
              class="heat-silent"
              {...{ x: places.x(fromMs), y: 0, width: places.x(toMs) - places.x(fromMs), height: SIZE.height }}
            />
          ))}
          {temperatureTicks(scale).map((at) => (
            <path key={at} class="plan-row" d={`M0 ${places.temperature(at)}H${SIZE.width}`} />
          ))}
          {day.steps.map(({ aboveC }) => (
            <path key={aboveC} class="heat-step" d={`M0 ${places.temperature(aboveC)}H${SIZE.width}`} />
          ))}
          <path class="plan-limit heat-bore" d={borePath(day, places)} />
          <path class="heat-line" d={temperaturePath(day, places)} />
        </svg>
      </div>
      <div class="plan-times" aria-hidden="true">
        {planTicks(day, TICKS_MAX).map((atMs) => (
          <span key={atMs} style={{ left: share(places.x(atMs), SIZE.width) }}>
            {clockTime(atMs, site.timezone)}
          </span>
        ))}
      </div>
      <p class="caption heat-unit" data-side="left" aria-hidden="true">
        °C
      </p>
      <p class="caption heat-unit" data-side="right" aria-hidden="true">
        %
      </p>
    </div>
  );
}
