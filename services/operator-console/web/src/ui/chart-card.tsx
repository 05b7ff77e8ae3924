import { useMemo, useState } from 'preact/hooks';
import { aheadSentence, circuitColumns, summarySentence, windowFacts } from '../model/chart-summary.ts';
import { DEFAULT_RANGE_MIN, powerTop, RANGES_MIN, timeWindow, type RangeMin } from '../model/chart-window.ts';
import { whole, words } from '../model/format.ts';
import { BUILDING_KEY, type Layer } from '../model/layers.ts';
import type { LiveSite } from '../model/live-site.ts';
import type { PowerSeries } from '../model/power-series.ts';
import { ChartLegend } from './chart-legend.tsx';
import type { CursorPlace } from './chart-options.ts';
import { ChartTable } from './chart-table.tsx';
import { CrosshairTable } from './crosshair-table.tsx';
import { PowerChart } from './power-chart.tsx';

export interface ChartCardProps {
  readonly site: LiveSite;
  readonly series: PowerSeries;
  readonly version: number;
  readonly dark: boolean;
  readonly highlightEvseId: string | null;
  readonly onPickEvse: (evseId: string) => void;
  readonly planHref: string;
  readonly onPlan: () => void;
}

export function ChartCard(props: ChartCardProps) {
  const { site, series } = props;
  const [range, setRange] = useState<RangeMin>(DEFAULT_RANGE_MIN);
  const [asTable, setAsTable] = useState(false);
  const [place, setPlace] = useState<CursorPlace | null>(null);
  const { ahead } = site.limit;
  const window = timeWindow(series.timesS[0], {
    ...{ nowS: site.atMs / 1000, range },
    changesS: ahead.slice(1).map(({ fromMs }) => fromMs / 1000),
  });
  const facts = windowFacts(series, window.fromS);
  const summary = `${summarySentence(facts, site.timezone)}${aheadSentence(ahead, site.timezone)}`;
  const highestAheadKw = Math.max(
    0,
    ...ahead.filter(({ fromMs }) => fromMs / 1000 < window.toS).map(({ powerKw }) => powerKw),
  );
  const columns = useMemo(
    () => circuitColumns(series.layers, new Map(site.circuits.map((circuit) => [circuit.circuitId, circuit.name]))),
    [series],
  );
  const under = place === null ? null : layerUnder(series, place);
  const highlight = under?.key ?? layerOfEvse(series.layers, props.highlightEvseId);
  const pick = (): void => {
    const evseId = under?.evseIds.length === 1 ? under.evseIds[0] : undefined;
    if (evseId !== undefined) props.onPickEvse(evseId);
  };
  const openPlan = (click: MouseEvent): void => {
    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    props.onPlan();
  };
  return (
    <section class="card chart" aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">Site power</h2>
        <ChartLegend columns={columns} ahead={ahead.length > 1} />
        <div class="chart-tools">
          <RangeChoice range={range} onChoose={setRange} />
          <button type="button" class="button small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </button>
          <a class="button small" href={props.planHref} onClick={openPlan}>
            Plan
          </a>
        </div>
      </div>
      <div class="chart-body">
        {asTable && <ChartTable series={series} fromS={window.fromS} columns={columns} zone={site.timezone} />}
        {!asTable && (
          <div class="plot-box" onClick={pick} onMouseLeave={() => setPlace(null)}>
            <PowerChart
              series={series}
              version={props.version}
              window={window}
              topKw={powerTop(
                Math.max(facts?.highestLimitKw ?? site.limit.powerKw ?? 0, highestAheadKw),
                facts?.peakKw ?? 0,
              )}
              ahead={ahead}
              highlight={highlight}
              zone={site.timezone}
              dark={props.dark}
              summary={`Stacked power of building and EVSEs against the limit. ${summary}`}
              onCursor={setPlace}
            />
            {place !== null && (
              <CrosshairTable series={series} place={place} columns={columns} under={under} zone={site.timezone} />
            )}
          </div>
        )}
      </div>
      <p class="caption chart-summary">{summary}</p>
    </section>
  );
}

function layerOfEvse(layers: readonly Layer[], evseId: string | null): string | null {
  if (evseId === null) return null;
  return layers.find((layer) => layer.evseIds.includes(evseId))?.key ?? null;
}

/** The layer that the pointer is on: the lowest whose stack reaches its height. Above all of them it is none. */
function layerUnder(series: PowerSeries, place: CursorPlace): Layer | null {
  const position = series.stacks.findIndex((stack) => (stack[place.index] ?? -1) >= place.kw);
  const layer = series.layers[position];
  return layer === undefined || layer.key === BUILDING_KEY ? null : layer;
}

interface RangeChoiceProps {
  readonly range: RangeMin;
  readonly onChoose: (range: RangeMin) => void;
}

function RangeChoice({ range, onChoose }: RangeChoiceProps) {
  return (
    <fieldset class="segmented" aria-label="Minutes shown">
      {RANGES_MIN.map((minutes) => (
        <button
          key={minutes}
          type="button"
          class="segment"
          aria-pressed={minutes === range}
          onClick={() => onChoose(minutes)}
        >
          {words(whole(minutes, 'min'))}
        </button>
      ))}
    </fieldset>
  );
}
