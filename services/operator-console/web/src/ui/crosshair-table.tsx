import { tableRow, type CircuitColumn } from '../model/chart-summary.ts';
import { clockSeconds, decimal, THIN_SPACE } from '../model/format.ts';
import type { Layer } from '../model/layers.ts';
import type { PowerSeries } from '../model/power-series.ts';
import type { CursorPlace } from './chart-options.ts';

export interface CrosshairTableProps {
  readonly series: PowerSeries;
  readonly place: CursorPlace;
  readonly columns: readonly CircuitColumn[];
  readonly under: Layer | null;
  readonly zone: string;
}

/** The values at the crosshair, on the side where there is room. */
export function CrosshairTable({ series, place, columns, under, zone }: CrosshairTableProps) {
  const row = tableRow(series, place.index, columns);
  const headroomKw = row.limitKw === null || row.siteKw === null ? null : row.limitKw - row.siteKw;
  const position = under === null ? -1 : series.layers.indexOf(under);
  const onRight = place.leftPx < place.widthPx / 2;
  return (
    <table class="crosshair" data-side={onRight ? 'right' : 'left'} style={{ '--at': `${place.leftPx}px` }}>
      <caption>{clockSeconds(row.atMs, zone)}</caption>
      <tbody>
        <Line label="Limit" kw={row.limitKw} />
        <Line label="Site" kw={row.siteKw} strong />
        <Line label="Headroom" kw={headroomKw} />
        <Line label="Building" kw={row.buildingKw} rule />
        {columns.map((column, index) => (
          <Line key={column.circuitId} label={column.label} kw={row.circuitsKw[index] ?? null} />
        ))}
        {under !== null && under.evseIds.length === 1 && (
          <Line label={under.label} kw={series.raw[position]?.[place.index] ?? null} strong rule />
        )}
      </tbody>
    </table>
  );
}

interface LineProps {
  readonly label: string;
  readonly kw: number | null;
  readonly strong?: boolean;
  readonly rule?: boolean;
}

function Line({ label, kw, strong = false, rule = false }: LineProps) {
  return (
    <tr class={`${strong ? 'strong' : ''} ${rule ? 'rule' : ''}`}>
      <th scope="row">{label}</th>
      <td>
        {decimal(kw, 1)}
        <span class="unit">{THIN_SPACE}kW</span>
      </td>
    </tr>
  );
}
