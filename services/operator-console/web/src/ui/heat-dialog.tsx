import { useState } from 'preact/hooks';
import { useTemperature } from '../data/use-temperature.ts';
import { failureWords } from '../model/failure.ts';
import { clockTimeOn, unitsKept } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import { daySummary, type LargestRise, type TemperatureDay } from '../model/temperature-day.ts';
import { HeatChart } from './heat-chart.tsx';
import { HeatTable } from './heat-table.tsx';
import { Modal } from './modal.tsx';
import { Instant } from './values.tsx';

export interface HeatDialogProps {
  readonly site: LiveSite;
  readonly circuitId: string;
  readonly onClose: () => void;
}

/** The last day of a circuit that is derated: how hot it was, what it bore, and how far it rose within a lease. */
export function HeatDialog({ site, circuitId, onClose }: HeatDialogProps) {
  const { value: day, failure, retryNow } = useTemperature(site.siteId, circuitId);
  const name = site.circuits.find((circuit) => circuit.circuitId === circuitId)?.name ?? circuitId;
  return (
    <Modal title={`Temperature of ${name}`} onClose={onClose} wide>
      {failure !== null && (
        <div class="notice" data-tone="caution" role="status">
          <p>
            <strong>The temperatures cannot be read.</strong> {failureWords(failure)}{' '}
            {day !== null && 'What was read last stays below.'}
          </p>
          <button type="button" class="button small" onClick={retryNow}>
            Try now
          </button>
        </div>
      )}
      {day === null && failure === null && (
        <div aria-busy="true">
          <p class="sr-only" role="status">
            Reading the temperatures
          </p>
          <span class="bone heat-bone" />
        </div>
      )}
      {day !== null && <Day day={day} site={site} name={name} />}
    </Modal>
  );
}

function Day({ day, site, name }: { readonly day: TemperatureDay; readonly site: LiveSite; readonly name: string }) {
  const [asTable, setAsTable] = useState(false);
  const summary = daySummary(day);
  return (
    <section class="heat-day" aria-label={`Last day of ${name}`}>
      <div class="plan-head">
        <ul class="legend" aria-label="Legend">
          <li>
            <span class="swatch swatch-heat" />
            Temperature, °C
          </li>
          <li>
            <span class="swatch swatch-limit" />
            What it bore, %
          </li>
          <li>
            <span class="swatch swatch-silent" />
            Sensor silent
          </li>
        </ul>
        <button
          type="button"
          class="button small"
          data-first
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
      <div class="heat-body">
        {asTable ? <HeatTable day={day} site={site} /> : <HeatChart day={day} site={site} summary={summary} />}
      </div>
      <p class="caption">{summary}</p>
      {day.rise !== null && <Rise rise={day.rise} site={site} />}
    </section>
  );
}

/** What the operator's word may be read off (SI26). */
function Rise({ rise, site }: { readonly rise: LargestRise; readonly site: LiveSite }) {
  return (
    <p class="heat-rise" data-broken={rise.broken}>
      {rise.broken && <strong>It got hotter faster than the site document says. </strong>}
      {unitsKept(rise.sentence)}{' '}
      {rise.atMs !== null && (
        <span class="muted">
          The largest rise was at{' '}
          <Instant atMs={rise.atMs} zone={site.timezone} text={clockTimeOn(rise.atMs, site.atMs, site.timezone)} />.
        </span>
      )}
    </p>
  );
}
