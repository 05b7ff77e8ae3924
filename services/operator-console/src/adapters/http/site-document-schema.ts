import { err, ok, type Result } from '@headroom/kernel';
import { z } from 'zod';
import {
  formatDuration,
  type PhaseAmps,
  parseDuration,
  type Problem,
  type Site,
  type SiteDocument,
  samePhases,
  shortPhases,
  SHARE_POLICIES,
} from '../../domain/site-document.ts';
import { instantText, KilowattsSchema, SiteIdSchema } from './schemas.ts';
import { deratingBody, deratingSpec } from './site-document-derating.ts';
import { LeaseBody, leaseBody, leaseSpec } from './site-document-lease.ts';
import { pathTo } from './site-document-priority.ts';
import { stationBody, stationSpec } from './site-document-stations.ts';
import { CircuitBody, LoadBody, MeterBody, SourceBody, StationBody, TextSchema } from './site-document-parts.ts';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Lists longer than these are no site. */
const MAX_CIRCUITS = 200;
const MAX_STATIONS = 1_000;

export const EXAMPLE_SITE = {
  apiVersion: 'headroom/v1',
  kind: 'Site',
  metadata: { name: 'demo-depot' },
  spec: {
    displayName: 'Demo depot',
    timezone: 'Europe/Paris',
    nominalVoltageV: 230,
    circuits: [
      { name: 'grid', displayName: 'Grid connection', ratingPerPhaseA: 320, limitKw: 200 },
      { name: 'panel-a', parent: 'grid', displayName: 'Panel A', ratingPerPhaseA: 160 },
    ],
    meters: [
      {
        name: 'building',
        circuit: 'grid',
        placement: 'excluding-stations',
        staleAfter: '5s',
        worstCasePerPhaseA: 140,
        risesAtMostPerPhaseA: 10,
      },
    ],
    loads: [],
    stations: [
      {
        id: 'ST-001',
        circuit: 'panel-a',
        evses: [{ evse: 1, name: 'Bay 1', phases: ['L1', 'L2', 'L3'], maxA: 32, minimumA: 6, fallbackA: 6 }],
      },
    ],
    policy: { share: 'equal', lease: '120s' },
  },
} as const;

export const SiteDocumentBody = z
  .strictObject({
    apiVersion: z.literal('headroom/v1'),
    kind: z.literal('Site'),
    metadata: z.strictObject({ name: SiteIdSchema }),
    spec: z.strictObject({
      displayName: TextSchema.optional(),
      timezone: z
        .string()
        .min(1)
        .max(60)
        .refine(isTimeZone, 'No such time zone; use an IANA name such as Europe/Paris')
        .optional()
        .describe('IANA zone, for people. Default UTC.'),
      nominalVoltageV: z.int().min(90).max(1_000).optional().describe('Line to neutral. Default 230.'),
      circuits: z.array(CircuitBody).max(MAX_CIRCUITS),
      meters: z.array(MeterBody).max(MAX_CIRCUITS).optional(),
      loads: z.array(LoadBody).max(MAX_CIRCUITS).optional(),
      sources: z.array(SourceBody).max(MAX_CIRCUITS).optional(),
      stations: z.array(StationBody).max(MAX_STATIONS).optional(),
      tariff: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u, 'No name of a tariff')
        .optional()
        .describe('metadata.name of a tariff document that the console knows. It is kept as it is now.'),
      exportLimitKw: KilowattsSchema.optional().describe(
        'What may flow out through the grid connection, summed over the phases, by its contract. Default: nothing.',
      ),
      policy: z
        .strictObject({
          share: z.enum(SHARE_POLICIES).optional(),
          objective: z
            .enum(['delivery', 'cost'])
            .optional()
            .describe('What plans make as good as possible once everybody has what is needed. Default delivery.'),
          demandLimitKw: KilowattsSchema.optional().describe(
            'What the site should draw from the grid on the mean of a quarter of an hour at most: cars wait for it, but for those that must charge now. Default: nothing is asked.',
          ),
          lease: LeaseBody.optional(),
          tiers: z
            .enum(['floor-first', 'strict'])
            .optional()
            .describe(
              'floor-first: minima of all tiers, then what is left, tier by tier. strict: all of a tier before the next. Default floor-first.',
            ),
          ladderEnd: z
            .enum(['forbid', 'stop', 'inoperative'])
            .optional()
            .describe(
              'Last step against a bay that draws too much which is taken without a person. Default inoperative.',
            ),
        })
        .optional(),
    }),
  })
  .meta({ id: 'SiteDocument', description: 'A site as it is commissioned.', examples: [EXAMPLE_SITE] });

