import { RISE_PARTS, type TakenTemperature, type TemperatureRise, type TemperatureSpan } from '../../ports.ts';

/** Of readings that come oldest first. */
export function spansOf(readings: readonly TakenTemperature[], spanMs: number): readonly TemperatureSpan[] {
  const spans = new Map<number, TemperatureSpan>();
  for (const { sampledAtMs, temperatureDeciC } of readings) {
    const index = Math.floor(sampledAtMs / spanMs);
    const known = spans.get(index);
    spans.set(index, {
      coldestDeciC: Math.min(known?.coldestDeciC ?? temperatureDeciC, temperatureDeciC),
      hottestDeciC: Math.max(known?.hottestDeciC ?? temperatureDeciC, temperatureDeciC),
      lastDeciC: temperatureDeciC,
      firstAtMs: known?.firstAtMs ?? sampledAtMs,
      lastAtMs: sampledAtMs,
    });
  }
  return [...spans.values()];
}

/** As PostgreSQL looks for it: from the coldest of earlier parts to the hottest of a later one. */
export function riseOf(readings: readonly TakenTemperature[], withinMs: number): TemperatureRise | undefined {
  const partMs = Math.floor(withinMs / RISE_PARTS);
  const parts = spansOf(readings, partMs).map((span) => ({ ...span, part: Math.floor(span.firstAtMs / partMs) }));
  const seen = { firstAtMs: parts[0]?.firstAtMs ?? 0, lastAtMs: parts.at(-1)?.lastAtMs ?? 0 };
  const rises = parts.map(({ part, hottestDeciC: toDeciC }, at): TemperatureRise => {
    const before = parts.slice(0, at).filter((earlier) => part - earlier.part < RISE_PARTS);
    const coldest = Math.min(toDeciC, ...before.map(({ coldestDeciC }) => coldestDeciC));
    return { riseDeciC: toDeciC - coldest, toDeciC, atMs: part * partMs, ...seen };
  });
  return rises.reduce<TemperatureRise | undefined>(
    (a, b) => (a === undefined || b.riseDeciC > a.riseDeciC ? b : a),
    undefined,
  );
}
