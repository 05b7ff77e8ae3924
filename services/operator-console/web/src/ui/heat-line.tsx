import { heatView } from '../model/heat-view.ts';
import type { CircuitHeat } from '../model/live-site.ts';
import { Instant, Value } from './values.tsx';

export interface HeatLineProps {
  readonly heat: CircuitHeat;
  readonly circuitName: string;
  readonly zone: string;
  readonly sinceReceivedMs: number;
  readonly onOpen: () => void;
}

/** How hot a circuit is now, how long ago that was read, what it bears at that and why. */
export function HeatLine({ heat, circuitName, zone, sinceReceivedMs, onOpen }: HeatLineProps) {
  const view = heatView(heat, sinceReceivedMs);
  return (
    <div class="heat" data-freshness={view.freshness}>
      <p class="heat-now">
        <Value of={view.temperature} />
        <span class="heat-age">
          <Instant atMs={view.measuredAtMs} zone={zone} text={view.ageWords} />
        </span>
        <button
          type="button"
          class="button small"
          onClick={onOpen}
          aria-label={`Temperature of ${circuitName}, last day`}
        >
          Last day
        </button>
      </p>
      <p class="caption heat-why">
        <strong>{view.bearsWords}</strong> <span class="muted">{view.sentence}</span>
      </p>
    </div>
  );
}
