import type { MetricDefinition } from './definition.ts';
import { type MetricName, METRICS } from './metrics.ts';
import type { Counter, Histogram, Metrics } from './port.ts';
import { OTHER } from './by-label.ts';

/** Series of one metric; what comes beyond goes into one more, all of whose labels are `other`. */
export const MAX_SERIES = 500;

type Labels = Readonly<Record<string, string>>;

export type Series =
  | { readonly kind: 'value'; readonly labels: Labels; readonly value: number }
  /** `counts[i]`: values up to `buckets[i]` and above the bound before it; the last one: above them all. */
  | { readonly kind: 'histogram'; readonly labels: Labels; readonly counts: readonly number[]; readonly sum: number };

export interface Family {
  readonly name: MetricName;
  readonly definition: MetricDefinition;
  readonly series: readonly Series[];
}

export interface KeptMetrics extends Metrics {
  /** What stands there now, of every metric that somebody has asked for, in the order of the table. */
  families(): readonly Family[];
}

interface Cell {
  readonly labels: Labels;
  read(): Series | undefined;
}

interface CounterCell extends Cell, Counter {
  from(read: () => number | undefined): void;
}

/** Metrics as numbers in memory: an addition a message. Whoever exports them reads `families`. */
export function createKeptMetrics(): KeptMetrics {
  const counters = new Shelf(counterCell);
  const histograms = new Shelf(histogramCell);
  return {
    counter: (name, labels) => counters.cell(name, labels),
    histogram: (name, labels): Histogram => histograms.cell(name, labels),
    observe: (name, labels, read) => counters.cell(name, labels).from(read),
    families: () =>
      (Object.keys(METRICS) as MetricName[]).flatMap((name) => {
        const cells = counters.of(name) ?? histograms.of(name);
        if (cells === undefined) return [];
        return [{ name, definition: METRICS[name], series: cells.flatMap((cell) => cell.read() ?? []) }];
      }),
  };
}

class Shelf<C extends Cell> {
  readonly #make: (labels: Labels, definition: MetricDefinition) => C;
  readonly #byName = new Map<MetricName, Map<string, C>>();

  constructor(make: (labels: Labels, definition: MetricDefinition) => C) {
    this.#make = make;
  }

  of(name: MetricName): readonly C[] | undefined {
    const cells = this.#byName.get(name);
    return cells === undefined ? undefined : [...cells.values()];
  }

  cell(name: MetricName, labels: Labels): C {
    const definition: MetricDefinition = METRICS[name];
    const cells = this.#byName.get(name) ?? new Map<string, C>();
    this.#byName.set(name, cells);
    const key = definition.labels.map((label) => labels[label] ?? '').join('\n');
    const known = cells.get(key);
    if (known !== undefined) return known;
    if (cells.size >= MAX_SERIES) return this.#other(cells, definition);
    const made = this.#make(
      inOrder(definition, (label) => labels[label] ?? ''),
      definition,
    );
    cells.set(key, made);
    return made;
  }

  #other(cells: Map<string, C>, definition: MetricDefinition): C {
    const labels = inOrder(definition, () => OTHER);
    const key = Object.values(labels).join('\n');
    const other = cells.get(key) ?? this.#make(labels, definition);
    cells.set(key, other);
    return other;
  }
}

const inOrder = ({ labels }: MetricDefinition, valueOf: (label: string) => string): Labels =>
  Object.freeze(Object.fromEntries(labels.map((label) => [label, valueOf(label)])));

function counterCell(labels: Labels): CounterCell {
  let total = 0;
  let read = (): number | undefined => total;
  return {
    labels,
    add: (by = 1) => {
      total += by;
    },
    from: (given) => {
      read = () => {
        try {
          return given();
        } catch {
          // A reading that fails shows no value; it must not take the others with it.
          return undefined;
        }
      };
    },
    read: () => {
      const value = read();
      return value === undefined || !Number.isFinite(value) ? undefined : { kind: 'value', labels, value };
    },
  };
}

function histogramCell(labels: Labels, { buckets = [] }: MetricDefinition): Cell & Histogram {
  const counts = Array.from({ length: buckets.length + 1 }, () => 0);
  let sum = 0;
  return {
    labels,
    record: (value) => {
      if (!(value >= 0)) return;
      let at = 0;
      while (at < buckets.length && value > (buckets[at] ?? 0)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
    read: () => ({ kind: 'histogram', labels, counts: [...counts], sum }),
  };
}
