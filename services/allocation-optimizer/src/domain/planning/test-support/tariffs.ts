import type { SiteTariff } from '@headroom/site-model';

/** A tariff whose evening, 16 to 21 h UTC, is dear; its highest powers of a month cost 10 a kW, and those of the evening 5 more. */
export const EVENING: SiteTariff = tariffText({});

/** The same with parts of `spec` otherwise. */
export function tariffText(spec: Readonly<Record<string, unknown>>): SiteTariff {
  const document = {
    apiVersion: 'headroom/v1',
    kind: 'Tariff',
    metadata: { name: 'evening' },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC' },
      seasons: [
        {
          ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
          periods: [
            { name: 'day', perKwh: 0.1 },
            { name: 'evening', perKwh: 0.4 },
          ],
          days: {
            weekday: [
              { from: '21:00', to: '16:00', period: 'day' },
              { from: '16:00', to: '21:00', period: 'evening' },
            ],
          },
        },
      ],
      demandCharges: [
        { name: 'any time', perKw: 10 },
        { name: 'in the evening', perKw: 5, periods: ['evening'] },
      ],
      ...spec,
    },
  };
  return { name: 'evening', documentJson: JSON.stringify(document) };
}
