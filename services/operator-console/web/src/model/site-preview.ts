import { amperes, words } from './format.ts';
import { fieldsOf, listOf, numberOf, textOf } from './json-fields.ts';

/** What another limit of the site would change. */
export interface SitePreview {
  readonly differences: readonly PreviewedEvse[];
  readonly unchanged: number;
  /** Stations would have to come down first. */
  readonly over: boolean;
}

export interface PreviewedEvse {
  readonly evseId: string;
  readonly name: string;
  readonly beforeA: number;
  readonly afterA: number;
  readonly sentence: string;
}

const MAX_EVSES = 4_000;
export const STEP_KW = 10;
const MAX_KW = 100_000;

export type KilowattsDraft =
  | { readonly kind: 'ok'; readonly powerKw: number }
  | { readonly kind: 'refused'; readonly problem: string };

/** A limit as somebody wrote it, with a comma or a point. */
export function readKilowatts(text: string): KilowattsDraft {
  const powerKw = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(powerKw)) return { kind: 'refused', problem: 'Enter a limit in kW.' };
  if (powerKw < 0) return { kind: 'refused', problem: 'A limit cannot be below 0 kW.' };
  if (powerKw > MAX_KW) return { kind: 'refused', problem: 'That is not a site of this kind.' };
  return { kind: 'ok', powerKw };
}

/** One step more or less, and never below 0. */
export function steppedKilowatts(text: string, stepKw: number): string {
  const draft = readKilowatts(text);
  const from = draft.kind === 'ok' ? draft.powerKw : 0;
  return String(Math.min(MAX_KW, Math.max(0, Math.round((from + stepKw) * 10) / 10)));
}

export function parsePreview(body: unknown): SitePreview {
  const preview = fieldsOf(body);
  return {
    differences: listOf(preview['differences']).slice(0, MAX_EVSES).flatMap(evseOf),
    unchanged: numberOf(preview['unchanged']) ?? 0,
    over: preview['overRating'] === true || preview['overPower'] === true,
  };
}

function evseOf(value: unknown): readonly PreviewedEvse[] {
  const evse = fieldsOf(value);
  const evseId = textOf(evse['evseId']);
  const [beforeA, afterA] = [numberOf(evse['beforeA']), numberOf(evse['afterA'])];
  if (evseId === null || beforeA === null || afterA === null) return [];
  const sentence = textOf(fieldsOf(evse['afterReason'])['sentence']) ?? '';
  return [{ evseId, name: textOf(evse['name']) ?? evseId, beforeA, afterA, sentence }];
}

/** Sentences, that of the EVSE one looks at first. */
export function previewWords(
  preview: SitePreview,
  evse: { readonly evseId: string; readonly name: string },
): readonly string[] {
  const own = preview.differences.find(({ evseId }) => evseId === evse.evseId);
  const others = preview.differences.filter(({ evseId }) => evseId !== evse.evseId);
  if (preview.differences.length === 0) return ['Nothing would change for anybody.'];
  return [
    own === undefined || own.afterA === own.beforeA ? `${evse.name} would keep what it has.` : ownWords(own),
    ...(own === undefined || own.sentence === '' ? [] : [own.sentence]),
    ...othersWords(others),
    ...(preview.over ? ['For some seconds, until stations have come down, more may flow than this.'] : []),
  ];
}

const ownWords = ({ name, beforeA, afterA }: PreviewedEvse): string =>
  `${name} would go from ${words(amperes(beforeA))} to ${words(amperes(afterA))}.`;

function othersWords(others: readonly PreviewedEvse[]): readonly string[] {
  const count = (is: (evse: PreviewedEvse) => boolean): number => others.filter(is).length;
  const parts = [
    [count(({ beforeA, afterA }) => afterA > beforeA), 'would get more'],
    [count(({ beforeA, afterA }) => afterA < beforeA && afterA > 0), 'would get less'],
    [count(({ beforeA, afterA }) => afterA === 0 && beforeA > 0), 'would pause'],
  ] as const;
  const told = parts.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]));
  return told.length === 0 ? [] : [`Of the others ${told.join(', ')}.`];
}
