import type { CircuitHeat, CircuitLive, EvseLive, EvseSession, LiveSite } from '../live-site.ts';

/** A small site in a known state; a test says only what it is about. */
export const NOW_MS = Date.UTC(2026, 5, 12, 12, 0, 0);
const ZONE = 'Europe/Paris';

export function aSession(part: Partial<EvseSession> = {}): EvseSession {
  return {
    sessionId: 'session-1',
    transactionId: '17',
    startedAtMs: NOW_MS - 3_600_000,
    energyKwh: 10,
    requestedKwh: 20,
    departureAtMs: NOW_MS + 4 * 3_600_000,
    saidSocPercent: null,
    ...part,
  };
}

export function anEvse(part: Partial<EvseLive> = {}): EvseLive {
  return {
    evseId: 'ST-001/1',
    stationId: 'ST-001',
    evse: 1,
    name: 'Bay 1',
    circuitId: 'panel-a',
    phases: ['l1', 'l2', 'l3'],
    wiring: 'line-to-neutral',
    connected: true,
    state: 'charging',
    commandedA: 16,
    commandedKw: 11.04,
    targetA: 16,
    committedA: 16,
    offeredA: 16,
    offeredKw: 11.04,
    drawn: { l1A: 15, l2A: 15, l3A: 15 },
    drawnKw: 10,
    ageMs: 2000,
    stale: false,
    reason: { code: 'FAIR_SHARE', circuitId: 'grid', row: 'power', sentence: 'The site limit is shared: 16 A each.' },
    givesBack: null,
    session: aSession(),
    leaseUntilMs: NOW_MS + 90_000,
    socPercent: null,
    maxA: 32,
    fallbackA: 6,
    lastDispatch: 'accepted',
    boost: null,
    ...part,
  };
}

export function aCircuit(part: Partial<CircuitLive> = {}): CircuitLive {
  return {
    circuitId: 'grid',
    name: 'Grid connection',
    parentCircuitId: null,
    limit: { l1A: 320, l2A: 320, l3A: 320 },
    powerLimitKw: 200,
    otherLoad: { l1A: 60, l2A: 60, l3A: 60 },
    committed: { l1A: 200, l2A: 200, l3A: 200 },
    drawn: { l1A: 190, l2A: 180, l3A: 170 },
    drawnKw: 124,
    heat: null,
    ...part,
  };
}

export function aHeat(part: Partial<CircuitHeat> = {}): CircuitHeat {
  return {
    ...{ sensor: 'duct', temperatureC: 31.4, measuredAtMs: NOW_MS - 12_000, ageMs: 12_000, silent: false },
    ...{ bearsPercent: 90, bears: { l1A: 288, l2A: 288, l3A: 288 } },
    sentence: 'Above 30 C it bears 90 % of its rating.',
    ...part,
  };
}

export function aSite(part: Partial<LiveSite> = {}): LiveSite {
  return {
    siteId: 'demo-depot',
    name: 'Demo depot',
    atMs: NOW_MS,
    timezone: ZONE,
    nominalVoltageV: 230,
    limit: { powerKw: 200, perPhase: null, source: 'contract', validUntilMs: null, ahead: [] },
    grid: { sources: [], event: null, more: 0 },
    price: null,
    demo: { gridEvents: false },
    override: null,
    building: { powerKw: 40, perPhase: null, measuredAtMs: NOW_MS, ageMs: 300, stale: false, keptForRiseKw: 7.6 },
    lease: { seconds: 120, reason: '120 s: the site document says so.' },
    total: { drawnKw: 124, commandedKw: 130, siteKw: 164, headroomKw: 36 },
    worstBreach: { kw: 0, sinceMs: NOW_MS - 3_600_000 },
    circuits: [
      aCircuit(),
      aCircuit({ circuitId: 'panel-a', name: 'Panel A', parentCircuitId: 'grid', powerLimitKw: null }),
    ],
    evses: [anEvse()],
    energy: { askedKwh: 100, deliveredKwh: 80, missedKwh: 1, endedSessions: 3 },
    control: { ownerEpoch: '3', decisionSeq: '41', decidedAtMs: NOW_MS, ageMs: 100 },
    ...part,
  };
}