export type SiteDocumentBody = z.output<typeof SiteDocumentBody>;

const DEFAULTS = {
  timezone: 'UTC',
  voltageV: 230,
  staleAfter: '5s',
  lease: '120s',
};

const phasesOf = (written: number | PhaseAmps): PhaseAmps =>
  typeof written === 'number' ? samePhases(written) : written;

/** A document with every default filled in, or all that is wrong with it. `siteId`: the one in the URL. */
export function siteDocumentOf(body: SiteDocumentBody, siteId: string): Result<SiteDocument, readonly Problem[]> {
  const problems: Problem[] = [];
  const duration = (written: string | number, pointer: string): number => {
    const parsed = parseDuration(written);
    if (parsed.kind === 'ok') return parsed.value;
    problems.push({ code: 'bad-duration', detail: parsed.error, pointer });
    return 0;
  };
  const { metadata, spec } = body;
  if (metadata.name !== siteId) {
    const detail = `The document names the site "${metadata.name}", the address "${siteId}".`;
    problems.push({ code: 'site-id-mismatch', detail, pointer: '/metadata/name' });
  }
  const document: SiteDocument = {
    siteId: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    timezone: spec.timezone ?? DEFAULTS.timezone,
    nominalVoltageV: spec.nominalVoltageV ?? DEFAULTS.voltageV,
    circuits: spec.circuits.map((circuit, index) =>
      circuitSpec(circuit, (written, at) => duration(written, `/spec/circuits/${index}/${at}`)),
    ),
    meters: (spec.meters ?? []).map((meter, index) => {
      if (meter.placement !== 'excluding-stations') problems.push(placementNotYet(meter.name, index));
      return {
        name: meter.name,
        circuit: meter.circuit,
        staleAfterMs: duration(meter.staleAfter ?? DEFAULTS.staleAfter, `/spec/meters/${index}/staleAfter`),
        worstCasePerPhaseA: phasesOf(meter.worstCasePerPhaseA),
        ...(meter.risesAtMostPerPhaseA === undefined
          ? {}
          : { risesAtMostPerPhaseA: phasesOf(meter.risesAtMostPerPhaseA) }),
        ...(meter.hidesPerPhaseA === undefined ? {} : { hidesPerPhaseA: phasesOf(meter.hidesPerPhaseA) }),
      };
    }),
    loads: (spec.loads ?? []).map((load) => ({ ...load, worstCasePerPhaseA: phasesOf(load.worstCasePerPhaseA) })),
    sources: (spec.sources ?? []).map((source, index) => ({
      name: source.name,
      circuit: source.circuit,
      staleAfterMs: duration(source.staleAfter ?? DEFAULTS.staleAfter, `/spec/sources/${index}/staleAfter`),
      atMostPerPhaseA: phasesOf(source.atMostPerPhaseA),
    })),
    stations: (spec.stations ?? []).map((station) => stationSpec(station, pathTo(spec.circuits, station.circuit))),
    share: spec.policy?.share ?? 'equal',
    ...(spec.policy?.tiers === 'strict' ? { tiers: 'strict' } : {}),
    ...(spec.policy?.objective === 'cost' ? { objective: 'cost' } : {}),
    ...(spec.policy?.demandLimitKw === undefined ? {} : { demandLimitKw: spec.policy.demandLimitKw }),
    ...(spec.tariff === undefined ? {} : { tariff: spec.tariff }),
    ...(spec.exportLimitKw === undefined ? {} : { exportLimitKw: spec.exportLimitKw }),
    ...leaseSpec(spec.policy?.lease ?? DEFAULTS.lease, duration, problems),
    ...ladderEndSpec(spec.policy?.ladderEnd),
  };
  return problems.length > 0 ? err(problems) : ok(document);
}

type LadderEndWord = 'forbid' | 'stop' | 'inoperative';
const ladderEndSpec = (written: LadderEndWord | undefined): Pick<SiteDocument, 'ladderEnd'> =>
  written === undefined || written === 'inoperative' ? {} : { ladderEnd: written };

