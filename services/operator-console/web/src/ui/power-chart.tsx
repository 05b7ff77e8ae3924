import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { TimeWindow } from '../model/chart-window.ts';
import type { LimitStep } from '../model/grid-live.ts';
import { layersKey } from '../model/layers.ts';
import { plotColumns, type PowerSeries } from '../model/power-series.ts';
import { chartOptions, type ChartInput, type CursorPlace } from './chart-options.ts';
import { readPalette, type ChartPalette } from './chart-palette.ts';

export interface PowerChartProps {
  readonly series: PowerSeries;
  readonly version: number;
  readonly window: TimeWindow;
  readonly topKw: number;
  readonly ahead: readonly LimitStep[];
  readonly highlight: string | null;
  readonly zone: string;
  readonly dark: boolean;
  readonly summary: string;
  readonly onCursor: (place: CursorPlace | null) => void;
}

const STEP_KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 };

/** The plot is made once per set of layers and fed in place; a redraw reads the stacked columns and nothing else. */
export function PowerChart(props: PowerChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const palette = useRef<ChartPalette | null>(null);
  const input = useRef<ChartInput | null>(null);
  const layers = layersKey(props.series.layers);

  useLayoutEffect(() => {
    if (host.current !== null) palette.current = readPalette(host.current);
  }, [props.dark]);
  useLayoutEffect(() => {
    if (palette.current !== null) input.current = inputOf(props, palette.current, host.current);
  });
  useLayoutEffect(() => {
    const made = host.current === null ? null : mount(host.current, input);
    plot.current = made?.plot ?? null;
    return () => {
      made?.unmount();
      plot.current = null;
    };
  }, [layers]);
  useEffect(() => plot.current?.setData(plotColumns(props.series)), [props.series, props.version, props.window.fromS]);
  useEffect(() => plot.current?.redraw(false, true), [props.highlight, props.dark]);

  return (
    <div
      ref={host}
      class="plot"
      role="img"
      tabIndex={0}
      aria-label={props.summary}
      onKeyDown={(event) => stepCursor(event, plot.current)}
      onBlur={() => props.onCursor(null)}
    />
  );
}

function inputOf(props: PowerChartProps, palette: ChartPalette, host: HTMLElement | null): ChartInput {
  return { ...props, palette, onDrawn: (ms) => host?.setAttribute('data-draw-ms', ms.toFixed(1)) };
}

function mount(host: HTMLDivElement, input: { readonly current: ChartInput | null }) {
  const first = input.current;
  if (first === null) return null;
  const size = () => ({ width: Math.max(120, host.clientWidth), height: Math.max(120, host.clientHeight) });
  const { width, height } = size();
  const plot = new uPlot(
    chartOptions(() => input.current ?? first, width, height),
    plotColumns(first.series),
    host,
  );
  const resized = new ResizeObserver(() => {
    const wanted = size();
    if (wanted.width !== plot.width || wanted.height !== plot.height) plot.setSize(wanted);
  });
  resized.observe(host);
  return {
    plot,
    unmount: () => {
      resized.disconnect();
      plot.destroy();
    },
  };
}

/** The crosshair by keys: a point to the left or right, half a minute with Page up and down. */
function stepCursor(event: KeyboardEvent, plot: uPlot | null): void {
  const by = STEP_KEYS[event.key];
  if (by === undefined || plot === null) return;
  event.preventDefault();
  const times = plot.data[0];
  const index = Math.max(0, Math.min(times.length - 1, (plot.cursor.idx ?? times.length - 1) + by));
  const atS = times[index];
  if (atS === undefined) return;
  plot.setCursor({ left: plot.valToPos(atS, 'x'), top: plot.over.clientHeight / 2 });
}
