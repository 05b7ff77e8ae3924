import { tableRows, type CircuitColumn } from '../model/chart-summary.ts';
import { clockSeconds, decimal } from '../model/format.ts';
import type { PowerSeries } from '../model/power-series.ts';
import { Instant } from './values.tsx';

export interface ChartTableProps {
  readonly series: PowerSeries;
  readonly fromS: number;
  readonly columns: readonly CircuitColumn[];
  readonly zone: string;
}

/** The chart for those who rather read: the same points, newest first. */
export function ChartTable({ series, fromS, columns, zone }: ChartTableProps) {
  const rows = tableRows(series, fromS, columns);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Site power as a table">
      <table class="values">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Limit, kW</th>
            <th scope="col">Site, kW</th>
            <th scope="col">Building, kW</th>
            {columns.map((column) => (
              <th key={column.circuitId} scope="col">
                {column.label}, kW
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.atMs}>
              <th scope="row">
                <Instant atMs={row.atMs} zone={zone} text={clockSeconds(row.atMs, zone)} />
              </th>
              <td>{decimal(row.limitKw, 1)}</td>
              <td>{decimal(row.siteKw, 1)}</td>
              <td>{decimal(row.buildingKw, 1)}</td>
              {row.circuitsKw.map((kw, index) => (
                <td key={columns[index]?.circuitId}>{decimal(kw, 1)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
