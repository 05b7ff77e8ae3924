import { clockTimeOn } from '../model/format.ts';
import type { PriceLive } from '../model/grid-live.ts';
import { priceText } from '../model/grid-words.ts';
import type { LiveSite } from '../model/live-site.ts';
import { Instant } from './values.tsx';

export interface PriceFactProps {
  readonly price: PriceLive;
  readonly site: LiveSite;
}

/** What a kilowatt-hour costs now and next, by the clock of the site. No price is a dash, never 0. */
export function PriceFact({ price, site }: PriceFactProps) {
  const { now, next } = price;
  return (
    <dl class="grid-facts grid-price" aria-label="Price of energy">
      <div title={now?.source}>
        <dt>Price now{now?.period !== null && now !== null && `, ${now.period}`}</dt>
        <dd>
          {priceText(now)}
          {now !== null && <span class="unit">{'\u202f'}/kWh</span>}
        </dd>
        <dd class="grid-note">
          {next === null && 'no change within a day'}
          {next !== null && (
            <>
              from{' '}
              <Instant atMs={next.atMs} zone={site.timezone} text={clockTimeOn(next.atMs, site.atMs, site.timezone)} />{' '}
              {next.price === null ? 'no price' : priceText(next.price)}
              {next.price?.period !== null && next.price !== null && `, ${next.price.period}`}
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}
