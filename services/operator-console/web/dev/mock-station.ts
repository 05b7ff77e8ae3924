const NOTE = { code: 'x', evseId: null, does: null, seen: null, id: null, docs: null, until: null };
const STALE_MS = 400_000;
const FRESH_MS = 4_000;

/** What is known of a made-up station, in the shape of the API. */
export function stationDocument(stationId: string, scene: string) {
  const nowMs = Date.now();
  const at = (ms: number): string => new Date(nowMs + ms).toISOString();
  const isUntold = scene === 'station-untold';
  const isOdd = scene === 'station-odd' || scene === 'station-old';
  const ageMs = scene === 'station-old' ? STALE_MS : FRESH_MS;
  const sentence = isUntold
    ? 'Nothing is known of this station just now: its dispatcher tells of each once a minute, and has not.'
    : 'Acme One, firmware 1.2. It speaks OCPP 2.0.1.';
  return {
    stationId,
    ...{ toldAt: isUntold ? null : at(-ageMs), ageMs: isUntold ? null : ageMs, stale: scene === 'station-old' },
    connected: isUntold ? null : true,
    kind: { sentence, vendor: 'Acme', model: 'One', firmware: '1.2', protocol: 'OCPP 2.0.1' },
    abilitiesAskedAt: isUntold ? null : at(-600_000),
    abilities: isUntold ? [] : [{ ...NOTE, code: 'units', sentence: 'It takes limits in amperes and watts.' }],
    peculiarities: isOdd ? [ODD] : [],
    profilesAskedAt: isUntold ? null : at(-600_000),
    profilesAskedNextAt: isUntold ? null : at(600_000),
    found: isOdd ? [{ ...FOREIGN, until: at(3_600_000) }] : isUntold ? [] : [HOLDS_OURS],
    obedience: isOdd ? [DISOBEYS] : [],
  };
}

const HOLDS_OURS = { ...NOTE, code: 'as-told', sentence: 'It holds our limits, and none that overrules them.' };
const ODD = {
  ...{ ...NOTE, code: 'wholeAmps', id: 'H86', docs: 'docs/quirks.md#huawei', sentence: 'It takes whole amperes only.' },
  does: 'Limits are rounded down to whole amperes: less than one on each phase is left over.',
  seen: 'Huawei, every model: named among stations of whole amperes and odd minima.',
};
const FOREIGN = {
  ...{ ...NOTE, code: 'foreign', id: 'SI5', seen: 'TxProfile 77, stack level 3.' },
  sentence: 'A charging profile of somebody else stands on Bay 1, and may let more flow than ours.',
  does: 'It is left as it is: people decide. Until it is seen gone, Bay 1 counts with its maximum of 32 A: up to 26 A that others could have.',
};
const DISOBEYS = {
  ...{ ...NOTE, code: 'ladder-ask', sentence: 'Bay 1 drew more than it was told.' },
  does: 'It was asked what it has and what it draws. It counts with all that it could draw.',
};
