import { type Fields, fieldsOf, fieldsOrNull, idOf, instantOf, listOf, numberOf, textOf } from './json-fields.ts';
import { gridOf, limitAheadOf, priceLiveOf } from './parse-grid.ts';
import { heatOf } from './parse-heat.ts';
import type {
  BuildingLoad,
  LeaseLength,
  CircuitLive,
  ControlState,
  EnergyTotals,
  EvseLive,
  EvseReason,
  EvseSession,
  EvseState,
  LimitOverride,
  LiveSite,
  PerPhase,
  PhaseName,
  SiteLimit,
  SiteTotal,
  SomePhases,
} from './live-site.ts';

/** More EVSEs than this on one site is not a page for a person: the rest is left out rather than freezing the browser. */
export const MAX_EVSES_SHOWN = 2000;

const STATES: readonly EvseState[] = [
  'charging',
  'waiting',
  'paused',
  'plugged',
  'free',
  'offline',
  'faulted',
  'not-obeying',
];
const PHASES: readonly PhaseName[] = ['l1', 'l2', 'l3'];
const NOMINAL_VOLTAGE_V = 230;

/** The `live` document, or null when it is not one (no site id or no instant: nothing on the page could be trusted). */
export function parseLiveSite(input: unknown): LiveSite | null {
  const doc = fieldsOf(input);
  const siteId = textOf(doc['siteId']);
  const atMs = instantOf(doc['at']);
  if (siteId === null || atMs === null) return null;
  const worst = fieldsOf(doc['worstBreach']);
  return {
    siteId,
    name: textOf(doc['name']) ?? siteId,
    atMs,
    timezone: textOf(doc['timezone']) ?? 'UTC',
    nominalVoltageV: numberOf(doc['nominalVoltageV']) ?? NOMINAL_VOLTAGE_V,
    limit: limitOf(fieldsOf(doc['limit'])),
    grid: gridOf(fieldsOf(doc['grid'])),
    price: priceLiveOf(fieldsOrNull(doc['price'])),
    demo: { gridEvents: fieldsOf(doc['demo'])['gridEvents'] === true },
    override: overrideOf(fieldsOrNull(doc['override'])),
    building: buildingOf(fieldsOf(doc['building'])),
    lease: leaseOf(fieldsOf(doc['lease'])),
    total: totalOf(fieldsOf(doc['total'])),
    worstBreach: { kw: numberOf(worst['kw']), sinceMs: instantOf(worst['since']) },
    circuits: listOf(doc['circuits']).flatMap(circuitOf),
    evses: listOf(doc['evses']).slice(0, MAX_EVSES_SHOWN).flatMap(evseOf),
    energy: energyOf(fieldsOf(doc['energy'])),
    control: controlOf(fieldsOf(doc['control'])),
  };
}

const WIRINGS = ['line-to-neutral', 'line-to-line', 'split-phase'] as const;

function perPhaseOf(value: unknown): PerPhase | null {
  const phases = fieldsOf(value);
  const l1A = numberOf(phases['l1A']);
  const l2A = numberOf(phases['l2A']);
  const l3A = numberOf(phases['l3A']);
  return l1A === null || l2A === null || l3A === null ? null : { l1A, l2A, l3A };
}

function somePhasesOf(phases: Fields | null): SomePhases | null {
  if (phases === null) return null;
  return { l1A: numberOf(phases['l1A']), l2A: numberOf(phases['l2A']), l3A: numberOf(phases['l3A']) };
}

function limitOf(limit: Fields): SiteLimit {
  return {
    powerKw: numberOf(limit['powerKw']),
    perPhase: perPhaseOf(limit['perPhase']),
    source: textOf(limit['source']) ?? 'unknown',
    validUntilMs: instantOf(limit['validUntil']),
    ahead: limitAheadOf(limit['ahead']),
  };
}

function overrideOf(override: Fields | null): LimitOverride | null {
  if (override === null) return null;
  return {
    powerKw: numberOf(override['powerKw']),
    validUntilMs: instantOf(override['validUntil']),
    setBy: textOf(override['setBy']),
    reason: textOf(override['reason']),
  };
}

function buildingOf(building: Fields): BuildingLoad {
  return {
    powerKw: numberOf(building['powerKw']),
    perPhase: perPhaseOf(building['perPhase']),
    measuredAtMs: instantOf(building['measuredAt']),
    ageMs: numberOf(building['ageMs']),
    stale: building['stale'] === true,
    keptForRiseKw: numberOf(building['keptForRiseKw']),
  };
}

function leaseOf(lease: Fields): LeaseLength | null {
  const seconds = numberOf(lease['seconds']);
  const reason = textOf(lease['reason']);
  return seconds === null || reason === null ? null : { seconds, reason };
}

function totalOf(total: Fields): SiteTotal {
  return {
    drawnKw: numberOf(total['drawnKw']),
    commandedKw: numberOf(total['commandedKw']),
    siteKw: numberOf(total['siteKw']),
    headroomKw: numberOf(total['headroomKw']),
  };
}

