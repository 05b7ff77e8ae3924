import type { MockEvse } from './mock-evse.ts';
import { aheadDocument, ASKED_KW, eventEnd, gridDocument } from './mock-grid.ts';
import { deratingDocument } from './mock-heat.ts';
import { limitOf, powerOf, type MockSite } from './mock-site.ts';

/** The `live` document in the shape of the API, from a made-up site. */
export function liveDocument(site: MockSite, over = 0, grid = '') {
  const limitKw = grid === 'event-active' ? ASKED_KW : limitOf(site);
  const drawnKw = sum(site.evses.map(powerOf)) + over;
  const siteKw = site.buildingKw + drawnKw;
  return {
    siteId: site.siteId,
    name: site.name,
    at: iso(site.atMs),
    timezone: 'Europe/Paris',
    nominalVoltageV: site.voltageV,
    limit: {
      powerKw: limitKw,
      perPhase: phases(() => site.circuits[0]?.ratingA ?? 0),
      source: grid === 'event-active' ? 'grid' : site.override === null ? 'contract' : 'override',
      validUntil:
        grid === 'event-active' ? eventEnd(grid) : site.override === null ? null : iso(site.override.validUntilMs),
      ahead: aheadDocument(site, limitKw, grid),
    },
    ...gridDocument(site, grid),
    override:
      site.override === null
        ? null
        : {
            powerKw: site.override.powerKw,
            validUntil: iso(site.override.validUntilMs),
            setBy: 'operator',
            reason: site.override.reason,
          },
    building: {
      powerKw: site.buildingKw,
      perPhase: phases(() => (site.buildingKw * 1000) / (3 * site.voltageV)),
      measuredAt: iso(site.atMs),
      ageMs: 240,
      stale: false,
      keptForRiseKw: 7.59,
    },
    lease: { seconds: 120, reason: '120 s: the site document says so.' },
    total: {
      drawnKw,
      commandedKw: sum(site.evses.map((evse) => kwOf(site, evse, evse.commandedA))),
      siteKw,
      headroomKw: limitKw - siteKw,
    },
    worstBreach: { kw: Math.max(0, siteKw - limitKw, site.worstBreachKw), since: iso(site.startedAtMs) },
    circuits: site.circuits.map((circuit) => circuitDocument(site, circuit, grid)),
    evses: site.evses.map((evse) => evseDocument(site, evse)),
    energy: {
      askedKwh: site.askedKwh,
      deliveredKwh: site.deliveredKwh,
      missedKwh: site.endedSessions * 0.1,
      endedSessions: site.endedSessions,
    },
    control: { ownerEpoch: 3, decisionSeq: site.decisions, decidedAt: iso(site.atMs), ageMs: 120 },
  };
}

export function historyDocument(site: MockSite, seconds: number) {
  const { history } = site;
  const from = Math.max(0, history.atMs.length - seconds);
  const cut = (column: readonly number[]): readonly number[] => column.slice(from).map(rounded);
  return {
    atMs: history.atMs.slice(from),
    limitKw: cut(history.limitKw),
    buildingKw: cut(history.buildingKw),
    evses: Object.fromEntries([...history.evses].map(([evseId, column]) => [evseId, cut(column)])),
  };
}

function circuitDocument(site: MockSite, circuit: MockSite['circuits'][number], scene: string) {
  const beneath = site.evses.filter((evse) => circuit.parent === null || evse.circuitId === circuit.circuitId);
  const onPhase = (name: string, current: (evse: MockEvse) => number): number =>
    sum(beneath.filter((evse) => evse.phases.includes(name)).map(current));
  const otherA = circuit.parent === null ? (site.buildingKw * 1000) / (3 * site.voltageV) : 0;
  return {
    circuitId: circuit.circuitId,
    name: circuit.name,
    parentCircuitId: circuit.parent,
    limit: phases(() => circuit.ratingA),
    powerLimitKw: circuit.parent === null ? site.contractKw : null,
    otherLoad: phases(() => otherA),
    keptForRise: circuit.parent === null ? phases(() => 11) : phases(() => 0),
    committed: phases((name) => onPhase(name, (evse) => Math.max(evse.commandedA, evse.offeredA))),
    drawn: phases((name) => onPhase(name, (evse) => evse.drawnA)),
    drawnKw: sum(beneath.map(powerOf)),
    derating: deratingDocument(site, circuit, scene),
  };
}

