import { GRID_PHASES } from '@headroom/kernel';
import { amps, isPower } from './check-circuits.ts';
import { type DcInput, dcInputDeciA } from './dc-input.ts';
import { type CircuitInput, type EvseInput, problem, type SiteModelInput, type SiteProblem } from './input.ts';

/** Below, a number is a slip of the pen: a rectifier is far better. */
export const MIN_DC_PERCENT = 50;

const isPercent = (value: number): boolean => Number.isSafeInteger(value) && value >= MIN_DC_PERCENT && value <= 100;

function whyNoInput({ outputMaxW, efficiencyPercent, powerFactorPercent }: DcInput): string | undefined {
  if (!isPower(outputMaxW) || outputMaxW === 0) return `its output of ${outputMaxW / 1_000} kW must be above 0 kW`;
  if (isPercent(efficiencyPercent) && isPercent(powerFactorPercent)) return undefined;
  return `efficiency ${efficiencyPercent / 100} and power factor ${powerFactorPercent / 100} must be from ${MIN_DC_PERCENT / 100} to 1, in hundredths`;
}

/** Does an EVSE count with all that its DC output takes from the supply? */
export function checkDc(
  name: string,
  evse: EvseInput,
  of: { readonly pointer: string; readonly nominalVoltageV: number },
) {
  const { dc, phases, wiring, maxCurrent } = evse;
  if (dc === undefined) return [];
  const refuse = (detail: string): readonly SiteProblem[] => [
    problem('bad-dc', `${name}: ${detail}.`, `${of.pointer}/dc`),
  ];
  const why = whyNoInput(dc);
  if (why !== undefined) return refuse(why);
  if (wiring !== undefined) return refuse(`a DC station that is wired ${wiring} is not modelled`);
  const needed = dcInputDeciA(dc, dc.outputMaxW, { nominalVoltageV: of.nominalVoltageV, phases: phases.length });
  if (needed <= maxCurrent) return [];
  return refuse(
    `at ${dc.outputMaxW / 1_000} kW and the lowest voltage it takes up to ${amps(needed)} of each of ${phases.length} phases, more than its maximum of ${amps(maxCurrent)}`,
  );
}

/** Of what is taken, in ten thousandths, what comes out at its worst. */
const passed = (dc: DcInput | undefined): number => (dc?.efficiencyPercent ?? 0) * (dc?.powerFactorPercent ?? 0);
const factors = (dc: DcInput | undefined): string =>
  `${(dc?.efficiencyPercent ?? 0) / 100} x ${(dc?.powerFactorPercent ?? 0) / 100}`;

/** A cabinet keeps its output among its EVSEs by itself: all of them DC, on three phases, none in two cabinets, and none that loses less than it. */
export function checkCabinets({ circuits, evses }: SiteModelInput): readonly SiteProblem[] {
  if (circuits.every(({ cabinet }) => cabinet === undefined)) return [];
  const byId = new Map(circuits.map((circuit) => [circuit.circuitId, circuit]));
  const cabinetsOver = (from: string): readonly CircuitInput[] => {
    const found = new Set<CircuitInput>();
    const seen = new Set<string>();
    for (let here = byId.get(from); here !== undefined && !seen.has(here.circuitId); ) {
      seen.add(here.circuitId);
      if (here.cabinet !== undefined) found.add(here);
      here = here.parentCircuitId === undefined ? undefined : byId.get(here.parentCircuitId);
    }
    return [...found];
  };
  return circuits.flatMap((circuit, index) => {
    const { cabinet, circuitId } = circuit;
    if (cabinet === undefined) return [];
    const refuse = (detail: string): readonly SiteProblem[] => [
      problem('bad-cabinet', `Cabinet "${circuitId}": ${detail}.`, `/spec/circuits/${index}/cabinet`),
    ];
    const why = whyNoInput(cabinet);
    if (why !== undefined) return refuse(why);
    if (cabinetsOver(circuitId).length > 1) return refuse('it hangs in another cabinet');
    const stranger = evses.find(
      (evse) =>
        (evse.dc === undefined || evse.phases.length < GRID_PHASES.length) &&
        cabinetsOver(evse.circuitId).includes(circuit),
    );
    if (stranger !== undefined)
      return refuse(
        `${stranger.stationId}/${stranger.evse} is no DC station on three phases, so the cabinet does not limit it`,
      );
    const better = evses.find(
      (evse) => passed(evse.dc) > passed(cabinet) && cabinetsOver(evse.circuitId).includes(circuit),
    );
    return better === undefined
      ? []
      : refuse(
          `${better.stationId}/${better.evse} behind it has an efficiency and a power factor of ${factors(better.dc)}, better than its own ${factors(cabinet)}: what it loses is part of what they lose`,
        );
  });
}
