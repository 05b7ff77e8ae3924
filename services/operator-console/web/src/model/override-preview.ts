import { clockTimeOn, duration, kilowatts, words } from './format.ts';
import type { LiveSite } from './live-site.ts';

export interface OverrideDraft {
  readonly powerKw: number;
  readonly validUntilMs: number;
}

export type DraftProblem = 'power-missing' | 'power-negative' | 'power-too-large' | 'end-missing' | 'end-too-far';

const PROBLEM_WORDS: Readonly<Record<DraftProblem, string>> = {
  'power-missing': 'Enter the limit in kW.',
  'power-negative': 'A limit cannot be below 0 kW.',
  'power-too-large': 'A limit above 100 000 kW is not a site of this kind.',
  'end-missing': 'Choose when the limit ends.',
  'end-too-far': 'A limit can last 7 days at most.',
};

export const problemWords = (problem: DraftProblem): string => PROBLEM_WORDS[problem];

export const DURATIONS_MIN = [15, 30, 60, 120, 240, 480] as const;
export const DEFAULT_DURATION_MIN = 15;
const MAX_DURATION_MIN = 7 * 24 * 60;
const MAX_POWER_KW = 100_000;
const MINUTE_MS = 60_000;

export type DraftResult =
  | { readonly kind: 'ok'; readonly draft: OverrideDraft }
  | { readonly kind: 'refused'; readonly field: 'power' | 'end'; readonly problem: DraftProblem };

/** Reads the form. The end is counted from the site's own clock, so that a wrong clock of this computer cannot move it. */
export function readDraft(powerText: string, minutes: number, siteNowMs: number): DraftResult {
  const powerKw = Number(powerText.trim().replace(',', '.'));
  const power = powerProblem(powerText, powerKw);
  if (power !== null) return { kind: 'refused', field: 'power', problem: power };
  if (!Number.isFinite(minutes) || minutes < 1) return { kind: 'refused', field: 'end', problem: 'end-missing' };
  if (minutes > MAX_DURATION_MIN) return { kind: 'refused', field: 'end', problem: 'end-too-far' };
  return { kind: 'ok', draft: { powerKw, validUntilMs: siteNowMs + Math.round(minutes * MINUTE_MS) } };
}

function powerProblem(text: string, powerKw: number): DraftProblem | null {
  if (text.trim() === '' || !Number.isFinite(powerKw)) return 'power-missing';
  if (powerKw < 0) return 'power-negative';
  return powerKw > MAX_POWER_KW ? 'power-too-large' : null;
}

/** What would happen, from the numbers on the page now (UX6). Sentences, the most important first. */
export function previewSentences(draft: OverrideDraft, site: LiveSite): readonly string[] {
  const end = `It ends by itself at ${clockTimeOn(draft.validUntilMs, site.atMs, site.timezone)}, in ${duration(draft.validUntilMs - site.atMs)}.`;
  const { siteKw } = site.total;
  if (siteKw === null) return ['What the site draws now is not known, so the effect cannot be foretold.', end];
  return [...effectSentences(draft.powerKw, siteKw, site), end];
}

function effectSentences(powerKw: number, siteKw: number, site: LiveSite): readonly string[] {
  const now = words(kilowatts(siteKw));
  const contractKw = contractOf(site);
  if (contractKw !== null && powerKw >= contractKw) {
    return [
      `Nothing gets tighter: the contract of ${words(kilowatts(contractKw))} holds all the same. The site draws ${now}.`,
    ];
  }
  const buildingKw = site.building.powerKw;
  if (buildingKw !== null && buildingKw >= powerKw) {
    return [
      `The building alone draws ${words(kilowatts(buildingKw))}: all charging is reduced to a pause, and the site stays over this limit.`,
      affectedSentence(site),
    ];
  }
  if (siteKw <= powerKw) {
    return [
      `The site draws ${now}, so no car slows down at once; cars may take ${words(kilowatts(powerKw - siteKw))} more in all.`,
    ];
  }
  const left = buildingKw === null ? '' : ` ${words(kilowatts(powerKw - buildingKw))} remain for all cars.`;
  return [`The site draws ${now}: cars give up ${words(kilowatts(siteKw - powerKw))}.${left}`, affectedSentence(site)];
}

/** The contract behind an override. Where the root circuit shows no more than the override itself, it is not known: nothing is claimed then. */
function contractOf(site: LiveSite): number | null {
  const rootKw = site.circuits.find((circuit) => circuit.parentCircuitId === null)?.powerLimitKw ?? null;
  if (site.override === null) return rootKw ?? site.limit.powerKw;
  return rootKw !== null && rootKw > (site.override.powerKw ?? 0) ? rootKw : null;
}

const NAMES_SHOWN = 4;

function affectedSentence(site: LiveSite): string {
  const names = site.evses.filter((evse) => (evse.drawnKw ?? 0) > 0.1).map((evse) => evse.name);
  if (names.length === 0) return 'No car is charging now.';
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const rest = names.length - NAMES_SHOWN;
  const list = rest > 0 ? `${shown} and ${rest} more` : shown;
  return `${names.length === 1 ? '1 session is' : `${names.length} sessions are`} affected: ${list}.`;
}
