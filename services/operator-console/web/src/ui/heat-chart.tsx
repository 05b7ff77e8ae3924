import { useState } from 'preact/hooks';
import { amperes, celsius, clockTime, clockTimeOn, decimal, THIN_SPACE, words } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { planTicks } from '../model/plan-chart.ts';
import {
  borePath,
  type DayReading,
  placesOf,
  readingAt,
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
  const [pointed, setPointed] = useState<DayReading | null>(null);
  const point = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const part = width === 0 ? 0 : (event.clientX - left) / width;
    setPointed(readingAt(day, day.fromMs + part * (day.toMs - day.fromMs)));
  };
  const share = (place: number, of: number): string => `${(place / of) * 100}%`;
  return (
    <div class="heat-chart">
      <div class="heat-plot" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointed(null)}>
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
        {pointed !== null && (
          <Pointed reading={pointed} place={share(places.x(pointed.atMs), SIZE.width)} day={day} site={site} />
        )}
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

interface PointedProps {
  readonly reading: DayReading;
  /** From the left of the drawing. */
  readonly place: string;
  readonly day: TemperatureDay;
  readonly site: LiveSite;
}

/** What stands under the pointer, on the side where there is room. The table has the same for those who have none. */
function Pointed({ reading, place, day, site }: PointedProps) {
  const { atMs, percent, leastA, silent } = reading;
  const isLeft = atMs > (day.fromMs + day.toMs) / 2;
  return (
    <div class="heat-at" aria-hidden="true" data-side={isLeft ? 'left' : 'right'} style={{ left: place }}>
      <p>
        <strong>{clockTimeOn(atMs, site.atMs, site.timezone)}</strong>
        <br />
        {silent ? 'Sensor silent' : words(celsius(reading.celsius))}
        <br />
        bore {decimal(percent, 0)}
        {THIN_SPACE}%, {words(amperes(leastA))}
      </p>
    </div>
  );
}