function energyOf(energy: Fields): EnergyTotals {
  return {
    askedKwh: numberOf(energy['askedKwh']),
    deliveredKwh: numberOf(energy['deliveredKwh']),
    missedKwh: numberOf(energy['missedKwh']),
    endedSessions: numberOf(energy['endedSessions']),
  };
}

function controlOf(control: Fields): ControlState {
  return {
    ownerEpoch: idOf(control['ownerEpoch']),
    decisionSeq: idOf(control['decisionSeq']),
    decidedAtMs: instantOf(control['decidedAt']),
    ageMs: numberOf(control['ageMs']),
  };
}

function circuitOf(value: unknown): readonly CircuitLive[] {
  const circuit = fieldsOf(value);
  const circuitId = textOf(circuit['circuitId']);
  if (circuitId === null) return [];
  return [
    {
      circuitId,
      name: textOf(circuit['name']) ?? circuitId,
      parentCircuitId: textOf(circuit['parentCircuitId']),
      limit: perPhaseOf(circuit['limit']),
      powerLimitKw: numberOf(circuit['powerLimitKw']),
      otherLoad: perPhaseOf(circuit['otherLoad']),
      committed: perPhaseOf(circuit['committed']),
      drawn: perPhaseOf(circuit['drawn']),
      drawnKw: numberOf(circuit['drawnKw']),
      heat: heatOf(fieldsOrNull(circuit['derating']), perPhaseOf),
    },
  ];
}

function evseOf(value: unknown): readonly EvseLive[] {
  const evse = fieldsOf(value);
  const evseId = textOf(evse['evseId']);
  if (evseId === null) return [];
  return [
    {
      evseId,
      stationId: textOf(evse['stationId']) ?? evseId,
      evse: numberOf(evse['evse']) ?? 1,
      name: textOf(evse['name']) ?? evseId,
      circuitId: textOf(evse['circuitId']) ?? '',
      phases: listOf(evse['phases']).flatMap(phaseOf),
      wiring: WIRINGS.find((wiring) => wiring === evse['wiring']) ?? 'line-to-neutral',
      connected: evse['connected'] === true,
      state: STATES.find((state) => state === evse['state']) ?? 'unknown',
      ...currentsOf(evse),
      ageMs: numberOf(evse['ageMs']),
      stale: evse['stale'] === true,
      reason: reasonOf(fieldsOrNull(evse['reason'])),
      givesBack: givesBackOf(fieldsOrNull(evse['givesBack'])),
      session: sessionOf(fieldsOrNull(evse['session'])),
      leaseUntilMs: instantOf(evse['leaseUntil']),
      socPercent: numberOf(evse['socPercent']),
      maxA: numberOf(evse['maxA']),
      fallbackA: numberOf(evse['fallbackA']),
      lastDispatch: textOf(evse['lastDispatch']),
      boost: boostOf(fieldsOrNull(evse['boost'])),
    },
  ];
}

function currentsOf(evse: Fields) {
  return {
    commandedA: numberOf(evse['commandedA']),
    commandedKw: numberOf(evse['commandedKw']),
    targetA: numberOf(evse['targetA']),
    committedA: numberOf(evse['committedA']),
    offeredA: numberOf(evse['offeredA']),
    offeredKw: numberOf(evse['offeredKw']),
    drawn: somePhasesOf(fieldsOrNull(evse['drawn'])),
    drawnKw: numberOf(evse['drawnKw']),
  };
}

function phaseOf(value: unknown): readonly PhaseName[] {
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  return PHASES.filter((phase) => phase === name);
}

function reasonOf(reason: Fields | null): EvseReason | null {
  const sentence = textOf(reason?.['sentence']);
  if (reason === null || sentence === null) return null;
  return {
    code: textOf(reason['code']) ?? 'unknown',
    circuitId: textOf(reason['circuitId']),
    row: textOf(reason['row']),
    sentence,
  };
}

function givesBackOf(given: Fields | null): EvseLive['givesBack'] {
  const targetA = numberOf(given?.['targetA']);
  const sentence = textOf(given?.['sentence']);
  return targetA === null || targetA <= 0 ? null : { targetA, sentence: sentence ?? '' };
}

/** One without an end is none: it would never be said to be over. */
function boostOf(boost: Fields | null): EvseLive['boost'] {
  const untilMs = instantOf(boost?.['until']);
  return untilMs === null ? null : { untilMs, setBy: textOf(boost?.['setBy']) ?? '' };
}

function sessionOf(session: Fields | null): EvseSession | null {
  const sessionId = textOf(session?.['sessionId']);
  if (session === null || sessionId === null) return null;
  return {
    sessionId,
    transactionId: idOf(session['transactionId']),
    startedAtMs: instantOf(session['startedAt']),
    energyKwh: numberOf(session['energyKwh']),
    requestedKwh: numberOf(session['requestedKwh']),
    departureAtMs: instantOf(session['departureAt']),
    saidSocPercent: numberOf(session['saidSocPercent']),
  };
}
