export type BenchArguments =
  | { readonly kind: 'list' }
  | { readonly kind: 'run'; readonly names: readonly string[]; readonly jsonFile: string | undefined }
  | { readonly kind: 'refused'; readonly why: string };

/** `--list`, or `[NAME ...] [--json FILE]`; no name means all of `known`. */
export function readArguments(argv: readonly string[], known: readonly string[]): BenchArguments {
  const names: string[] = [];
  let jsonFile: string | undefined;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--list') return { kind: 'list' };
    if (word === '--json') {
      at += 1;
      jsonFile = argv[at];
      if (jsonFile === undefined) return { kind: 'refused', why: '--json wants the name of a file' };
      continue;
    }
    if (word.startsWith('-')) return { kind: 'refused', why: `there is no option ${word}` };
    if (!known.includes(word)) return { kind: 'refused', why: `there is no bench "${word}"` };
    names.push(word);
  }
  return { kind: 'run', names: names.length === 0 ? known : known.filter((name) => names.includes(name)), jsonFile };
}
