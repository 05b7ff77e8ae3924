export type BenchArguments =
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      readonly names: readonly string[];
      readonly jsonFile: string | undefined;
      /** How often each is measured. */
      readonly times: number;
    }
  | { readonly kind: 'refused'; readonly why: string };

const MOST_TIMES = 20;

/** `--list`, or `[NAME ...] [--times N] [--json FILE]`; no name means all of `known`. A name of `groups` stands for its members. */
export function readArguments(
  argv: readonly string[],
  known: readonly string[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): BenchArguments {
  const names: string[] = [];
  let jsonFile: string | undefined;
  let times = 1;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--list') return { kind: 'list' };
    if (word === '--json') {
      at += 1;
      jsonFile = argv[at];
      if (jsonFile === undefined) return { kind: 'refused', why: '--json wants the name of a file' };
      continue;
    }
    if (word === '--times') {
      at += 1;
      times = Number(argv[at]);
      if (Number.isInteger(times) && times >= 1 && times <= MOST_TIMES) continue;
      return { kind: 'refused', why: `--times wants a whole number from 1 to ${MOST_TIMES}` };
    }
    if (word.startsWith('-')) return { kind: 'refused', why: `there is no option ${word}` };
    const members = groups[word] ?? [word];
    if (!members.every((name) => known.includes(name))) return { kind: 'refused', why: `there is no bench "${word}"` };
    names.push(...members);
  }
  const asked = names.length === 0 ? known : known.filter((name) => names.includes(name));
  return { kind: 'run', names: asked, jsonFile, times };
}
