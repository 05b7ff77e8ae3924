import { type EvseInput, problem, type SiteModelInput, type SiteProblem, type SwitchingInput } from './input.ts';
import type { SwitchingBudget } from './model.ts';
import { withPointers } from './with-pointers.ts';

/**
 * Contactors wear out by closing. Who was raised from nothing so often within an hour comes after all others: he has what they leave, and a pause lasts until a closing
 * is given back. Four whole turns of a quarter of an hour fit (RF2), so that turns by themselves never spend it. Too small, and whom the building has paused a few
 * times waits while others charge; too large, and the restless one is served before them.
 */
export const CLOSINGS_AN_HOUR = 4;
/**
 * And so often at most, whatever is left that nobody else can use, also of who must charge now to leave in time, is boosted, or is assured a minimum: their hour is worth a few
 * closings more, but not any number of them. Too small, and current flows to nobody beside cars that wait; too large, and it bounds nothing: by its
 * five minutes of rest (OD3) a contactor closes ten times an hour. A document may say less, never more: no more closings than these are remembered.
 */
export const MOST_CLOSINGS_AN_HOUR = 8;

/** How often a contactor may close within an hour: of who was said only the most, others come first no later than that. */
export const switchingOf = ({ switching }: { readonly switching?: SwitchingInput | undefined }): SwitchingBudget => {
  const mostClosingsAnHour = switching?.mostClosingsAnHour ?? MOST_CLOSINGS_AN_HOUR;
  return {
    closingsAnHour: switching?.closingsAnHour ?? Math.min(CLOSINGS_AN_HOUR, mostClosingsAnHour),
    mostClosingsAnHour,
  };
};

/** The same of an EVSE, where it is not the usual one. */
export function unusualSwitching(evse: Pick<EvseInput, 'switching'>): { readonly switching?: SwitchingBudget } {
  const switching = switchingOf(evse);
  const { closingsAnHour, mostClosingsAnHour } = switching;
  const isUsual = closingsAnHour === CLOSINGS_AN_HOUR && mostClosingsAnHour === MOST_CLOSINGS_AN_HOUR;
  return isUsual ? {} : { switching };
}

/** It bears on no limit of a conductor. */
export const checkSwitching = ({ evses }: SiteModelInput): readonly SiteProblem[] =>
  withPointers(evses).flatMap(({ evse, pointer }) => checkSwitchingOf(evse, pointer));

function checkSwitchingOf(evse: EvseInput, pointer: string): readonly SiteProblem[] {
  const { closingsAnHour, mostClosingsAnHour } = evse.switching ?? {};
  const refuse = (key: string, detail: string): SiteProblem =>
    problem('bad-switching', `${evse.stationId}/${evse.evse}: ${detail}.`, `${pointer}/switching/${key}`);
  const problems = Object.entries({ closingsAnHour, mostClosingsAnHour }).flatMap(([key, times]) =>
    times === undefined || isTimes(times)
      ? []
      : [
          refuse(
            key,
            `a contactor closes ${times} times an hour; that must be a whole number from 1 to ${MOST_CLOSINGS_AN_HOUR}, which a contactor rated for more has anyway`,
          ),
        ],
  );
  if (problems.length > 0 || (closingsAnHour ?? 1) <= (mostClosingsAnHour ?? MOST_CLOSINGS_AN_HOUR)) return problems;
  const detail = `others come first after ${closingsAnHour} closings an hour, and after ${mostClosingsAnHour} it closes no more; the first number must not be above the second one`;
  return [refuse('closingsAnHour', detail)];
}

const isTimes = (times: number): boolean => Number.isSafeInteger(times) && times >= 1 && times <= MOST_CLOSINGS_AN_HOUR;

/** A budget as it came from elsewhere; undefined: none, or one that this release cannot keep. */
export const knownSwitching = (evse: EvseInput): SwitchingInput | undefined =>
  checkSwitchingOf(evse, '').length === 0 ? evse.switching : undefined;
