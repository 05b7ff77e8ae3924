import { expect, test } from '@jest/globals';
import { changesBetween, MAX_ACTIVITY_LINES, withLines } from './activity.ts';
import { RETRY_WAITS_MS, retryWaitMs } from './back-off.ts';
import { circuitViews } from './circuit-view.ts';
import { failureOf, failureWords } from './failure.ts';
import { breachKw, noticesOf } from './notices.ts';
import { previewSentences, readDraft } from './override-preview.ts';
import { addressOf, siteInAddress } from './route.ts';
import { parseSiteList } from './site-list.ts';
import { aCircuit, aHeat, aSite, anEvse, NOW_MS } from './testing/site.ts';

const OVERRIDE = { powerKw: 120, validUntilMs: NOW_MS + 900_000, setBy: 'operator', reason: 'Crane test.' };
const OVER = aSite({ total: { drawnKw: 170, commandedKw: 160, siteKw: 210, headroomKw: -10 } });

test('a breach is told first, with its size, and as the only notice of its tone', () => {
  expect(breachKw(aSite())).toBe(0);
  expect(breachKw(OVER)).toBeCloseTo(10);
  const notices = noticesOf({ ...OVER, override: OVERRIDE }, 0);
  expect(notices.map((notice) => notice.tone)).toEqual(['breach', 'info']);
  expect(notices[0]?.title).toBe('10.0\u202fkW over the limit');
});

test('a difference within the resolution of the meters is no breach', () => {
  expect(breachKw(aSite({ total: { drawnKw: 0, commandedKw: 0, siteKw: 200.04, headroomKw: -0.04 } }))).toBe(0);
});

test('a silent site meter is told with its running age, a meter that never reported as such', () => {
  const silent = aSite({
    building: { powerKw: 40, perPhase: null, measuredAtMs: NOW_MS, ageMs: 6000, stale: true, keptForRiseKw: null },
  });
  expect(noticesOf(silent, 4000)[0]?.title).toBe('The site meter is silent for 10\u202fs');
  const never = aSite({
    building: { powerKw: null, perPhase: null, measuredAtMs: null, ageMs: null, stale: true, keptForRiseKw: null },
  });
  expect(noticesOf(never, 0)[0]?.title).toContain('has not reported yet');
  expect(noticesOf(aSite(), 0)).toEqual([]);
});

test('LC2 a silent sensor is told with its running age, what its circuits bear meanwhile and what to see to, until it speaks', () => {
  const silent = aHeat({ silent: true, ageMs: 90_000, bearsPercent: 75, bears: { l1A: 75, l2A: 75, l3A: 63.5 } });
  const other = aHeat({ ...silent, bears: null });
  const hot = aHeat({ sensor: 'transformer', silent: true, ageMs: null });
  const circuits = [silent, aHeat({ sensor: 'roof' }), other, hot, null].map((heat, n) =>
    aCircuit({ circuitId: `c-${n}`, name: `Panel ${n}`, heat }),
  );
  const [first, second, ...more] = noticesOf(aSite({ circuits }), 31_000);
  expect(first).toEqual({
    ...{ id: 'sensor duct', tone: 'caution', title: 'The sensor “duct” is silent for 2\u202fmin' },
    detail:
      'Until it reports its hottest step counts: Panel 0 bears 75\u202f% (75 / 75 / 63.5\u202fA), Panel 2 bears 75\u202f%. ' +
      'See whether it has power, and whether its readings are sent.',
  });
  expect(second?.title).toBe('The sensor “transformer” has not reported yet');
  expect(more).toEqual([]);
  expect(noticesOf(aSite({ circuits: [aCircuit({ heat: aHeat() })] }), 0)).toEqual([]);
});

test('LC2 of many circuits with one silent sensor some are named and the rest is counted', () => {
  const circuits = Array.from({ length: 8 }, (_, n) =>
    aCircuit({ circuitId: `c-${n}`, name: `Panel ${n}`, heat: aHeat({ silent: true, bears: null }) }),
  );
  const [notice, ...more] = noticesOf(aSite({ circuits }), 0);
  expect(notice?.detail).toContain('Panel 5 bears 90\u202f% and 2 more. See');
  expect([notice?.detail.includes('Panel 6'), more]).toEqual([false, []]);
});

