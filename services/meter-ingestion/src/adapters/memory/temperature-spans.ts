import type { TakenTemperature, TemperatureSpan } from '../../ports.ts';

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
