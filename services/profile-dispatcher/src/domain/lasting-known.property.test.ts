import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bench } from '../testing/bench.ts';
import { lastingLimits, UNPROVEN_FOR_MS } from './lasting.ts';
import { controlAt, modelKey, setControl, setStation, type SiteState } from './site-state.ts';

const STATIONS = 2;
const MODELS = ['Box', 'Chest', 'Virtual AC22', 'Virtual AC22 keeps leases'].map((model) => ({
  ...{ vendor: 'Headroom', model, firmware: '1' },
}));
type Identity = (typeof MODELS)[number];

/** What the limits follow from, one change of it each. */
type Step =
  | { readonly kind: 'time'; readonly ms: number }
  | {
      readonly kind: 'boots' | 'is proven' | 'is unproven' | 'never ends' | 'ends' | 'disobeys' | 'obeys';
      readonly of: number;
    }
  | { readonly kind: 'is of'; readonly of: number; readonly identity: Identity }
  | { readonly kind: 'model seen'; readonly identity: Identity; readonly isKept: boolean }
  | { readonly kind: 'watches'; readonly watches: boolean };

const of = fc.nat({ max: STATIONS - 1 });
const identity = fc.constantFrom(...MODELS);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 0, max: UNPROVEN_FOR_MS }) }),
    fc.record({ kind: fc.constantFrom('boots' as const, 'is unproven' as const), of }),
    fc.record({
      kind: fc.constantFrom('boots', 'is proven', 'is unproven', 'never ends', 'ends', 'disobeys', 'obeys'),
      of,
    }),
    fc.record({ kind: fc.constant('is of' as const), of, identity }),
    fc.record({ kind: fc.constant('model seen' as const), identity, isKept: fc.boolean() }),
    fc.record({ kind: fc.constant('watches' as const), watches: fc.boolean() }),
  ),
  { maxLength: 30 },
);

/** Seldom drawn: only its time makes it count with its maximum. */
const BOOTS_UNPROVEN: Step[] = [
  { kind: 'boots', of: 0 },
  { kind: 'time', ms: 1 },
  { kind: 'is unproven', of: 0 },
  { kind: 'time', ms: UNPROVEN_FOR_MS },
];

/** The site and its time after a step. */
function after(site: SiteState, nowMs: number, step: Step): { readonly site: SiteState; readonly nowMs: number } {
  const evse = [...(site.model?.evses.values() ?? [])]['of' in step ? step.of : 0];
  if (evse === undefined) throw new Error('the site has too few EVSEs');
  const control = controlAt(site, evse);
  const said = { readAtMs: nowMs, failures: 0, says: '6 A' };
  switch (step.kind) {
    case 'time':
      return { site, nowMs: nowMs + step.ms };
    case 'boots':
      setStation(site, evse.stationId, { interruptedAtMs: nowMs });
      break;
    case 'is of':
      setStation(site, evse.stationId, { traits: { version: 'ocpp1.6', identity: step.identity, known: undefined } });
      break;
    case 'is proven':
    case 'is unproven':
      setControl(site, { ...control, set: { ...control.set, proven: step.kind === 'is proven' } });
      break;
    case 'never ends':
    case 'ends':
      setControl(site, { ...control, composite: { ...said, findings: step.kind === 'ends' ? [] : ['never-ends'] } });
      break;
    case 'disobeys':
    case 'obeys':
      setControl(site, { ...control, composite: { ...said, findings: step.kind === 'obeys' ? [] : ['more'] } });
      break;
    case 'model seen':
      site.leaseEnds.set(modelKey(step.identity), { ...step.identity, ...(step.isKept ? { isKept: true } : {}) });
      break;
    case 'watches':
      return { site: { ...site, watchesLeases: step.watches }, nowMs };
  }
  return { site, nowMs };
}

/** The same without anything known from before: that hangs on the object of the document. */
const afresh = (site: SiteState, nowMs: number) =>
  lastingLimits({ ...site, ...(site.model && { model: { ...site.model } }) }, nowMs);

test('SI28: what each may have that lasts is the same however it was come to', () => {
  let changes = 0;
  fc.assert(
    fc.property(steps, (history) => {
      const { site: first } = new Bench({ stations: STATIONS, worstLoadA: 30 });
      for (const each of first.model?.evses.values() ?? []) {
        const control = controlAt(first, each);
        setControl(first, { ...control, set: { ...control.set, proven: true } });
      }
      let { site, nowMs } = { site: { ...first, watchesLeases: true }, nowMs: 1_000_000 };
      let before = lastingLimits(site, nowMs);
      for (const step of history) {
        ({ site, nowMs } = after(site, nowMs, step));
        const now = lastingLimits(site, nowMs);
        expect(now).toEqual(afresh(site, nowMs));
        if (now !== before) changes += 1;
        before = now;
      }
    }),
    { numRuns: 1_000, examples: [[BOOTS_UNPROVEN]] },
  );
  // Else it would say nothing.
  expect(changes).toBeGreaterThan(150);
});
