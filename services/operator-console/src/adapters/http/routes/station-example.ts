import type { StationDocument } from '../station-document.ts';

const AT = '2026-06-07T12:00:00.000Z';
const NONE = { evseId: null, does: null, seen: null, id: null, docs: null, until: null };

export const EXAMPLE_STATION: StationDocument = {
  ...{ stationId: 'ST-001', toldAt: AT, ageMs: 4_000, stale: false, connected: true },
  kind: {
    sentence: 'Huawei FusionCharge, firmware 1.2. It speaks OCPP 2.0.1.',
    ...{ vendor: 'Huawei', model: 'FusionCharge', firmware: '1.2', protocol: 'OCPP 2.0.1' },
  },
  abilitiesAskedAt: AT,
  abilities: [{ ...NONE, code: 'units', sentence: 'It takes limits in amperes.' }],
  peculiarities: [
    {
      ...{ code: 'wholeAmps', evseId: null, sentence: 'It takes whole amperes only.', until: null },
      does: 'Limits are rounded down to whole amperes: less than one on each phase is left over.',
      seen: 'Huawei, every model: named among stations of whole amperes and odd minima.',
      ...{ id: 'H86', docs: 'docs/quirks.md#huawei' },
    },
  ],
  profilesAskedAt: AT,
  profilesAskedNextAt: '2026-06-07T13:00:00.000Z',
  found: [
    {
      ...{ code: 'foreign', evseId: 'ST-001/1', id: 'SI5', docs: null, until: '2026-06-07T18:00:00.000Z' },
      sentence: 'A charging profile of somebody else stands on Bay 1, and may let more flow than ours.',
      does: 'It is left as it is: people decide. Until it is seen gone, Bay 1 counts with its maximum of 32 A: up to 26 A that others could have.',
      seen: 'TxProfile 77, stack level 3.',
    },
  ],
  obedience: [],
};
