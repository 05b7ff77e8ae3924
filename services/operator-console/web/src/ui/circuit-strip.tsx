import { amperes, decimal, kilowatts, words } from '../model/format.ts';
import type { CircuitView, PhaseUse } from '../model/circuit-view.ts';
import type { LeaseLength } from '../model/live-site.ts';
import { HeatLine } from './heat-line.tsx';
import { Value } from './values.tsx';

export interface CircuitStripProps {
  readonly circuits: readonly CircuitView[];
  readonly lease: LeaseLength | null;
  readonly zone: string;
  readonly sinceReceivedMs: number;
  /** The temperature of a circuit is asked for. */
  readonly onHeat: (circuitId: string) => void;
}

/** The circuits, and for how long what they carry holds when nobody is left to say otherwise. */
export function CircuitStrip({ circuits, lease, ...heated }: CircuitStripProps) {
  return (
    <section class="circuits" aria-labelledby="circuits-title">
      <h2 id="circuits-title" class="sr-only">
        Circuits
      </h2>
      <ul class="circuit-list">
        {circuits.map((circuit) => (
          <CircuitCard key={circuit.circuitId} circuit={circuit} {...heated} />
        ))}
      </ul>
      {lease !== null && (
        <p class="caption lease-note" title="A limit ends by itself when nobody renews it; then the fallback holds.">
          Lease {lease.reason}
        </p>
      )}
    </section>
  );
}

type CircuitCardProps = Pick<CircuitStripProps, 'zone' | 'sinceReceivedMs' | 'onHeat'> & {
  readonly circuit: CircuitView;
};

function CircuitCard({ circuit, zone, sinceReceivedMs, onHeat }: CircuitCardProps) {
  const { heat } = circuit;
  return (
    <li class="card circuit" data-binding={circuit.binding}>
      <div class="circuit-head">
        <h3>{circuit.name}</h3>
        <p class="circuit-power">
          <Value of={kilowatts(circuit.drawnKw)} />
          <span class="muted"> charging</span>
        </p>
      </div>
      <ul class="phases">
        {circuit.phases.map((phase) => (
          <PhaseBar key={phase.phase} phase={phase} />
        ))}
      </ul>
      <p class="circuit-note">
        <strong class={circuit.binding ? 'binding' : 'muted'}>{circuit.bindingWords}</strong>
        <span class="muted">
          {circuit.limitWords} · {circuit.evseCount} EVSEs
        </span>
      </p>
      {heat !== null && (
        <HeatLine
          {...{ heat, zone, sinceReceivedMs }}
          circuitName={circuit.name}
          onOpen={() => onHeat(circuit.circuitId)}
        />
      )}
    </li>
  );
}

function PhaseBar({ phase }: { readonly phase: PhaseUse }) {
  const label = `${phase.label}: ${decimal(phase.usedA, 0)} of ${words(amperes(phase.limitA))}${phase.binding ? ', binding' : ''}`;
  return (
    <li class="phase" data-binding={phase.binding} title={label}>
      <span class="phase-name">{phase.label}</span>
      <span class="phase-bar" aria-hidden="true">
        <span class="phase-other" style={{ width: `${phase.otherShare * 100}%` }} />
        <span class="phase-cars" style={{ width: `${phase.carsShare * 100}%` }} />
      </span>
      <span class="phase-used">
        {decimal(phase.usedA, 0)} <span class="muted">of {words(amperes(phase.limitA))}</span>
      </span>
    </li>
  );
}
