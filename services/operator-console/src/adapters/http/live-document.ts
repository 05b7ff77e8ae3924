import type { DeciAmps, PerPhase } from '@headroom/kernel';
import { z } from 'zod';
import type { EvseView } from '../../domain/evse-view.ts';
import type { BuildingView, LiveView } from '../../domain/live-view.ts';
import type { PowerHistory } from '../../domain/power-history.ts';
import { CircuitLiveSchema, circuitJson, kilo, phaseAmps } from './circuit-document.ts';
import {
  GridSchema,
  gridJson,
  LimitAheadSchema,
  limitAheadJson,
  PriceViewSchema,
  priceViewJson,
} from './grid-document.ts';
import { liveSession, LiveSessionSchema } from './live-session.ts';
import { instantOrNull, instantText, PhaseAmpsSchema } from './schemas.ts';

const number = z.number().nullable();
const instant = z.string().nullable();
const text = z.string().nullable();
const someAmps = z.object({ l1A: number, l2A: number, l3A: number }).nullable();

const EvseLiveSchema = z
  .object({
    evseId: z.string(),
    stationId: z.string(),
    evse: z.int(),
    name: z.string(),
    circuitId: z.string(),
    phases: z.array(z.enum(['l1', 'l2', 'l3'])).describe('Grid phase behind the socket L1, L2, L3.'),
    wiring: z
      .enum(['line-to-neutral', 'line-to-line', 'split-phase'])
      .describe('Line to line, an ampere is 1.73 times the nominal voltage: an EVSE stands between its two phases.'),
    connected: z.boolean(),
    state: z.enum(['charging', 'waiting', 'paused', 'plugged', 'free', 'offline', 'faulted', 'not-obeying']),
    commandedA: number.describe('The limit last sent; null: none was, the fallback holds.'),
    commandedKw: number,
    targetA: number.describe('What the allocator wants it to have.'),
    committedA: number.describe('What it counts with in every sum.'),
    offeredA: number.describe('What its pilot shows.'),
    offeredKw: number,
    drawn: someAmps.describe('Per grid phase; 0 where no conductor is, null where nothing is known.'),
    drawnKw: number,
    drawnAt: instant,
    ageMs: number,
    stale: z.boolean(),
    reason: z.object({ code: text, circuitId: text, row: text, sentence: z.string() }).nullable(),
    givesBack: z
      .object({ targetA: z.number(), sentence: z.string() })
      .nullable()
      .describe('What its car is to give back on each phase (V2G), beside what it may take. Null: nothing.'),
    boost: z
      .object({ until: z.string(), setBy: z.string() })
      .nullable()
      .describe('Its car comes before all others of the site until then. Null: it does not.'),
    session: LiveSessionSchema.nullable(),
    leaseUntil: instant,
    socPercent: number,
    maxA: z.number(),
    fallbackA: z.number(),
    lastDispatch: text,
  })
  .meta({ id: 'EvseLive' });

/** Unknown numbers are null, never 0. */
export const LiveDocumentSchema = z
  .object({
    siteId: z.string(),
    name: z.string(),
    at: z.string(),
    timezone: z.string(),
    nominalVoltageV: z.number(),
    limit: z.object({
      powerKw: number,
      perPhase: PhaseAmpsSchema.nullable(),
      source: z.enum(['contract', 'rating', 'derating', 'override', 'grid']),
      validUntil: instant,
      ahead: LimitAheadSchema,
    }),
    grid: GridSchema,
    price: PriceViewSchema.nullable().describe('Null: neither a tariff nor the grid says one.'),
    demo: z.object({ gridEvents: z.boolean().describe('Events can be made here: only in demo runs.') }),
    override: z
      .object({ powerKw: z.number(), validUntil: z.string(), setBy: z.string(), reason: z.string() })
      .nullable(),
    building: z.object({
      powerKw: number,
      perPhase: PhaseAmpsSchema.nullable(),
      measuredAt: instant,
      ageMs: number,
      stale: z.boolean(),
      keptForRiseKw: number.describe(
        'Kept free beside it on the grid connection: by so much it may rise within a lease, should the platform die.',
      ),
    }),
    lease: z
      .object({ seconds: z.int(), reason: z.string().describe('One sentence or two, with the numbers.') })
      .nullable()
      .describe('How long limits outlive our silence. Null: not known.'),
    total: z.object({ drawnKw: number, commandedKw: number, siteKw: number, headroomKw: number }),
    worstBreach: z
      .object({ kw: z.number(), since: z.string() })
      .describe(
        'The most by which the site stood over its limit for longer than the 10 s in which cars must follow a drop.',
      ),
    circuits: z.array(CircuitLiveSchema),
    evses: z.array(EvseLiveSchema),
    energy: z.object({ askedKwh: number, deliveredKwh: number, missedKwh: number, endedSessions: number }),
    control: z.object({ ownerEpoch: z.int(), decisionSeq: z.int(), decidedAt: z.string(), ageMs: z.number() }),
  })
  .meta({ id: 'LiveDocument', description: 'A site now. Unknown numbers are null, never 0.' });

export type LiveDocument = z.output<typeof LiveDocumentSchema>;

const amps = (value: DeciAmps | null | undefined): number | null =>
  value === null || value === undefined ? null : value / 10;
