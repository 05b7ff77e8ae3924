import { compareText, type EpochMs, GRID_PHASES, type SiteId, siteId } from '@headroom/kernel';
import {
  buildSiteModel,
  type LimitOverrideInput,
  MAX_POWER_W,
  type SiteModelInput,
  USUAL_TIER,
  USUAL_WEIGHT,
} from '@headroom/site-model';
import { type Problem, problem } from './problem.ts';

/** A site as commissioned, with the version that everybody refers to. */
export interface Site {
  readonly siteId: SiteId;
  /** Its `version` counts up with every accepted document or override. */
  readonly document: SiteModelInput;
  readonly configuredAtMs: EpochMs;
}

/** A station that a site document names, and its EVSEs. */
export interface StationPlace {
  readonly stationId: string;
  readonly evses: readonly number[];
}

/** Stations of a document in order of their ids. */
export function stationsOf(document: SiteModelInput): readonly StationPlace[] {
  const evses = new Map<string, number[]>();
  for (const { stationId, evse } of document.evses) evses.set(stationId, [...(evses.get(stationId) ?? []), evse]);
  return [...evses]
    .map(([stationId, numbers]) => ({ stationId, evses: numbers.toSorted((a, b) => a - b) }))
    .toSorted((a, b) => compareText(a.stationId, b.stationId));
}

const phases = (currents: SiteModelInput['circuits'][number]['rating']): readonly number[] =>
  GRID_PHASES.map((phase) => currents[phase]);

const dcContent = (dc: SiteModelInput['evses'][number]['dc']): readonly number[] | null =>
  dc === undefined ? null : [dc.outputMaxW, dc.efficiencyPercent, dc.powerFactorPercent];

const deratingContent = ({ derating }: SiteModelInput['circuits'][number]): readonly unknown[] =>
  derating === undefined
    ? []
    : [
        [derating.sensorId, derating.staleAfterMs, derating.risesAtMostDeciC],
        derating.steps.map(({ aboveDeciC, percent }) => [aboveDeciC, percent]),
      ];

const rulesContent = ({ rules, minimumShare, switching }: SiteModelInput['evses'][number]): readonly unknown[] => [
  minimumShare ?? null,
  ...(rules === undefined
    ? []
    : [
        [rules.maximumW ?? null, rules.minimumW ?? null, rules.minimumSocPercent ?? null],
        [rules.stopAtSocPercent ?? null, rules.stopAtTarget ?? false],
      ]),
  ...(switching === undefined
    ? []
    : [{ switching: [switching.closingsAnHour ?? null, switching.mostClosingsAnHour ?? null] }]),
];

/** Everything a document says, in one fixed order; version and override are not part of what it says. */
const content = (document: SiteModelInput): string =>
  JSON.stringify([
    document.siteId,
    document.name,
    document.timezone,
    document.nominalVoltageV,
    document.leaseS,
    document.leaseAtLeastS ?? null,
    document.ladderEnd ?? null,
    document.share ?? 'equal',
    document.tiers ?? 'floor-first',
    document.objective ?? 'delivery',
    ...(document.demandLimitW === undefined ? [] : [{ demandLimitW: document.demandLimitW }]),
    document.tariff === undefined ? null : [document.tariff.name, document.tariff.documentJson],
    document.exportLimitW ?? null,
    document.circuits.map((circuit) => [
      circuit.circuitId,
      circuit.parentCircuitId ?? null,
      circuit.name,
      phases(circuit.rating),
      circuit.powerLimitW ?? null,
      circuit.continuousPercent ?? null,
      circuit.overload === undefined ? null : [circuit.overload.percent, circuit.overload.seconds],
      dcContent(circuit.cabinet),
      ...deratingContent(circuit),
    ]),
    document.evses.map((evse) => [
      [evse.stationId, evse.evse, evse.circuitId, evse.name, evse.phases, evse.wiring ?? null, dcContent(evse.dc)],
      [evse.maxCurrent, evse.minCurrent, evse.fallback, evse.maxDischarge ?? null],
      [evse.tier ?? USUAL_TIER, evse.weight ?? USUAL_WEIGHT],
      ...rulesContent(evse),
    ]),
    document.otherLoads.map((load) => [
      load.circuitId,
      load.name,
      phases(load.worstCase),
      load.meterId ?? null,
      load.staleAfterMs,
      load.risesAtMost === undefined ? null : phases(load.risesAtMost),
      load.hides === undefined ? null : phases(load.hides),
    ]),
    (document.sources ?? []).map((source) => [
      [source.circuitId, source.meterId, source.name, source.staleAfterMs],
      phases(source.atMost),
    ]),
  ]);

