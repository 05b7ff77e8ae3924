import type { OfLimit, Report } from '../report.ts';
import { OURS } from '../run/compare-on-site.ts';
import { OURS_PLANNED } from '../run/planned-results.ts';
import type { Result } from '../run/result.ts';
import { escaped } from './svg.ts';

const PERCENT = 100;

/** Ways to share as an owner reads them, of those that know no more than what drivers said; in their order on the page. */
const WAYS: readonly (readonly [policy: string, words: string])[] = [
  ['uncontrolled', 'no control, over the limit'],
  ['equal share', 'equal shares'],
  ['FCFS', 'first come, first served'],
  [OURS, OURS],
  [OURS_PLANNED.delivery, `${OURS}, planning ahead`],
  [OURS_PLANNED.cost, `${OURS}, planning for the bill`],
];

const honest = ({ results }: OfLimit, name: string): Result | undefined =>
  results.find(({ policy, knows }) => policy === name && knows !== 'truth');

/** What drivers pay, what the site pays, and what is left. */
export function moneySection({ currency, valuePerKwh, limits }: Report, shown: OfLimit): string {
  const best = shown.bestProfit?.profit;
  const ours = honest(shown, OURS);
  if (currency === undefined || valuePerKwh === undefined || ours?.profit === undefined) return '';
  const money = (value = 0): string => `${Math.round(value)}`;
  const rows = WAYS.flatMap(([policy, words]) => {
    const result = honest(shown, policy);
    if (result === undefined) return [];
    const { deliveredKwh, energyCost, demandCost, profit, ofBestProfit } = result;
    const share = ofBestProfit === undefined ? '' : `${(ofBestProfit * PERCENT).toFixed(0)}\u00a0%`;
    const cells = [
      words,
      money(deliveredKwh * valuePerKwh),
      money(energyCost),
      money(demandCost),
      money(profit),
      share,
    ];
    return [
      `<tr${policy.startsWith(OURS) ? ' class="ours"' : ''}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
    ];
  });
  const heads = ['', 'drivers pay', 'energy', 'highest powers', 'left', 'of best'];
  const words =
    best === undefined || best <= 0
      ? 'At this price nobody could earn anything, whoever decides.'
      : `Whoever knew every arrival beforehand could have kept ${money(best)} ${currency} at most, by selling ${Math.round(shown.bestProfit?.deliveredKwh ?? 0)} kWh and leaving what costs more than it brings.`;
  const which = limits.length > 1 && shown.limitKw !== undefined ? ` with ${shown.limitKw} kW` : '';
  return `<h2>What it would have earned</h2>
<p>If drivers pay ${escaped(valuePerKwh.toFixed(2))} ${escaped(currency)} a kWh, ${money(ours.profit)} ${escaped(currency)} are left${escaped(which)} once energy and the charges for the highest powers are paid. ${escaped(words)}</p>
<div class="scroll"><table><tr>${heads.map((head) => `<th>${escaped(head)}</th>`).join('')}</tr>${rows.join('')}</table></div>
<p class="soft">All in ${escaped(currency)}, over the whole period. Only who plans for the bill looks at prices: all others charge as soon as there is room, and pay for the high powers that come of it.</p>`;
}

/** What planning ahead changed, in the words of an owner. */
export function planSection(shown: OfLimit): string {
  const [ours, planned] = [honest(shown, OURS), honest(shown, OURS_PLANNED.delivery)];
  if (ours === undefined || planned === undefined) return '';
  const cost = honest(shown, OURS_PLANNED.cost);
  const percent = (share: number): string => `${(share * PERCENT).toFixed(1)}\u00a0%`;
  const oneWay = (result: Result): string =>
    `${percent(result.deliveredKwh / shown.askedKwh)} of the energy, ${percent(result.satisfied)} of drivers satisfied, ${result.startsPerSession.toFixed(1)} starts a session`;
  const bill = ({ energyCost = 0, demandCost = 0, deliveredKwh }: Result): string =>
    ((energyCost + demandCost) / Math.max(1, deliveredKwh)).toFixed(3);
  const ofCost =
    cost?.currency === undefined
      ? ''
      : `
<p>Planning for the bill looks at prices and at the highest power too, once nobody goes short: energy and highest powers come to ${escaped(bill(cost))} ${escaped(cost.currency)} a kWh, with ${escaped(oneWay(cost))}. Without a plan they come to ${escaped(bill(ours))}.</p>`;
  return `<h2>What planning ahead changes</h2>
<p>The control can look a day ahead, at who is there and when each says to leave, and plan anew whenever somebody comes or goes: ${escaped(oneWay(planned))}.
Without a plan: ${escaped(oneWay(ours))}.</p>${ofCost}`;
}