test('one EVSE that does not obey is named and can be opened, several are counted', () => {
  const one = anEvse({ state: 'not-obeying', evseId: 'ST-014/1', name: 'Bay 14' });
  expect(noticesOf(aSite({ evses: [one] }), 0)[0]).toMatchObject({
    title: 'Bay 14 does not obey its limit',
    evseId: 'ST-014/1',
  });
  const two = noticesOf(aSite({ evses: [one, { ...one, evseId: 'ST-015/1', name: 'Bay 15' }] }), 0)[0];
  expect(two?.title).toBe('2 EVSEs do not obey their limits');
  expect(two?.detail).toContain('Bay 14, Bay 15');
  expect(two?.evseId).toBeUndefined();
});

test('UX3: an override is told with its end, who set it and why', () => {
  const [notice] = noticesOf(aSite({ override: OVERRIDE }), 0);
  expect(notice?.title).toBe('Limited to 120.0\u202fkW until 14:15, 15\u202fmin from now');
  expect(notice?.detail).toBe('Set by operator. Crane test.');
});

test('LK19: setting, ending and passing a limit and losing a station each leave a line', () => {
  const lines = (before: Parameters<typeof changesBetween>[0], after: Parameters<typeof changesBetween>[1]) =>
    changesBetween(before, after).map((line) => line.text);
  expect(lines(aSite(), aSite())).toEqual([]);
  expect(lines(aSite(), aSite({ override: OVERRIDE }))).toEqual([
    'Limit of 120.0\u202fkW until 14:15 set by operator.',
  ]);
  expect(lines(aSite({ override: OVERRIDE }), aSite())).toEqual(['Limit ended; 200.0\u202fkW holds again.']);
  expect(lines(aSite(), OVER)).toEqual(['Over the limit by 10.0\u202fkW.']);
  expect(lines(OVER, aSite())).toEqual(['Back under the limit.']);
  const off = aSite({ evses: [anEvse({ connected: false })] });
  expect(lines(aSite(), off)).toEqual(['Bay 1: station lost its connection.']);
  expect(lines(off, aSite())).toEqual(['Bay 1: station connected again.']);
});

test('the audit strip is bounded: the first line over it drops the oldest', () => {
  const full = Array.from({ length: MAX_ACTIVITY_LINES }, (_, atMs) => ({ atMs: -atMs, text: `${atMs}` }));
  const after = withLines(full, [{ atMs: 1, text: 'new' }]);
  expect(after).toHaveLength(MAX_ACTIVITY_LINES);
  expect(after[0]?.text).toBe('new');
  expect(after.at(-1)?.text).toBe(`${MAX_ACTIVITY_LINES - 2}`);
});

test('a circuit tells per phase what is used of what, and marks what the allocator named as binding, in words', () => {
  const [grid, panel] = circuitViews(aSite());
  expect(grid?.bindingWords).toBe('Binding: power limit 200.0\u202fkW');
  expect(grid?.phases.map((phase) => [phase.label, phase.usedA, phase.limitA])).toEqual([
    ['L1', 250, 320],
    ['L2', 240, 320],
    ['L3', 230, 320],
  ]);
  expect(grid?.phases[0]?.otherShare).toBeCloseTo(60 / 320);
  expect(panel).toMatchObject({ depth: 1, evseCount: 1, binding: false, bindingWords: '70\u202fA spare' });
});

test('a phase that a reason names is binding, and so is a full one that no reason names', () => {
  const reason = { code: 'PHASE_LIMIT', circuitId: 'panel-a', row: 'L2', sentence: 'L2 is full.' };
  const named = circuitViews(aSite({ evses: [anEvse({ reason })] }))[1];
  expect(named?.bindingWords).toBe('Binding: L2');
  const full = aCircuit({ committed: { l1A: 258, l2A: 100, l3A: 255 } });
  const view = circuitViews(aSite({ circuits: [full], evses: [anEvse({ reason: null })] }))[0];
  expect(view?.bindingWords).toBe('Binding: L1 and L3');
});

test('circuits stand in the order of the tree; a loop or a lost parent hides none', () => {
  const circuits = [
    aCircuit({ circuitId: 'c', parentCircuitId: 'b' }),
    aCircuit({ circuitId: 'a' }),
    aCircuit({ circuitId: 'b', parentCircuitId: 'a' }),
    aCircuit({ circuitId: 'x', parentCircuitId: 'y' }),
    aCircuit({ circuitId: 'y', parentCircuitId: 'x' }),
  ];
  expect(circuitViews(aSite({ circuits })).map((view) => view.circuitId)).toEqual(['a', 'b', 'c', 'x', 'y']);
});

