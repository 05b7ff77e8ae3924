import { expect, jest, test } from '@jest/globals';

const real = await import('@headroom/site-model');
let refuses = false;
jest.unstable_mockModule('@headroom/site-model', () => ({
  ...real,
  gate: (input: Parameters<typeof real.gate>[0]) => {
    const verdict = real.gate(input);
    // As where the arithmetic before it were wrong: only the gate knows.
    return refuses && verdict.kind === 'pass' && !verdict.decrease ? { kind: 'refuse' } : verdict;
  },
}));
const { Bench, told } = await import('../testing/bench.ts');

function asked(): { readonly raised: readonly string[]; readonly lowered: readonly string[] } {
  const bench = Bench.charging({ stations: 2 });
  bench.settleAt({ 1: 20, 2: 20 });
  bench.after(20_000);
  refuses = true;
  bench.decide({ 1: 32, 2: 8 });
  const commands = bench.pass();
  refuses = false;
  const of = (increase: boolean) => told(commands.filter(({ intent }) => intent.increase === increase));
  return { raised: of(true), lowered: of(false) };
}

test('SI8, SI10: nothing that the gate refuses is raised, whatever the rows of the pass say; a decrease needs no leave', () => {
  expect(asked()).toEqual({ raised: [], lowered: ['ST-2 lease 8'] });
  const bench = Bench.charging({ stations: 2 });
  bench.settleAt({ 1: 20, 2: 20 });
  bench.after(20_000);
  bench.decide({ 1: 32, 2: 20 });
  expect(told(bench.pass())).toContain('ST-1 lease 32');
});
