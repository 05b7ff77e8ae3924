import { err, type EpochMs, ok, type Result } from '@headroom/kernel';
import { MAX_REQUEST_WH } from './charging-request.ts';
import { type Problem, problem } from './problem.ts';
import type { ChargingRequest, DischargeOffer, SaidBattery } from './session.ts';

/** Below, a number is a slip of the pen: no car has so little. */
export const MIN_BATTERY_WH = 1_000;
export const MAX_BATTERY_WH = MAX_REQUEST_WH;
const FULL_PERCENT = 100;

/** What a driver knows of the battery of his car, as he says it. Energies as the meter counts them when it charges. */
export interface BatteryWords {
  /** Usable, from empty to full: `MIN_BATTERY_WH` to `MAX_BATTERY_WH`. */
  readonly sizeWh: number;
  /** One of the two: what it held when it was plugged in. */
  readonly atPlugInPercent?: number | undefined;
  readonly atPlugInWh?: number | undefined;
  /** Up to here, in place of an energy. Neither: until it is full. */
  readonly targetPercent?: number | undefined;
  /** Never less than this is in it, in place of what an offer is to keep. */
  readonly keepPercent?: number | undefined;
}

/** A request as it is asked for: where the battery says an energy, that energy is 0. */
export interface RequestWords {
  readonly energyWh: number;
  readonly departureAtMs: EpochMs | undefined;
  readonly discharge?: DischargeOffer;
  readonly battery?: BatteryWords;
}

/**
 * The same in energies: what is wanted and what is to stay round up, what is held rounds down. Refused: what is said twice, for of two words nobody
 * knows which one is meant.
 */
export function requestOfWords({ battery: words, ...said }: RequestWords): Result<ChargingRequest, readonly Problem[]> {
  if (words === undefined) return ok(said);
  const problems = [...problemsOfSize(words), ...problemsOfWords(words, said)];
  if (problems.length > 0) return err(problems);
  const battery = { sizeWh: words.sizeWh, atPlugInWh: atPlugInOf(words) };
  const misfits = problemsOfTarget(words, said, battery);
  if (misfits.length > 0) return err(misfits);
  return ok({
    ...said,
    energyWh: said.energyWh === 0 ? targetOf(words) - battery.atPlugInWh : said.energyWh,
    battery,
    ...(said.discharge === undefined ? {} : { discharge: offerOf(said.discharge, words, battery) }),
  });
}

const offerOf = (offer: DischargeOffer, words: BatteryWords, { atPlugInWh }: SaidBattery): DischargeOffer => ({
  ...offer,
  atPlugInWh,
  keepWh: words.keepPercent === undefined ? offer.keepWh : Math.ceil(partOf(words, words.keepPercent)),
});

const partOf = ({ sizeWh }: BatteryWords, percent: number): number => (sizeWh * percent) / FULL_PERCENT;
const targetOf = (words: BatteryWords): number => Math.ceil(partOf(words, words.targetPercent ?? FULL_PERCENT));
const atPlugInOf = (words: BatteryWords): number =>
  words.atPlugInWh ?? Math.floor(partOf(words, words.atPlugInPercent ?? 0));

const refusal = (detail: string, field: string): Problem => problem('bad-battery', detail, `/battery/${field}`);

function problemsOfSize({ sizeWh, atPlugInWh }: BatteryWords): readonly Problem[] {
  if (!isWithin(sizeWh, MIN_BATTERY_WH, MAX_BATTERY_WH)) {
    const detail = `A battery of ${kwh(sizeWh)} is not from ${kwh(MIN_BATTERY_WH)} to ${kwh(MAX_BATTERY_WH)}.`;
    return [refusal(detail, 'sizeKwh')];
  }
  if (atPlugInWh === undefined || isWithin(atPlugInWh, 0, sizeWh)) return [];
  return [refusal(`A battery of ${kwh(sizeWh)} cannot hold ${kwh(atPlugInWh)}.`, 'atPlugInKwh')];
}

function problemsOfWords(words: BatteryWords, { energyWh, discharge }: RequestWords): readonly Problem[] {
  const { atPlugInPercent, atPlugInWh, targetPercent, keepPercent } = words;
  const problems: Problem[] = [];
  const percents = { atPlugInPercent, targetPercent, keepPercent };
  for (const [field, percent] of Object.entries(percents)) {
    if (percent === undefined || isWithin(percent, 0, FULL_PERCENT)) continue;
    problems.push(refusal(`${percent} % is not a whole number from 0 to ${FULL_PERCENT}.`, field));
  }
  const twice = (kept: string, left: string, pointer: string): void => {
    problems.push(problem('bad-battery', `${kept} and ${left} say the same: leave out ${left}.`, pointer));
  };
  if (atPlugInPercent === undefined && atPlugInWh === undefined)
    problems.push(refusal('What it held when it was plugged in is missing: say atPlugInPercent.', 'atPlugInPercent'));
  if (atPlugInPercent !== undefined && atPlugInWh !== undefined)
    twice('battery.atPlugInPercent', 'battery.atPlugInKwh', '/battery/atPlugInKwh');
  if (targetPercent !== undefined && energyWh !== 0) twice('battery.targetPercent', 'energyKwh', '/energyKwh');
  if (discharge !== undefined && discharge.atPlugInWh !== 0)
    twice('What the battery held at plug-in', 'discharge.heldKwh', '/discharge/heldKwh');
  if (keepPercent === undefined) return problems;
  if (discharge === undefined) {
    const detail =
      'What is to stay in a battery matters only where its car gives back: say discharge, too, or leave out keepPercent.';
    problems.push(refusal(detail, 'keepPercent'));
  } else if (discharge.keepWh !== 0) twice('battery.keepPercent', 'discharge.keepKwh', '/discharge/keepKwh');
  return problems;
}

/** What is wanted must be more than what is there, and must fit in. */
function problemsOfTarget(words: BatteryWords, { energyWh }: RequestWords, battery: SaidBattery): readonly Problem[] {
  const roomWh = battery.sizeWh - battery.atPlugInWh;
  if (energyWh === 0 && targetOf(words) <= battery.atPlugInWh) {
    const detail = `It holds ${kwh(battery.atPlugInWh)} already, and ${words.targetPercent ?? FULL_PERCENT} % are no more than that.`;
    return [refusal(detail, 'targetPercent')];
  }
  if (energyWh <= roomWh) return [];
  const detail = `${kwh(energyWh)} do not fit into a battery of ${kwh(battery.sizeWh)} that holds ${kwh(battery.atPlugInWh)}: leave out energyKwh, and it is filled.`;
  return [problem('bad-battery', detail, '/energyKwh')];
}

const kwh = (wh: number): string => `${wh / 1_000} kWh`;
const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
