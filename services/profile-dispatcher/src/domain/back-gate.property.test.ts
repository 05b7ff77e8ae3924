import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, type DeciAmps, type EvseId, perPhase } from '@headroom/kernel';
import { exportGate } from '@headroom/site-model';
import fc from 'fast-check';
import { evseNumber, siteModel } from '../testing/bench-site.ts';
import { createBackGate } from './back-gate.ts';
import { GRANT_STEP_DECI_A } from './room.ts';

const STATIONS = 5;
const discharge = fc.integer({ min: 0, max: 400 }).map(deciAmps);

test('the answers of the gate of a pass are those of the gate of the site, asked with all that the pass has let flow', () => {
  let [passed, parts] = [0, 0];
  fc.assert(
    fc.property(
      fc.record({
        ratingA: fc.integer({ min: 30, max: 160 }),
        feederA: fc.integer({ min: 12, max: 80 }),
        exportW: fc.constantFrom(0, 5_000, 40_000),
        drawnA: fc.integer({ min: 0, max: 120 }),
      }),
      fc.array(discharge, { minLength: STATIONS, maxLength: STATIONS }),
      fc.array(
        fc.record({
          number: fc.integer({ min: 1, max: STATIONS }),
          wanted: discharge,
          from: discharge,
          mayRise: fc.boolean(),
        }),
        {
          maxLength: 8,
        },
      ),
      ({ drawnA, ...options }, given, questions) => {
        const site = siteModel({ ...options, stations: STATIONS, fallbackA: 0, givesA: 32, turned: true });
        const drawn = new Map([[circuitId('grid'), perPhase(() => deciAmps(drawnA * 10))]]);
        const giving = new Map<EvseId, DeciAmps>(given.map((amps, index) => [evseNumber(index + 1), amps]));
        const gate = createBackGate({ site, giving, drawn });
        for (const { number, mayRise, ...change } of questions) {
          const evse = site.evses.get(evseNumber(number));
          if (evse === undefined) throw new Error('no evse');
          const allowed = gate.allowed(evse, change, mayRise);
          const asked = deciAmps(mayRise ? change.wanted : Math.min(change.wanted, change.from));
          const beside = new Map(giving);
          beside.delete(evse.evseId);
          const verdict = exportGate({
            site,
            giving: beside,
            drawn,
            proposal: { evseId: evse.evseId, discharge: asked },
          });
          const most =
            verdict.kind === 'pass' ? asked : Math.floor(verdict.largest / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A;
          expect(allowed).toBe(most < evse.minCurrent ? 0 : most);
          passed += Number(allowed > 0);
          parts += Number(allowed > 0 && allowed < asked);
          gate.grant(evse, allowed);
          giving.set(evse.evseId, deciAmps(Math.max(allowed, giving.get(evse.evseId) ?? 0)));
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(passed).toBeGreaterThan(300);
  expect(parts).toBeGreaterThan(30);
});