test('a limit needs a power and an end, and neither may be absurd', () => {
  const kind = (power: string, minutes: number) => {
    const result = readDraft(power, minutes, NOW_MS);
    return result.kind === 'ok' ? result.draft : result.problem;
  };
  expect(kind('120,5', 15)).toEqual({ powerKw: 120.5, validUntilMs: NOW_MS + 900_000 });
  expect(kind('', 15)).toBe('power-missing');
  expect(kind('abc', 15)).toBe('power-missing');
  expect(kind('-1', 15)).toBe('power-negative');
  expect(kind('100001', 15)).toBe('power-too-large');
  expect(kind('120', Number.NaN)).toBe('end-missing');
  expect(kind('120', 7 * 24 * 60 + 1)).toBe('end-too-far');
});

const preview = (powerKw: number, site = aSite()) =>
  previewSentences({ powerKw, validUntilMs: NOW_MS + 900_000 }, site).join(' ');

test('UX6: the preview tells what cars give up, who is affected, and when it ends by itself', () => {
  const text = preview(120);
  expect(text).toContain('cars give up 44.0\u202fkW');
  expect(text).toContain('80.0\u202fkW remain for all cars');
  expect(text).toContain('1 session is affected: Bay 1.');
  expect(text).toContain('ends by itself at 14:15, in 15\u202fmin');
});

test('the preview is honest where a limit changes nothing, cannot be met, or cannot be foretold', () => {
  expect(preview(250)).toContain('Nothing gets tighter');
  expect(preview(180)).toContain('no car slows down at once; cars may take 16.0\u202fkW more');
  expect(preview(30)).toContain('the site stays over this limit');
  expect(preview(120, aSite({ total: { drawnKw: 1, commandedKw: 1, siteKw: null, headroomKw: null } }))).toContain(
    'not known',
  );
});

test('under an override the contract is claimed only where the document still shows it', () => {
  const hidden = aSite({ override: OVERRIDE, circuits: [aCircuit({ powerLimitKw: 120 })] });
  expect(preview(150, hidden)).not.toContain('Nothing gets tighter');
  expect(preview(250, aSite({ override: OVERRIDE }))).toContain('the contract of 200.0\u202fkW');
});

test('problem+json comes out in words; a body that is none still gives a sentence', () => {
  expect(failureOf(403, { detail: 'Wrong host.' })).toEqual({ kind: 'forbidden', detail: 'Wrong host.' });
  expect(failureOf(404, null)).toEqual({ kind: 'not-found', detail: 'The server answered 404.' });
  const refused = failureOf(422, { title: 'Refused', problems: [{ detail: 'One.' }, { detail: 'Two.' }] });
  expect(failureWords(refused)).toBe('Refused One. Two.');
  expect(failureWords({ kind: 'unreachable' })).toContain('cannot be reached');
});

test('waits grow, stay bounded, and are spread by a fifth', () => {
  expect([0, 1, 2, 99].map((attempt) => retryWaitMs(attempt, 0.5))).toEqual([1000, 2000, 4000, 15_000]);
  expect([retryWaitMs(0, 0), retryWaitMs(0, 1)]).toEqual([900, 1100]);
  expect(RETRY_WAITS_MS.at(-1)).toBe(15_000);
});

test('a site is found in the path or in the query, and its address keeps the rest of the query', () => {
  expect(siteInAddress('/sites/demo%20depot', '')).toBe('demo depot');
  expect(siteInAddress('/', '?site=north')).toBe('north');
  expect(siteInAddress('/', '')).toBeNull();
  expect(siteInAddress('/sites/%E0%A4%A', '')).toBeNull();
  expect(addressOf('demo depot', '?site=x&mock=200')).toBe('/sites/demo%20depot?mock=200');
});

test('a list of sites is read from summaries and from whole documents', () => {
  const items = [
    { siteId: 'a', displayName: 'Alpha' },
    { metadata: { name: 'b' }, spec: { displayName: 'Beta' } },
    { siteId: 'c' },
    { nonsense: true },
  ];
  expect(parseSiteList({ items })).toEqual([
    { siteId: 'a', name: 'Alpha' },
    { siteId: 'b', name: 'Beta' },
    { siteId: 'c', name: 'c' },
  ]);
  expect(parseSiteList(null)).toEqual([]);
});
