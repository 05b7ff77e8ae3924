/** One line of `/metrics`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  /** Kind of each family, by name. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** Prometheus' text format 0.0.4, as far as our metrics use it. */
export function readExposition(text: string): Exposition {
  const kinds = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, family, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (family !== undefined && kind !== undefined) kinds.set(family, kind);
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) samples.push({ name, labels: labelsOf(labels), value: Number(value) });
  }
  return { kinds, samples };
}

const labelsOf = (text: string): Sample['labels'] =>
  Object.fromEntries(
    [...text.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );

export async function metricsAt(healthUrl: string): Promise<Exposition> {
  const answer = await fetch(`${healthUrl}/metrics`);
  if (!answer.ok) throw new Error(`${healthUrl}/metrics says ${answer.status}`);
  return readExposition(await answer.text());
}
