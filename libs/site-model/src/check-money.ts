import { err, ok, type Result } from '@headroom/kernel';
import { parseTariff, type Tariff } from '@headroom/tariff';
import { PLAN_OBJECTIVES, problem, type SiteModelInput, type SiteProblem, type SiteTariff } from './input.ts';

/** A tariff that needs more is refused: it stands in every record of its site. */
export const MAX_TARIFF_CHARS = 65_536;
/** 1 GW: no site draws more, and energies of a quarter of an hour stay whole numbers in millijoules. */
const MAX_DEMAND_LIMIT_W = 1_000_000_000;

/** Objective, tariff, and wished power of a document. None of them bears on a limit. */
export function checkMoney({ objective, share, tariff, demandLimitW }: SiteModelInput): readonly SiteProblem[] {
  return [
    ...checkObjective(objective, share),
    ...(tariff === undefined ? [] : checkTariff(tariff)),
    ...(demandLimitW === undefined ? [] : checkDemandLimit(demandLimitW)),
  ];
}

function checkDemandLimit(demandLimitW: number): readonly SiteProblem[] {
  if (Number.isSafeInteger(demandLimitW) && demandLimitW > 0 && demandLimitW <= MAX_DEMAND_LIMIT_W) return [];
  const detail = `The demand limit is ${demandLimitW / 1_000} kW; it must be above 0 and at most ${MAX_DEMAND_LIMIT_W / 1_000} kW.`;
  return [problem('bad-demand-limit', detail, '/spec/policy/demandLimitKw')];
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
