import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A planted bug, as `sim/mutants/*.mutant` describes it. */
export interface Mutant {
  readonly name: string;
  /** A sentence. */
  readonly breaks: string;
  /** The rule: an HO or SI id. */
  readonly rule: string;
  /** Which checkers may find it. */
  readonly checkers: readonly string[];
  /** Kinds of trouble that it needs; the generators aim. */
  readonly faults: readonly string[];
  readonly seeds: number;
  readonly hours: number;
  readonly stations: number;
  /** Sites of the platform. Absent: one. */
  readonly sites?: number;
  /** As `npm run sim -- --export-kw` takes it. Absent: cars only take. */
  readonly exportLimitKw?: number;
  /** All stations are so; one of those that `npm run sim -- --persona` names. Absent: as the seed says. */
  readonly persona?: string;
  /** As `npm run sim -- --grid` takes it. Absent: as the seed says. */
  readonly grid?: string;
  /** Circuits are derated by their temperature in all seeds. Absent: in none. */
  readonly isHot?: boolean;
  /** The contactors of all bays are rated for few closings, in all seeds. Absent: as the seed says. */
  readonly isSparing?: boolean;
  /** In all seeds a station goes to another site, as new from the factory or with what it was told. Absent: in none. */
  readonly moves?: Moves;
  readonly changes: readonly Change[];
}

const MOVES = ['as-new', 'as-it-is'] as const;
export type Moves = (typeof MOVES)[number];

export interface Change {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replace: string;
}

const FIELDS = ['breaks', 'rule', 'checkers', 'faults', 'seeds', 'hours', 'stations'] as const;
/** Lines as they stand, the last one without its end: a change may begin and end within a line. */
const CHANGE = /^=== (.+)\n<<<\n([\s\S]*?)\n---\n(?:([\s\S]*?)\n)?>>>$/gm;

/** Throws a sentence where the text is none. */
export function parseMutant(name: string, text: string): Mutant {
  const head = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, key, value] = /^(\w+): (.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  );
  const of = (field: (typeof FIELDS)[number]): string => {
    const value = head.get(field);
    if (value === undefined) throw new Error(`${name}: ${field} is missing`);
    return value;
  };
  const list = (value: string): readonly string[] =>
    value.split(/[ ,]+/).filter((word) => word !== '' && word !== 'none');
  const persona = head.get('persona');
  const grid = head.get('grid');
  const sites = head.get('sites');
  const heat = head.get('heat');
  if (heat !== undefined && heat !== 'always') throw new Error(`${name}: heat is "${heat}"; it must be always`);
  const contactors = head.get('contactors');
  if (contactors !== undefined && contactors !== 'spared')
    throw new Error(`${name}: contactors is "${contactors}"; it must be spared`);
  const movesText = head.get('moves');
  const moves = MOVES.find((each) => each === movesText);
  if (movesText !== undefined && moves === undefined)
    throw new Error(`${name}: moves is "${movesText}"; it must be ${MOVES.join(' or ')}`);
  const exportKw = head.get('exportKw');
  const changes = [...text.matchAll(CHANGE)].map(([, file = '', search = '', replace = '']) => ({
    file,
    search,
    replace,
  }));
  if (changes.length === 0) throw new Error(`${name}: it changes nothing`);
  if (changes.length !== text.split('\n').filter((line) => line === '<<<').length) {
    throw new Error(`${name}: each <<< stands under a line "=== file" of its own`);
  }
  return {
    ...{ name, changes, breaks: of('breaks'), rule: of('rule') },
    checkers: list(of('checkers')),
    faults: list(of('faults')),
    seeds: Number(of('seeds')),
    hours: Number(of('hours')),
    stations: Number(of('stations')),
    ...(persona === undefined ? {} : { persona }),
    ...(grid === undefined ? {} : { grid }),
    ...(heat === undefined ? {} : { isHot: true }),
    ...(contactors === undefined ? {} : { isSparing: true }),
    ...(moves === undefined ? {} : { moves }),
    ...(sites === undefined ? {} : { sites: Number(sites) }),
    ...(exportKw === undefined ? {} : { exportLimitKw: Number(exportKw) }),
  };
}

const ENDING = '.mutant';

export const readMutants = (folder: string): readonly Mutant[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .toSorted()
    .map((file) => parseMutant(file.slice(0, -ENDING.length), readFileSync(join(folder, file), 'utf8')));

/** Changes the sources below `root`; returns how to undo it. Throws a sentence where it does not apply: then nothing is changed. */
export function applyMutant(root: string, { changes }: Pick<Mutant, 'changes'>): () => void {
  const originals = new Map<string, string>();
  const changed = new Map<string, string>();
  for (const { file, search, replace } of changes) {
    const path = join(root, file);
    const text = changed.get(path) ?? readFileSync(path, 'utf8');
    if (!originals.has(path)) originals.set(path, text);
    if (text.split(search).length !== 2) throw new Error(`does not apply to ${file}`);
    changed.set(
      path,
      text.replace(search, () => replace),
    );
  }
  for (const [path, text] of changed) writeFileSync(path, text);
  return () => {
    for (const [path, text] of originals) writeFileSync(path, text);
  };
}
