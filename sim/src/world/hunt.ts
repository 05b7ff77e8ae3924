/** A program: seeds one after the other until the named checkers see something, or all of them. One line of JSON for each, on stdout. */
import process from 'node:process';
import type { FaultClass } from './faults.ts';
import { PERSONAS } from './abilities.ts';
import { GRID_OPTIONS } from './grid-option.ts';
import { runSeed } from './run-seed.ts';

interface Hunt {
  readonly from: number;
  readonly seeds: number;
  readonly hours: number;
  readonly stations: number;
  /** Absent: one. */
  readonly sites?: number;
  /** Cars may give back. Absent: they only take. */
  readonly exportLimitKw?: number;
  readonly faults: readonly FaultClass[];
  /** All stations are so. Absent: as the seed says. */
  readonly persona?: string;
  /** Absent: as the seed says. */
  readonly grid?: string;
  /** Circuits are derated by their temperature. Absent: none is. */
  readonly isHot?: boolean;
  /** The contactors of all bays are rated for few closings. Absent: as the seed says. */
  readonly isSparing?: boolean;
  /** A station goes to another site. Absent: none does. */
  readonly moves?: 'as-new' | 'as-it-is';
  /** Empty: any of them ends it. */
  readonly checkers: readonly string[];
  /** Whatever is seen, the other seeds are run too. Absent: they are not. */
  readonly all?: boolean;
}

const MICROSECONDS = 1_000_000;
const [text] = process.argv.slice(2);
if (text === undefined) throw new Error('usage: hunt.ts JSON');
const hunt = JSON.parse(text) as Hunt;
const persona = hunt.persona === undefined ? undefined : PERSONAS.get(hunt.persona);
if (hunt.persona !== undefined && persona === undefined) throw new Error(`no persona is called ${hunt.persona}`);
const grid = GRID_OPTIONS.find((name) => name === hunt.grid);
if (hunt.grid !== undefined && grid === undefined) throw new Error(`no grid is called ${hunt.grid}`);
const sites = hunt.sites === undefined ? {} : { sites: hunt.sites };
const hot = hunt.isHot === undefined ? {} : { isHot: hunt.isHot };
const sparing = hunt.isSparing === undefined ? {} : { isSparing: hunt.isSparing };
const moves = hunt.moves === undefined ? {} : { moves: hunt.moves };
const gives = hunt.exportLimitKw === undefined ? {} : { exportLimitKw: hunt.exportLimitKw };
const alike = {
  ...sites,
  ...hot,
  ...sparing,
  ...moves,
  ...gives,
  ...(persona === undefined ? {} : { persona }),
  ...(grid === undefined ? {} : { grid }),
};
for (let seed = hunt.from; seed < hunt.from + hunt.seeds; seed += 1) {
  const { hours, stations, faults } = hunt;
  const [first] = (await runSeed({ seed, hours, stations, faults, ...alike, endsEarly: true })).violations;
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ seed, cpuS: (user + system) / MICROSECONDS, ...first })}\n`);
  if (hunt.all !== true && first !== undefined && (hunt.checkers.length === 0 || hunt.checkers.includes(first.checker)))
    break;
}
