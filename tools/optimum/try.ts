import { openHighs } from '@headroom/linear-program/highs';
import { day, DAY_KINDS } from './generate/day.ts';
import { bareSite } from './site/topology.ts';
import { buildingShares } from './site/building.ts';
import { tightDay } from './bounds/tight-limit.ts';
import { energyBound } from './bounds/energy-bound.ts';
import { REFERENCE_POLICIES } from './policies/reference.ts';
import { ours } from './policies/ours.ts';
import { runDay } from './run/run-day.ts';
import { figuresOf } from './run/figures.ts';
const s = await openHighs();
for (const kind of DAY_KINDS)
  for (const topology of ['one'] as const)
    for (const seed of [1, 2]) {
      const bare = bareSite(day(kind, seed), topology);
      const building = buildingShares(kind, seed, bare.slots);
      const td = tightDay(s, bare, { share: 0.9, building });
      const b = energyBound(s, td);
      for (const p of [...REFERENCE_POLICIES, ours]) {
        let t = performance.now();
        const r = figuresOf(td.sessions, runDay(td, p, { knows: 'truth', cars: 'ideal' }), b.energyWh);
        console.log(
          kind,
          topology,
          p.name.padEnd(12),
          Object.values(r)
            .map((x) => x.toFixed(3))
            .join('  '),
          (performance.now() - t).toFixed(0),
        );
      }
    }
