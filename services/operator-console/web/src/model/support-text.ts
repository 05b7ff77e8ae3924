import { explainSteps } from './evse-view.ts';
import { stateLook } from './evse-state.ts';
import { kilowatts, words } from './format.ts';
import type { EvseLive, LiveSite } from './live-site.ts';

/** What a person sends to somebody who was not there: the answer, the numbers behind it and every id, as plain text. */
export function supportText(evse: EvseLive, site: LiveSite): string {
  const steps = explainSteps(evse, site).map((step) => `  ${step.label}: ${words(kilowatts(step.kw))} (${step.note})`);
  const lines = [
    `${site.name} (${site.siteId}), ${evse.name} (${evse.evseId}), ${new Date(site.atMs).toISOString()}`,
    `${stateLook(evse.state).word}. ${evse.reason?.sentence ?? 'No reason reported.'}`,
    ...steps,
    `  reason code ${evse.reason?.code ?? 'none'}, row ${evse.reason?.circuitId ?? '-'} ${evse.reason?.row ?? '-'}`,
    `  session ${evse.session?.sessionId ?? 'none'}, transaction ${evse.session?.transactionId ?? 'none'}`,
    `  decision ${site.control.decisionSeq ?? '-'}, epoch ${site.control.ownerEpoch ?? '-'}`,
  ];
  return lines.join('\n');
}
