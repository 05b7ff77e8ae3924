import { clockTimeOn, decimal } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import type { PlanChart } from '../model/plan-chart.ts';
import { Instant } from './values.tsx';

export interface PlanTableProps {
  readonly chart: PlanChart;
  readonly site: LiveSite;
}

/** The chart for those who rather read: the same stretches, the first one first. */
export function PlanTable({ chart, site }: PlanTableProps) {
  const at = (ms: number) => (
    <Instant atMs={ms} zone={site.timezone} text={clockTimeOn(ms, site.atMs, site.timezone)} />
  );
  return (
    <div class="table-scroll plan-scroll" tabIndex={0} role="region" aria-label="Planned power as a table">
      <table class="values">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Limit, kW</th>
            <th scope="col">Site, kW</th>
            <th scope="col">Building, kW</th>
            <th scope="col">Cars, kW</th>
            <th scope="col">Sun, kW</th>
          </tr>
        </thead>
        <tbody>
          {chart.bars.map((bar) => (
            <tr key={bar.fromMs}>
              <th scope="row">{at(bar.fromMs)}</th>
              <td>{at(bar.toMs)}</td>
              <td>{decimal(bar.limitKw, 1)}</td>
              <td>{decimal(bar.siteKw, 1)}</td>
              <td>{decimal(bar.siteKw - bar.carsKw, 1)}</td>
              <td>{decimal(bar.carsKw, 1)}</td>
              <td>{decimal(bar.pvKw, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
