import { err, ok, type Result } from '@headroom/kernel';
import { NAME_CHARS_MAX } from '../domain/bounds.ts';
import type { DrawnSpan, EventReport } from '../domain/event-report.ts';
import type { SignalTarget } from '../domain/grid-signal.ts';
import { instantText } from '../domain/times.ts';
import { unreadWords, type VtnAccess } from './vtn-access.ts';

/** Less of a stretch than so much known: its mean is an estimate. */
const SURE_PERCENT = 90;
/** It has this report already: a crash after its answer. */
const CONFLICT = 409;

/** Of a site as a whole, or of one of its circuits. */
export interface TargetReport extends SignalTarget {
  readonly report: EventReport;
}

/** The VTN has the report. */
export interface Taken {
  /** What is odd about its answer; empty: nothing. */
  readonly oddity: string;
}

/** One report of an event, with a resource for each target. By the status alone: what the answer says, and whether it can be read, is no matter. */
export async function sendReport(
  access: Pick<VtnAccess, 'send'>,
  version: '3.0' | '3.1',
  targets: readonly TargetReport[],
): Promise<Result<Taken, string>> {
  const [first] = targets;
  if (first === undefined) return ok({ oddity: '' });
  const reply = await access.send('POST', '/reports', bodyOf(first.report, version, targets));
  if (reply.kind === 'err') return reply;
  const { status, unread } = reply.value;
  if (status !== CONFLICT && (status < 200 || status >= 300))
    return err(`The answer to the report has status ${status}.`);
  return ok({ oddity: unread === undefined ? '' : `The VTN took the report; its answer ${unreadWords(unread)}.` });
}

function bodyOf(
  { eventId, programId, after }: EventReport,
  version: '3.0' | '3.1',
  targets: readonly TargetReport[],
): object {
  return {
    ...(version === '3.1' ? { objectType: 'REPORT' } : { programID: programId }),
    ...{ eventID: eventId, clientName: 'headroom', reportName: `${eventId}/${after.startMs}`.slice(0, NAME_CHARS_MAX) },
    payloadDescriptors: [
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'DEMAND', readingType: 'MEAN', units: 'KW' },
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'SETPOINT', units: 'KW' },
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'DATA_QUALITY' },
    ],
    resources: targets.map(({ report, ...target }) => ({
      resourceName: resourceNameOf(target).slice(0, NAME_CHARS_MAX),
      // Ids of the event where its intervals follow each other; before it -1, after it one more (DR-N17 has no word for these).
      intervals: [report.before, ...report.during, report.after].map((span, index) => intervalOf(span, index - 1)),
    })),
  };
}

const resourceNameOf = ({ siteId, circuitId }: SignalTarget): string =>
  circuitId === undefined ? siteId : `${siteId}/${circuitId}`;

const kW = (watts: number): number => watts / 1_000;

const intervalOf = (span: DrawnSpan, id: number): object => ({
  id,
  intervalPeriod: {
    start: instantText(span.startMs),
    duration: `PT${Math.round((span.endMs - span.startMs) / 1_000)}S`,
  },
  payloads: [
    ...(span.askedW === undefined ? [] : [{ type: 'SETPOINT', values: [kW(span.askedW)] }]),
    ...(span.meanW === undefined ? [] : [{ type: 'DEMAND', values: [kW(span.meanW)] }]),
    { type: 'DATA_QUALITY', values: [qualityOf(span)] },
  ],
});

const qualityOf = ({ coveredPercent }: DrawnSpan): string =>
  coveredPercent === 0 ? 'MISSING' : coveredPercent < SURE_PERCENT ? 'ESTIMATED' : 'OK';
