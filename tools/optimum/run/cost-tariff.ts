import type { SiteTariff } from '@headroom/site-model';

/** Working days of a month. */
const DAYS_OF_MONTH = 21;
const DEMAND_PER_KW = 14;

/** BG9: nights cheap, 16 to 21 h dear; a period of so many days bears its part of the price of a month's highest power. */
export function costTariff(days: number): SiteTariff {
  const perKw = Math.round((DEMAND_PER_KW * Math.min(days, DAYS_OF_MONTH) * 1e6) / DAYS_OF_MONTH) / 1e6;
  const documentJson = JSON.stringify({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'benchmark' } },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC', demandCharges: [{ name: 'highest power', perKw }] },
      seasons: [
        {
          ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
          periods: [
            { name: 'night', perKwh: 0.09 },
            { name: 'day', perKwh: 0.14 },
            { name: 'peak', perKwh: 0.29 },
          ],
          days: {
            weekday: [
              { from: '22:00', to: '06:00', period: 'night' },
              { from: '06:00', to: '16:00', period: 'day' },
              { from: '16:00', to: '21:00', period: 'peak' },
              { from: '21:00', to: '22:00', period: 'day' },
            ],
          },
        },
      ],
    },
  });
  return { name: 'benchmark', documentJson };
}
