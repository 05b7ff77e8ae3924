import type { BenchTable } from '@headroom/testing';
import { type RangeRow, rangesPicture } from '../bench/chart/ranges.ts';
import { stackedPicture } from '../bench/chart/stacked.ts';

/** What is drawn of a bench, by its name: a file beside the others in docs/images, made of its tables. */
export interface Figure {
  readonly file: string;
  readonly alt: string;
  readonly draw: (tables: readonly BenchTable[]) => string | undefined;
}

const US = ' us';

const numberAt = (row: BenchTable['rows'][number], heading: string): number => Number(row[heading] ?? 0);
const textAt = (row: BenchTable['rows'][number], heading: string): string => String(row[heading] ?? '').trim();

const ranges = (
  table: BenchTable | undefined,
  of: (row: BenchTable['rows'][number]) => RangeRow,
): readonly RangeRow[] => table?.rows.map(of) ?? [];

/** The parts that are large enough to be seen; the rest in one. */
function partsOf(row: BenchTable['rows'][number]): Readonly<Record<string, number>> {
  const all = Object.keys(row).filter((heading) => heading.endsWith(US) && !/^(all|stations) us$/.test(heading));
  const parts = all.map((heading) => [heading.slice(0, -US.length), numberAt(row, heading)] as const);
  return Object.fromEntries(parts.toSorted(([, a], [, b]) => b - a));
}

export const FIGURES: Readonly<Record<string, readonly Figure[]>> = {
  latency: [
    {
      file: 'bench-latency.svg',
      alt: 'From a reading of the meter to the profiles on the sockets: median and 99th percentile of each stage',
      draw: ([table]) =>
        rangesPicture({
          title: 'A rising building: reading to profiles on the sockets, p50 to p99',
          unit: 'ms',
          rows: ranges(table, (row) => ({
            name: `${numberAt(row, 'stations')}: ${textAt(row, 'what').replace('reading received', 'reading')}`,
            p50: numberAt(row, 'p50 ms'),
            p99: numberAt(row, 'p99 ms'),
            max: numberAt(row, 'max ms'),
          })).filter(({ name }) => name.includes('load up')),
          aim: { value: 100, words: 'aim: p99 100 ms' },
        }),
    },
  ],
  dispatch: [
    {
      file: 'bench-dispatch.svg',
      alt: 'A limit drop for 1,000 EVSEs: from the decision to the first and to the last decrease',
      draw: ([table]) =>
        rangesPicture({
          title: 'A limit drop for 1,000 EVSEs, p50 to p99',
          unit: 'ms',
          rows: ranges(table, (row) => ({
            name: textAt(row, 'what'),
            p50: numberAt(row, 'p50 ms'),
            p99: numberAt(row, 'p99 ms'),
            max: numberAt(row, 'max ms'),
          })),
          aim: { value: 50, words: 'aim: p99 50 ms' },
        }),
    },
  ],
  gateway: [
    {
      file: 'bench-gateway-cpu.svg',
      alt: 'CPU that one message costs, by process, at each load',
      draw: (tables) =>
        stackedPicture({
          title: 'What a MeterValues costs: CPU by process, until it stands in PostgreSQL',
          unit: 'us',
          rows:
            tables
              .find(({ title }) => title.startsWith('CPU a message'))
              ?.rows.map((row) => ({ name: textAt(row, 'load'), parts: partsOf(row) })) ?? [],
          aim: { value: 200, words: 'aim at 6,000/s' },
        }),
    },
    {
      file: 'bench-gateway-answers.svg',
      alt: 'How long a station waits for its answer, at each load',
      draw: (tables) =>
        rangesPicture({
          title: 'MeterValues until the durable answer, p50 to p99',
          unit: 'ms',
          rows: ranges(
            tables.find(({ title }) => title.startsWith('MeterValues of five samples')),
            (row) => ({
              name: `${textAt(row, 'load')}: ${numberAt(row, 'answered /s').toLocaleString('en')}/s answered`,
              p50: numberAt(row, 'p50 ms'),
              p99: numberAt(row, 'p99 ms'),
              max: numberAt(row, 'max ms'),
            }),
          ),
          aim: { value: 25, words: 'aim at 6,000/s: p99 25 ms' },
        }),
    },
  ],
  'fast-loop': [
    {
      file: 'bench-fast-loop.svg',
      alt: 'One decision of the optimizer by the number of EVSEs',
      draw: ([table]) =>
        rangesPicture({
          title: 'One decision of the optimizer, p50 to p99',
          unit: 'ms',
          rows: ranges(table, (row) => ({
            name: `${numberAt(row, 'EVSEs').toLocaleString('en')} EVSEs on ${numberAt(row, 'sites')} ${numberAt(row, 'sites') === 1 ? 'site' : 'sites'}`,
            p50: numberAt(row, 'decision p50 ms'),
            p99: numberAt(row, 'p99 ms'),
          })),
        }),
    },
  ],
};
