import type { LiveDocument } from '../live-document.ts';

const AT = '2026-06-07T12:00:00.000Z';

const AHEAD = [
  { from: AT, powerKw: 200 },
  { from: '2026-06-07T12:30:00.000Z', powerKw: 120 },
];

export const EXAMPLE_LIVE: LiveDocument = {
  siteId: 'demo-depot',
  name: 'Demo depot',
  at: AT,
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  limit: {
    powerKw: 200,
    perPhase: { l1A: 320, l2A: 320, l3A: 320 },
    source: 'contract',
    validUntil: null,
    ahead: AHEAD,
  },
  grid: {
    sources: [{ name: 'grid operator', state: 'heard', sentence: 'The VTN answers.', lastHeardAt: AT }],
    event: {
      ...{ eventId: 'e-17', source: 'grid operator', name: 'Evening peak', program: 'Capacity limits' },
      ...{ state: 'scheduled', startsAt: '2026-06-07T12:30:00.000Z', endsAt: '2026-06-07T13:30:00.000Z' },
      ...{ askedKw: 120, level: null, why: null, returnsBy: '2026-06-07T13:40:00.000Z', delivered: null },
    },
    more: 0,
  },
  price: {
    now: { perKwh: 0.0975, currency: 'EUR', period: 'solar', source: 'Workplace, time of use', from: 'tariff' },
    next: {
      at: '2026-06-07T13:30:00.000Z',
      price: { perKwh: 0.1318, currency: 'EUR', period: 'off-peak', source: 'Workplace, time of use', from: 'tariff' },
    },
  },
  demo: { gridEvents: false },
  override: null,
  building: {
    powerKw: 62.1,
    perPhase: { l1A: 90, l2A: 90, l3A: 90 },
    measuredAt: AT,
    ageMs: 400,
    stale: false,
    keptForRiseKw: 7.59,
  },
  total: { drawnKw: 11.04, commandedKw: 11.04, siteKw: 73.14, headroomKw: 126.86 },
  worstBreach: { kw: 0, since: '2026-06-07T08:00:00.000Z' },
  circuits: [
    {
      circuitId: 'grid',
      name: 'Grid connection',
      parentCircuitId: null,
      limit: { l1A: 320, l2A: 320, l3A: 320 },
      powerLimitKw: 200,
      otherLoad: { l1A: 90, l2A: 90, l3A: 90 },
      committed: { l1A: 16, l2A: 16, l3A: 16 },
      keptForRise: { l1A: 11, l2A: 11, l3A: 11 },
      drawn: { l1A: 16, l2A: 16, l3A: 16 },
      drawnKw: 11.04,
    },
  ],
  evses: [
    {
      evseId: 'ST-001/1',
      stationId: 'ST-001',
      evse: 1,
      name: 'Bay 1',
      circuitId: 'grid',
      phases: ['l1', 'l2', 'l3'],
      connected: true,
      state: 'charging',
      commandedA: 16,
      commandedKw: 11.04,
      targetA: 16,
      committedA: 16,
      offeredA: 16,
      offeredKw: 11.04,
      drawn: { l1A: 16, l2A: 16, l3A: 16 },
      drawnKw: 11.04,
      drawnAt: AT,
      ageMs: 2_100,
      stale: false,
      reason: { code: 'EV_MAX', circuitId: null, row: null, sentence: 'The car takes no more than 16 A.' },
      session: {
        sessionId: 's-1',
        transactionId: '1234',
        startedAt: '2026-06-07T11:20:00.000Z',
        energyKwh: 7.3,
        requestedKwh: 20,
        departureAt: null,
      },
      leaseUntil: '2026-06-07T12:01:40.000Z',
      socPercent: null,
      maxA: 32,
      fallbackA: 6,
      lastDispatch: 'accepted',
    },
  ],
  energy: { askedKwh: 120, deliveredKwh: 96.5, missedKwh: 3.5, endedSessions: 6 },
  control: { ownerEpoch: 1, decisionSeq: 512, decidedAt: AT, ageMs: 350 },
};