const circuitSpec = (
  circuit: z.output<typeof CircuitBody>,
  durationMs: (written: string | number, at: string) => number,
): SiteDocument['circuits'][number] => ({
  name: circuit.name,
  ...(circuit.parent === undefined ? {} : { parent: circuit.parent }),
  displayName: circuit.displayName ?? circuit.name,
  ratingPerPhaseA: phasesOf(circuit.ratingPerPhaseA),
  ...(circuit.limitKw === undefined ? {} : { limitKw: circuit.limitKw }),
  ...(circuit.continuousFactor === undefined ? {} : { continuousFactor: circuit.continuousFactor }),
  ...(circuit.cabinet === undefined ? {} : { cabinet: circuit.cabinet }),
  ...(circuit.overloadAllowance === undefined
    ? {}
    : {
        overloadAllowance: {
          percent: circuit.overloadAllowance.percent,
          forMs: durationMs(circuit.overloadAllowance.for, 'overloadAllowance/for'),
        },
      }),
  ...deratingSpec(circuit.derating, (written) => durationMs(written, 'derating/staleAfter')),
});

const placementNotYet = (name: string, index: number): Problem => ({
  code: 'not-yet',
  detail: `Meter "${name}": a meter that includes the stations is not supported yet; use excluding-stations.`,
  pointer: `/spec/meters/${index}/placement`,
});

const sourceBody = ({ name, circuit, staleAfterMs, atMostPerPhaseA }: SiteDocument['sources'][number]) => ({
  ...{ name, circuit, staleAfter: formatDuration(staleAfterMs) },
  atMostPerPhaseA: shortPhases(atMostPerPhaseA),
});

/** The document as people write it. */
export const siteDocumentBody = (document: SiteDocument): SiteDocumentBody => ({
  apiVersion: 'headroom/v1',
  kind: 'Site',
  metadata: { name: document.siteId },
  spec: {
    displayName: document.displayName,
    timezone: document.timezone,
    nominalVoltageV: document.nominalVoltageV,
    circuits: document.circuits.map(({ ratingPerPhaseA, overloadAllowance, derating, ...circuit }) => ({
      ...circuit,
      ...deratingBody(derating),
      ratingPerPhaseA: shortPhases(ratingPerPhaseA),
      ...(overloadAllowance === undefined
        ? {}
        : {
            overloadAllowance: { percent: overloadAllowance.percent, for: formatDuration(overloadAllowance.forMs) },
          }),
    })),
    meters: document.meters.map(
      ({ staleAfterMs, worstCasePerPhaseA, risesAtMostPerPhaseA, hidesPerPhaseA, ...meter }) => ({
        ...meter,
        placement: 'excluding-stations' as const,
        staleAfter: formatDuration(staleAfterMs),
        worstCasePerPhaseA: shortPhases(worstCasePerPhaseA),
        ...(risesAtMostPerPhaseA === undefined ? {} : { risesAtMostPerPhaseA: shortPhases(risesAtMostPerPhaseA) }),
        ...(hidesPerPhaseA === undefined ? {} : { hidesPerPhaseA: shortPhases(hidesPerPhaseA) }),
      }),
    ),
    ...(document.sources.length === 0 ? {} : { sources: document.sources.map(sourceBody) }),
    loads: document.loads.map((load) => ({ ...load, worstCasePerPhaseA: shortPhases(load.worstCasePerPhaseA) })),
    stations: document.stations.map(stationBody),
    ...(document.tariff === undefined ? {} : { tariff: document.tariff }),
    ...(document.exportLimitKw === undefined ? {} : { exportLimitKw: document.exportLimitKw }),
    policy: {
      share: document.share,
      ...(document.tiers === undefined ? {} : { tiers: document.tiers }),
      ...(document.objective === undefined ? {} : { objective: document.objective }),
      ...(document.demandLimitKw === undefined ? {} : { demandLimitKw: document.demandLimitKw }),
      lease: leaseBody(document),
      ...(document.ladderEnd === undefined ? {} : { ladderEnd: document.ladderEnd }),
    },
  },
});

export const SiteSummarySchema = z
  .object({
    siteId: z.string(),
    displayName: z.string(),
    timezone: z.string(),
    version: z.int().describe('Counts up with every accepted document or override.'),
    configuredAt: z.string(),
    circuits: z.int(),
    stations: z.int(),
    evses: z.int(),
    limitKw: z.number().nullable().describe('Contract of the grid connection; null where it has none.'),
  })
  .meta({ id: 'SiteSummary' });

export const siteSummary = ({ document, version, configuredAtMs }: Site): z.output<typeof SiteSummarySchema> => ({
  siteId: document.siteId,
  displayName: document.displayName,
  timezone: document.timezone,
  version,
  configuredAt: instantText(configuredAtMs),
  circuits: document.circuits.length,
  stations: document.stations.length,
  evses: document.stations.reduce((count, station) => count + station.evses.length, 0),
  limitKw: document.circuits.find((circuit) => circuit.parent === undefined)?.limitKw ?? null,
});
