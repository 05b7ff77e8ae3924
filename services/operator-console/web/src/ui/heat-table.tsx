import { amperes, clockTimeOn, decimal } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { hoursOf, type TemperatureDay } from '../model/temperature-day.ts';
import { Instant } from './values.tsx';

export interface HeatTableProps {
  readonly day: TemperatureDay;
  readonly site: LiveSite;
}

/** The chart for those who rather read: an hour a line, the newest first. */
export function HeatTable({ day, site }: HeatTableProps) {
  return (
    <div
      class="table-scroll heat-scroll"
      tabIndex={0}
      role="region"
      aria-label="Temperature of the last day as a table"
    >
      <table class="values">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Hottest, °C</th>
            <th scope="col">Bore at least, %</th>
            <th scope="col">Bore at least, A</th>
            <th scope="col">Sensor</th>
          </tr>
        </thead>
        <tbody>
          {hoursOf(day).map((hour) => (
            <tr key={hour.fromMs}>
              <th scope="row">
                <Instant
                  atMs={hour.fromMs}
                  zone={site.timezone}
                  text={clockTimeOn(hour.fromMs, site.atMs, site.timezone)}
                />
              </th>
              <td>{decimal(hour.hottestC, 1)}</td>
              <td>{decimal(hour.percent, 0)}</td>
              <td>{amperes(hour.leastA).value}</td>
              <td>{hour.silent ? 'silent' : 'heard'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