const saysTheSame = (a: SiteModelInput, b: SiteModelInput): boolean => content(a) === content(b);

export type SiteDecision =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unchanged'; readonly site: Site }
  | { readonly kind: 'changed'; readonly site: Site };

export interface PutSiteInput {
  readonly document: SiteModelInput;
  readonly existing: Site | undefined;
  /** Stations of the document that belong to other sites already, with these. */
  readonly taken: ReadonlyMap<string, SiteId>;
  readonly nowMs: EpochMs;
}

/** Checks a document and says what it makes of the site. An operator's override outlives a new document. */
export function putSite({ document, existing, taken, nowMs }: PutSiteInput): SiteDecision {
  const { limitOverride: _, ...said } = document;
  const override = existing?.document.limitOverride;
  const standing = override !== undefined && override.validUntilMs > nowMs ? { limitOverride: override } : {};
  const next: SiteModelInput = { ...said, ...standing, version: (existing?.document.version ?? 0) + 1 };
  const built = buildSiteModel(next);
  const problems: readonly Problem[] = [
    ...(built.kind === 'err' ? built.error : []),
    ...[...taken].map(([stationId, siteId]) =>
      problem('station-in-another-site', `Station "${stationId}" belongs to site "${siteId}".`, '/spec/stations'),
    ),
  ];
  if (problems.length > 0) return { kind: 'refused', problems };
  if (existing !== undefined && saysTheSame(existing.document, next)) return { kind: 'unchanged', site: existing };
  return { kind: 'changed', site: changedTo(next, nowMs) };
}

const changedTo = (document: SiteModelInput, nowMs: EpochMs): Site => ({
  siteId: siteId(document.siteId),
  document,
  configuredAtMs: nowMs,
});

/** An override is for a while: a change that lasts belongs into the site document. */
export const MAX_OVERRIDE_MS = 7 * 24 * 3_600_000;

/** Sets or ends the override of a site: a version of its own, so that everybody hears of it. */
export function putLimitOverride(site: Site, override: LimitOverrideInput | undefined, nowMs: EpochMs): SiteDecision {
  const { limitOverride: before, ...said } = site.document;
  if (override === undefined) {
    if (before === undefined) return { kind: 'unchanged', site };
    return { kind: 'changed', site: changedTo({ ...said, version: said.version + 1 }, nowMs) };
  }
  const problems = checkOverride(override, nowMs);
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'changed', site: changedTo({ ...said, limitOverride: override, version: said.version + 1 }, nowMs) };
}

function checkOverride(override: LimitOverrideInput, nowMs: EpochMs): readonly Problem[] {
  const problems: Problem[] = [];
  const { powerLimitW, validUntilMs } = override;
  // Beyond the most that a site may have nobody could read the site any more, nor put a new document.
  if (!Number.isSafeInteger(powerLimitW) || powerLimitW < 0 || powerLimitW > MAX_POWER_W) {
    const detail = `A limit of ${powerLimitW / 1_000} kW is not from 0 kW to ${MAX_POWER_W / 1_000} kW.`;
    problems.push(problem('bad-override', detail, '/powerKw'));
  }
  if (!Number.isSafeInteger(validUntilMs) || validUntilMs <= nowMs) {
    problems.push(problem('bad-override', 'The end of the override must lie in the future.', '/validUntil'));
  } else if (validUntilMs > nowMs + MAX_OVERRIDE_MS) {
    const days = ((validUntilMs - nowMs) / 86_400_000).toFixed(1);
    problems.push(
      problem('bad-override', `The override would last ${days} days; at most 7 are possible.`, '/validUntil'),
    );
  }
  return problems;
}