function evseDocument(site: MockSite, evse: MockEvse) {
  const online = evse.state !== 'offline';
  const plugged = evse.state !== 'free';
  const drawn = Object.fromEntries(
    ['l1', 'l2', 'l3'].map((name) => [`${name}A`, evse.phases.includes(name) ? rounded(evse.drawnA) : 0]),
  );
  return {
    evseId: evse.evseId,
    stationId: evse.stationId,
    evse: 1,
    name: evse.name,
    circuitId: evse.circuitId,
    phases: evse.phases,
    wiring: 'line-to-neutral',
    connected: online,
    state: evse.state,
    commandedA: evse.commandedA,
    commandedKw: kwOf(site, evse, evse.commandedA),
    targetA: Math.min(evse.wantsA, evse.commandedA),
    committedA: online ? Math.max(evse.commandedA, evse.offeredA) : 6,
    offeredA: online ? evse.offeredA : null,
    offeredKw: online ? kwOf(site, evse, evse.offeredA) : null,
    drawn: plugged ? drawn : null,
    drawnKw: plugged ? powerOf(evse) : null,
    drawnAt: iso(evse.measuredAtMs),
    ageMs: site.atMs - evse.measuredAtMs,
    stale: !online,
    reason: reasonOf(evse),
    session: plugged ? sessionOf(evse) : null,
    leaseUntil: plugged && online ? iso(site.atMs + 96_000) : null,
    socPercent: evse.soc,
    maxA: evse.maxA,
    fallbackA: 6,
    lastDispatch: plugged ? 'accepted' : null,
    boost: null,
  };
}

function sessionOf(evse: MockEvse) {
  return {
    sessionId: `01JZ8Q4T7${String(evse.index).padStart(2, '0')}WX`,
    transactionId: 1_204_551_000 + evse.index,
    startedAt: iso(evse.startedAtMs),
    energyKwh: rounded(evse.energyKwh),
    requestedKwh: evse.index % 5 === 4 ? null : evse.requestedKwh,
    departureAt: evse.index % 4 === 3 ? null : iso(evse.departureAtMs),
    saidSocPercent: evse.soc === null && evse.index % 4 === 1 ? 52 : null,
  };
}

function reasonOf(evse: MockEvse) {
  const share = `${evse.commandedA.toFixed(1)} A`;
  if (evse.state === 'free') return null;
  if (evse.state === 'offline') {
    return reason('STATION_OFFLINE_FALLBACK', null, 'Not connected: its own limit of 6 A holds until it is back.');
  }
  if (evse.state === 'faulted')
    return reason('STATION_FAULTED', null, 'The station reports a ground fault; no power until it is reset.');
  if (evse.state === 'not-obeying') {
    return reason(
      'PROFILE_NOT_ENFORCED',
      null,
      `Draws ${evse.drawnA.toFixed(1)} A though ${share} is commanded; the others get less.`,
    );
  }
  if (evse.state === 'waiting') return reason('AUTH_PENDING', null, 'Waits for the driver to present a card.');
  if (evse.energyKwh >= evse.requestedKwh) return reason('TARGET_REACHED', null, 'The car has what it asked for.');
  if (evse.commandedA === 0)
    return reason('BELOW_MINIMUM_PAUSED', 'grid', 'Less than 6 A is left for each car; paused until power is free.');
  if (evse.commandedA >= evse.wantsA) return reason('EV_MAX', null, 'Full power: the car takes all that it can.');
  return reason('FAIR_SHARE', 'grid', `The site limit is shared equally: ${share} for each car.`);
}

const reason = (code: string, circuitId: string | null, sentence: string) => ({
  code,
  circuitId,
  row: circuitId === null ? null : 'power',
  sentence,
});

const phases = (of: (name: string) => number) => ({
  l1A: rounded(of('l1')),
  l2A: rounded(of('l2')),
  l3A: rounded(of('l3')),
});
const kwOf = (site: MockSite, evse: MockEvse, currentA: number): number =>
  (currentA * site.voltageV * evse.phases.length) / 1000;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const iso = (atMs: number): string => new Date(atMs).toISOString();
