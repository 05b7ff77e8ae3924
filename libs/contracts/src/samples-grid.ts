import type { Sample } from './sample.ts';

const AT = '1764100000123';
const UNTIL = '1764103600000';
const PRICE = { currency: 'EUR', microPerKwh: '-12500', source: 'dso', eventId: 'e-2', priority: 3 };
const CAUSE = { source: 'dso', programId: 'p-1', eventId: 'e-1', priority: 0 };

/** What the outside asks of a site, who asks, and what people read of it. */
export const GRID_SAMPLES: readonly Sample[] = [
  {
    topic: 'gridFacts',
    title: 'timeline set',
    json: {
      siteId: 'depot',
      timelineSet: {
        circuitId: 'panel-a',
        version: '7',
        publishedAtMs: AT,
        segments: [
          {
            startMs: AT,
            endMs: UNTIL,
            limitW: '50000',
            cause: { ...CAUSE, kind: 'GRID_CAUSE_KIND_EVENT' },
            price: PRICE,
            carbon: { mgPerKwh: '412000' },
          },
          { startMs: UNTIL },
        ],
      },
    },
  },
  {
    topic: 'gridFacts',
    title: 'source changed',
    json: {
      siteId: 'depot',
      sourceChanged: {
        source: 'dso',
        state: 'SOURCE_STATE_LOST',
        sentence: 'The VTN has not answered for 600 s; known events run to their end.',
        atMs: UNTIL,
        lastHeardMs: AT,
      },
    },
  },
  {
    topic: 'gridFacts',
    title: 'event reported',
    json: {
      siteId: 'depot',
      eventReported: {
        source: 'dso',
        eventId: 'e-1',
        programId: 'p-1',
        eventName: 'evening peak',
        reportedAtMs: UNTIL,
        before: { startMs: AT, endMs: UNTIL, meanW: '91000', peakW: '98000', coveredPercent: 100 },
        during: [{ startMs: AT, endMs: UNTIL, askedW: '50000', meanW: '49000', peakW: '50000', coveredPercent: 95 }],
        after: { startMs: AT, endMs: UNTIL },
        delivery: 'REPORT_DELIVERY_FAILED',
        sentence: 'The answer to the report has status 500.',
      },
    },
  },
  {
    topic: 'gridFacts',
    title: 'event reported of a circuit',
    json: {
      siteId: 'depot',
      eventReported: {
        source: 'dso',
        eventId: 'e-1',
        programId: 'p-1',
        reportedAtMs: UNTIL,
        before: { startMs: AT, endMs: UNTIL },
        during: [{ startMs: AT, endMs: UNTIL, askedW: '0' }],
        after: { startMs: AT, endMs: UNTIL },
        delivery: 'REPORT_DELIVERY_NOT_ASKED',
        circuitId: 'panel-a',
      },
    },
  },
  {
    topic: 'gridFacts',
    title: 'event noted',
    json: {
      siteId: 'depot',
      eventNoted: {
        source: 'dso',
        eventId: 'e-1',
        programId: 'p-1',
        programName: 'site limit',
        eventName: 'evening peak',
        priority: 0,
        kind: 'EVENT_NOTE_KIND_SET',
        modifiedAtMs: AT,
        notedAtMs: AT,
        periods: [
          { startMs: AT, endMs: UNTIL, limitW: '50000' },
          { startMs: AT, endMs: UNTIL, level: 2 },
          { startMs: UNTIL, price: PRICE },
        ],
        sentence: 'It is meant for nobody here.',
        circuitIds: ['garage', 'roof'],
      },
    },
  },
];
