import type { Share } from '../documents.ts';
import type { Persona } from '../station/persona.ts';
import type { Seeking } from './by-turns.ts';
import type { FaultClass } from './faults.ts';
import type { GridEvent } from './grid-events.ts';
import type { GridOption } from './grid-option.ts';
import type { Moves } from './moving.ts';
import type { Sabotage } from './processes.ts';
import type { Scenario } from './scenario.ts';

export interface SeedOptions extends Seeking {
  readonly seed: number;
  readonly hours: number;
  /** Of all sites together. */
  readonly stations: number;
  /** Sites of the platform, 1 to `MAX_SITES`; a scenario is played at the first. Default: one. */
  readonly sites?: number;
  /** A station goes from the second site to the first. Default: none does; `seedOptionsOf` draws it by the seed. */
  readonly moves?: Moves;
  /** Default: by the seed. */
  readonly faults?: readonly FaultClass[];
  /** Keys of the faults that may fire at all; default: whatever is drawn. */
  readonly only?: readonly string[];
  /** Epoch ms at which it ends unfinished: what is looked for came earlier than this. Default: the hours. */
  readonly giveUpAtMs?: number;
  /** Lines for a reader. */
  readonly read?: (line: string) => void;
  /** The first violation ends it: there is nothing more to learn. Default false. */
  readonly endsEarly?: boolean;
  /** Events of a utility, or a utility in every seed, or in none. Default: by the seed. */
  readonly grid?: GridOption | readonly GridEvent[];
  /** Circuits of each site are derated by their temperature (LC2). Default: none is; `seed-job.ts` draws it. */
  readonly isHot?: boolean;
  /** The contactors of all bays are rated for few closings (OD2). Default: by the seed. */
  readonly isSparing?: boolean;
  /** How all stations are beside their seed. Default: as the seed says. */
  readonly persona?: Partial<Persona>;
  /** How the site shares. Default: by the seed; equally where a scenario is played. */
  readonly share?: Share;
  /** What happens there, in place of people and faults by chance. */
  readonly scenario?: Scenario;
  /** A golden site with its day, in place of a site by the seed (`goldenNames`); `stations`: of it at most. */
  readonly golden?: string;
  /** Whether it goes on at the end with nothing that changes. Default: by the seed. */
  readonly still?: boolean;
  /** Something wrong on purpose, for tests of the checkers. */
  readonly sabotage?: Sabotage;
}
