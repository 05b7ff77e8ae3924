import { err, ok, type Result } from '@headroom/kernel';
import { parseTariff, type Tariff } from '@headroom/tariff';
import { PLAN_OBJECTIVES, problem, type SiteModelInput, type SiteProblem, type SiteTariff } from './input.ts';

/** A tariff that needs more is refused: it stands in every record of its site. */
export const MAX_TARIFF_CHARS = 65_536;

/** Objective and tariff of a document. Neither bears on a limit. */
export function checkMoney({ objective, share, tariff }: SiteModelInput): readonly SiteProblem[] {
  return [...checkObjective(objective, share), ...(tariff === undefined ? [] : checkTariff(tariff))];
}

function checkObjective(
  objective: SiteModelInput['objective'],
  share: SiteModelInput['share'],
): readonly SiteProblem[] {
  const refuse = (detail: string): readonly SiteProblem[] => [
    problem('bad-objective', detail, '/spec/policy/objective'),
  ];
  if (objective === undefined) return [];
  if (!PLAN_OBJECTIVES.includes(objective)) {
    return refuse(`The objective is "${objective}"; it must be one of ${PLAN_OBJECTIVES.join(', ')}.`);
  }
  if (objective === 'delivery' || share === 'smoothed-laxity') return [];
  return refuse(
    `Cost is sought by a plan, and a site that shares by "${share ?? 'equal'}" has none: share by smoothed-laxity.`,
  );
}

function checkTariff({ name, documentJson }: SiteTariff): readonly SiteProblem[] {
  const refuse = (detail: string): readonly SiteProblem[] => [problem('bad-tariff', detail, '/spec/tariff')];
  const read = readTariff(documentJson);
  if (read.kind === 'err') return refuse(`Tariff "${name}": ${read.error}`);
  return read.value.name === name ? [] : refuse(`The document of tariff "${name}" is that of "${read.value.name}".`);
}

/** The tariff of a site from its text, or a sentence on what is wrong with it. */
export function readTariff(documentJson: string): Result<Tariff, string> {
  if (documentJson === '') return err('no document of this name is known.');
  if (documentJson.length > MAX_TARIFF_CHARS) {
    return err(`the document has ${documentJson.length} characters, at most ${MAX_TARIFF_CHARS}.`);
  }
  let document: unknown;
  try {
    document = JSON.parse(documentJson);
  } catch {
    return err('the document is no JSON.');
  }
  const tariff = parseTariff(document);
  if (tariff.kind === 'ok') return ok(tariff.value);
  const [first] = tariff.error;
  return err(`${first?.pointer ?? ''}: ${first?.detail ?? 'it is refused.'}`);
}
