import type { Scorecard } from './scorecard.ts';

const LABEL = 36;
const COLUMN = 18;
const SECONDS_OF_HOUR = 3_600;
const cut = ({ bill, uncontrolled }: Scorecard): string => ((1 - bill.peakKw / uncontrolled.peakKw) * 100).toFixed(1);

/** What a golden day came to, in lines for a reader, beside the same day without control. */
export function cardText(card: Scorecard): readonly string[] {
  const { name, about, sessions, ready, bill, uncontrolled, currency, tiers, speed } = card;
  const line = (what: string, with_: string, without = ''): string =>
    `  ${what.padEnd(LABEL)}${with_.padStart(COLUMN)}${without.padStart(COLUMN)}`.trimEnd();
  return [
    `${name}: ${about}`,
    `The day is played ${speed.toFixed(1)} times as fast as it is; energies and money are those of the real day.`,
    line('', 'this run', 'without control'),
    line('peak of the site, kW', bill.peakKw.toFixed(0), uncontrolled.peakKw.toFixed(0)),
    line('peak cut, %', cut(card)),
    line('ready by departure', `${ready} of ${sessions}`),
    line('missing at departure, kWh', card.missingKwh.toFixed(1)),
    line('delivered, kWh', card.deliveredKwh.toFixed(0)),
    ...(card.givenBackKwh === 0 ? [] : [line('given back, kWh', card.givenBackKwh.toFixed(0))]),
    line('starts per session', (card.starts / Math.max(1, sessions)).toFixed(1)),
    line(`energy of the cars, ${currency}`, bill.energyCost.toFixed(2), uncontrolled.energyCost.toFixed(2)),
    line(`demand charge of a month, ${currency}`, bill.demandCost.toFixed(0), uncontrolled.demandCost.toFixed(0)),
    ...tiers.flatMap((tier) => [
      line(`tier ${tier.tier}, ready`, `${tier.ready} of ${tier.sessions}`),
      line(`tier ${tier.tier}, passed over`, `${hours(tier.passedOverS)} h, ${tier.longestS.toFixed(0)} s at once`),
    ]),
  ];
}

const hours = (seconds: number): string => (seconds / SECONDS_OF_HOUR).toFixed(2);

/** The same in one line, for many seeds. */
export const cardLine = (seed: number, card: Scorecard): string =>
  `seed ${seed}: peak ${card.bill.peakKw.toFixed(0)} kW (cut by ${cut(card)} %), ${card.ready} of ${card.sessions} ready, ` +
  `${card.missingKwh.toFixed(1)} kWh missing, ${card.givenBackKwh.toFixed(0)} kWh given back, ${card.bill.energyCost.toFixed(2)} ${card.currency}`;
