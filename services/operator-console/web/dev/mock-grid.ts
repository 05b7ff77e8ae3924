import type { MockSite } from './mock-site.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const MINUTE_MS = 60_000;
export const ASKED_KW = 120;
const MOCK_AT_MS = Date.now();

/** Start and end of the event of a scene, from the start of the server. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = {
  scheduled: [4 * MINUTE_MS, 34 * MINUTE_MS],
  active: [-6 * MINUTE_MS, 24 * MINUTE_MS],
  returning: [-40 * MINUTE_MS, -MINUTE_MS],
  completed: [-40 * MINUTE_MS, -MINUTE_MS],
  cancelled: [4 * MINUTE_MS, 34 * MINUTE_MS],
  refused: [0, 0],
};

/** `circuit-active` is `event-active` for one circuit. */
const stateOf = (scene: string): string | undefined => /^(?:event|circuit)-(\w+)$/.exec(scene)?.[1];
const isOfCircuit = (scene: string): boolean => scene.startsWith('circuit-');
const CIRCUIT_KW = 30;

export const eventEnd = (scene: string): string => iso(MOCK_AT_MS + (PLACES[stateOf(scene) ?? '']?.[1] ?? 0));

export function aheadDocument(site: MockSite, limitKw: number, scene: string) {
  const state = isOfCircuit(scene) ? undefined : stateOf(scene);
  const [fromMs, toMs] = PLACES[state ?? ''] ?? [0, 0];
  const now = { from: iso(site.atMs), powerKw: limitKw };
  const end = { from: iso(MOCK_AT_MS + toMs), powerKw: site.contractKw };
  if (state === 'scheduled') return [now, { from: iso(MOCK_AT_MS + fromMs), powerKw: ASKED_KW }, end];
  return state === 'active' ? [{ ...now, powerKw: ASKED_KW }, end] : [now];
}

export function gridDocument(site: MockSite, scene: string) {
  const isLost = scene === 'grid-lost';
  return {
    grid: {
      sources: [
        {
          name: 'Grid operator',
          state: isLost ? 'lost' : 'heard',
          sentence: isLost ? 'The last poll failed: connection refused.' : 'The VTN answers.',
          lastHeardAt: iso(site.atMs - (isLost ? 12 * MINUTE_MS : 3_000)),
        },
      ],
      event: eventDocument(scene),
      more: scene === 'event-active' ? 1 : 0,
    },
    price: {
      now: { perKwh: 0.2147, currency: 'EUR', period: 'shoulder', source: 'Workplace, time of use', from: 'tariff' },
      next: {
        at: iso(Math.ceil(site.atMs / 3_600_000) * 3_600_000),
        price: { perKwh: 0.3184, currency: 'EUR', period: 'peak', source: 'Workplace, time of use', from: 'tariff' },
      },
    },
    demo: { gridEvents: true },
  };
}

function eventDocument(scene: string) {
  const state = stateOf(scene);
  const place = PLACES[state ?? ''];
  if (state === undefined || place === undefined) return null;
  const began = state === 'active' || state === 'returning' || state === 'completed';
  return {
    ...{ eventId: 'e-17', source: 'Grid operator', name: 'Evening peak', program: 'Capacity limits', state },
    startsAt: iso(MOCK_AT_MS + place[0]),
    endsAt: iso(MOCK_AT_MS + place[1]),
    askedKw: isOfCircuit(scene) ? CIRCUIT_KW : ASKED_KW,
    circuitIds: isOfCircuit(scene) ? ['panel-a'] : [],
    level: null,
    why: state === 'refused' ? 'The limit of -40 kW is below zero.' : null,
    returnsBy: state === 'returning' ? iso(MOCK_AT_MS + 4 * MINUTE_MS) : null,
    delivered:
      began && !isOfCircuit(scene)
        ? { before: { meanKw: 171.4, peakKw: 188.2 }, during: { meanKw: 117.9, peakKw: 123.1 } }
        : null,
  };
}

export function eventsDocument(site: MockSite, scene: string) {
  if (scene === 'no-events') return { items: [], next: null };
  const stretch = (meanKw: number, peakKw: number, coveredPercent = 100) => ({
    ...{ from: iso(site.atMs), to: iso(site.atMs), askedKw: null, meanKw, peakKw, coveredPercent },
  });
  const event = (part: object, index: number) => ({
    ...{ eventId: `e-${index}`, source: 'Grid operator', name: 'Evening peak', program: 'Capacity limits', why: null },
    startsAt: iso(MOCK_AT_MS - index * 26 * 60 * MINUTE_MS),
    endsAt: iso(MOCK_AT_MS - index * 26 * 60 * MINUTE_MS + 30 * MINUTE_MS),
    notedAt: iso(MOCK_AT_MS - index * 26 * 60 * MINUTE_MS - 90 * MINUTE_MS),
    circuitIds: [],
    periods: [{ from: iso(MOCK_AT_MS), to: null, askedKw: ASKED_KW, level: null, price: null }],
    reports: [],
    ...part,
  });
  const report = {
    before: stretch(171.4, 188.2),
    during: [stretch(117.9, 119.6)],
    after: stretch(149.8, 176.1),
    ...{ delivery: 'sent', why: null, circuitId: null },
  };
  return {
    items: [
      event(
        { state: 'active', startsAt: iso(MOCK_AT_MS - 6 * MINUTE_MS), endsAt: iso(MOCK_AT_MS + 24 * MINUTE_MS) },
        0,
      ),
      event({ state: 'completed', reports: [report] }, 1),
      event({ state: 'cancelled', name: 'Rehearsal' }, 2),
      event(
        {
          state: 'completed',
          circuitIds: ['panel-a', 'panel-b'],
          reports: [
            { ...report, circuitId: 'panel-a', during: [{ ...stretch(28.7, 30.2), askedKw: 30 }] },
            { ...report, circuitId: 'panel-b', during: [{ ...stretch(31.5, 33), askedKw: 35 }], after: null },
          ],
        },
        5,
      ),
      event(
        { state: 'refused', name: null, periods: [], why: 'The limit of -40 kW is below zero.', source: 'Retailer' },
        3,
      ),
      event(
        {
          state: 'completed',
          reports: [{ ...report, delivery: 'failed', why: 'status 500', after: stretch(90, 99, 40) }],
        },
        4,
      ),
    ],
    next: '3',
  };
}
