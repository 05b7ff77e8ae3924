import { expect, test } from '@jest/globals';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench } from '../testing/bench.ts';

const phasesTold = (bench: Bench): readonly unknown[] =>
  bench.pass().flatMap(({ command }) => profileToWire(command.profile).periods.map((period) => period.numberPhases));

test('a station between two conductors is told one phase, one on three phases three', () => {
  for (const [lineToLine, phases] of [
    [true, 1],
    [false, 3],
  ] as const) {
    const bench = Bench.charging({ stations: 1, lineToLine });
    bench.decide({ 1: 20 });
    expect(phasesTold(bench)).toEqual([phases]);
  }
});