const somePhaseAmps = (current: PerPhase<DeciAmps | null>) => ({
  l1A: amps(current.l1),
  l2A: amps(current.l2),
  l3A: amps(current.l3),
});
const words = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value);

const NO_DEMO: LiveDocument['demo'] = { gridEvents: false };

/** The view of a site as JSON: kW, kWh, A and RFC 3339. */
export function liveDocument(view: LiveView, demo: LiveDocument['demo'] = NO_DEMO): LiveDocument {
  const { snapshot, limit, override, total, energy } = view;
  return {
    siteId: snapshot.siteId,
    name: snapshot.name,
    at: instantText(view.atMs),
    timezone: snapshot.timezone,
    nominalVoltageV: snapshot.nominalVoltageV,
    limit: {
      powerKw: kilo(limit.powerW),
      perPhase: limit.perPhase === null ? null : phaseAmps(limit.perPhase),
      source: limit.source,
      validUntil: instantOrNull(limit.validUntilMs),
      ahead: limitAheadJson(view.ahead),
    },
    grid: gridJson(view.grid),
    price: view.price === null ? null : priceViewJson(view.price),
    demo,
    override:
      override === null
        ? null
        : {
            powerKw: override.powerLimitW / 1_000,
            validUntil: instantText(override.validUntilMs),
            setBy: override.setBy,
            reason: override.reason,
          },
    building: buildingJson(view.building),
    lease: snapshot.lease === undefined ? null : { seconds: snapshot.lease.leaseS, reason: snapshot.lease.reason },
    total: {
      drawnKw: kilo(total.drawnW),
      commandedKw: kilo(total.commandedW),
      siteKw: kilo(total.siteW),
      headroomKw: kilo(total.headroomW),
    },
    worstBreach: { kw: Math.round(view.worstBreach.w) / 1_000, since: instantText(view.worstBreach.sinceMs) },
    circuits: view.circuits.map(circuitJson),
    evses: view.evses.map(evseJson),
    energy: {
      askedKwh: kilo(energy?.askedWh ?? null),
      deliveredKwh: kilo(energy?.deliveredWh ?? null),
      missedKwh: kilo(energy?.missedWh ?? null),
      endedSessions: energy?.endedSessions ?? null,
    },
    control: {
      ownerEpoch: snapshot.ownerEpoch,
      decisionSeq: snapshot.decisionSeq,
      decidedAt: instantText(snapshot.atMs),
      ageMs: view.controlAgeMs,
    },
  };
}

const buildingJson = (building: BuildingView): LiveDocument['building'] => ({
  powerKw: kilo(building.powerW),
  perPhase: building.perPhase === null ? null : phaseAmps(building.perPhase),
  measuredAt: instantOrNull(building.measuredAtMs),
  ageMs: building.ageMs,
  stale: building.stale,
  keptForRiseKw: kilo(building.keptW),
});

function evseJson(view: EvseView): LiveDocument['evses'][number] {
  const { snapshot } = view;
  const { reason, session } = snapshot;
  return {
    evseId: snapshot.evseId,
    stationId: snapshot.stationId,
    evse: snapshot.evse,
    name: snapshot.name,
    circuitId: snapshot.circuitId,
    phases: [...snapshot.phases],
    wiring: view.wiring ?? 'line-to-neutral',
    connected: snapshot.connected,
    state: view.state,
    commandedA: amps(snapshot.commanded),
    commandedKw: kilo(view.commandedW),
    targetA: amps(snapshot.target),
    committedA: amps(snapshot.committed),
    offeredA: amps(view.offered),
    offeredKw: kilo(view.offeredW),
    drawn: view.drawn === null ? null : somePhaseAmps(view.drawn),
    drawnKw: kilo(view.drawnW),
    drawnAt: instantOrNull(view.drawnAtMs),
    ageMs: view.ageMs,
    stale: view.stale,
    reason:
      reason.sentence === ''
        ? null
        : {
            code: words(reason.code),
            circuitId: words(reason.circuitId),
            row: words(reason.row),
            sentence: reason.sentence,
          },
    givesBack:
      snapshot.givesBack === undefined
        ? null
        : { targetA: snapshot.givesBack.current / 10, sentence: snapshot.givesBack.sentence },
    boost:
      snapshot.boost === undefined ? null : { until: instantText(snapshot.boost.untilMs), setBy: snapshot.boost.setBy },
    session: session === undefined ? null : liveSession(session),
    leaseUntil: instantOrNull(snapshot.leaseUntilMs),
    socPercent: view.socPercent,
    maxA: snapshot.maxCurrent / 10,
    fallbackA: snapshot.fallback / 10,
    lastDispatch: words(snapshot.lastDispatch),
  };
}

const series = z.array(number);
export const HistorySchema = z
  .object({
    atMs: z.array(z.number()).describe('Epoch milliseconds, one a second.'),
    limitKw: series,
    buildingKw: series,
    drawnKw: series,
    evses: z.record(z.string(), series).describe('By evseId, as long as the other columns.'),
  })
  .meta({ id: 'PowerHistory' });

export const historyDocument = (history: PowerHistory): z.output<typeof HistorySchema> => ({
  atMs: [...history.atMs],
  limitKw: history.limitW.map(kilo),
  buildingKw: history.buildingW.map(kilo),
  drawnKw: history.drawnW.map(kilo),
  evses: Object.fromEntries([...history.evses].map(([evseId, values]) => [evseId, values.map(kilo)])),
});
