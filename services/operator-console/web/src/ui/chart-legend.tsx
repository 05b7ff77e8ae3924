import type { CircuitColumn } from '../model/chart-summary.ts';
import { paleness } from '../model/colour.ts';

export interface ChartLegendProps {
  readonly columns: readonly CircuitColumn[];
  /** The limit is known to change. */
  readonly ahead: boolean;
}

/** Names the colours, in the order of the stack from its bottom; the steps are the same as on the canvas. */
export function ChartLegend({ columns, ahead }: ChartLegendProps) {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <span class="swatch swatch-building" />
        Building
      </li>
      {columns.map((column, index) => (
        <li key={column.circuitId}>
          <span class="swatch" style={{ background: tint(index, columns.length) }} />
          {column.label}
        </li>
      ))}
      <li>
        <span class="swatch swatch-limit" />
        Limit
      </li>
      {ahead && (
        <li>
          <span class="swatch swatch-ahead" />
          Limit to come
        </li>
      )}
    </ul>
  );
}

const tint = (index: number, count: number): string =>
  `color-mix(in srgb, var(--lk1-surface) ${paleness(index, count) * 100}%, var(--lk4-charge))`;
