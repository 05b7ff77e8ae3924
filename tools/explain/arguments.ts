export interface Ask {
  readonly siteId: string;
  /** `<station>/<number>`; undefined: all of the site. */
  readonly evse: string | undefined;
  readonly url: string;
  /** An instant: the decision that stood then, made again. */
  readonly replay: string | undefined;
  /** What another contract of the grid connection would change, kW. */
  readonly contractKw: number | undefined;
}

export type Asked = { readonly kind: 'ask'; readonly ask: Ask } | { readonly kind: 'refused'; readonly why: string };

export const USAGE =
  'npm run explain -- SITE [STATION/EVSE] [--contract-kw KW | --replay INSTANT] [--url http://127.0.0.1:8080]';

const OPTIONS = ['--url', '--replay', '--contract-kw'];
const DEFAULT_URL = 'http://127.0.0.1:8080';
const MAX_KW = 1_000_000;

export function readArguments(args: readonly string[]): Asked {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let n = 0; n < args.length; n += 1) {
    const word = args[n] ?? '';
    if (!word.startsWith('--')) {
      words.push(word);
      continue;
    }
    if (!OPTIONS.includes(word)) return refused(`there is no option ${word}`);
    const value = args[n + 1];
    if (value === undefined) return refused(`${word} wants a value`);
    values.set(word, value);
    n += 1;
  }
  const [siteId, evse, ...more] = words;
  if (siteId === undefined) return refused('no site is named');
  if (more.length > 0) return refused(`one site and one EVSE, not also "${more.join(' ')}"`);
  const url = values.get('--url') ?? DEFAULT_URL;
  if (!/^https?:\/\/\S+$/u.test(url)) return refused(`"${url}" is no address of a console`);
  const kw = values.get('--contract-kw');
  const contractKw = kw === undefined ? undefined : Number(kw);
  if (contractKw !== undefined && !(contractKw >= 0 && contractKw <= MAX_KW)) {
    return refused(`--contract-kw wants kilowatts from 0 to ${MAX_KW}`);
  }
  const replay = values.get('--replay');
  if (replay !== undefined && Number.isNaN(Date.parse(replay))) {
    return refused(`--replay wants an instant, such as 2026-06-07T12:00:00Z, not "${replay}"`);
  }
  if (replay !== undefined && contractKw !== undefined) return refused('ask for one of --replay and --contract-kw');
  return { kind: 'ask', ask: { siteId, evse, url: url.replace(/\/$/u, ''), replay, contractKw } };
}

const refused = (why: string): Asked => ({ kind: 'refused', why });
