import { useEffect, useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';

const THEME_KEY = 'headroom.theme';
const SINGLE_KEYS_KEY = 'headroom.single-keys';
const DARK_QUERY = '(prefers-color-scheme: dark)';

/** A browser may forbid storage: the choice then lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to tell: the page already shows the choice.
  }
}

export function storedTheme(): Theme {
  const stored = read(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

export interface ThemeChoice {
  readonly theme: Theme;
  readonly choose: (theme: Theme) => void;
  /** Whether dark is what a person sees now; the canvas has to be told, it does not read style sheets. */
  readonly dark: boolean;
}

export function useTheme(): ThemeChoice {
  const [theme, setTheme] = useState(storedTheme);
  const [systemDark, setSystemDark] = useState(() => matchMedia(DARK_QUERY).matches);
  useEffect(() => {
    const query = matchMedia(DARK_QUERY);
    const follow = (): void => setSystemDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const choose = (chosen: Theme): void => {
    applyTheme(chosen);
    write(THEME_KEY, chosen);
    setTheme(chosen);
  };
  return { theme, choose, dark: theme === 'dark' || (theme === 'system' && systemDark) };
}

/** Single-letter keys can be switched off (WCAG 2.1.4): speech input would otherwise set them off. */
export function useSingleKeys(): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => read(SINGLE_KEYS_KEY) !== 'off');
  const choose = (wanted: boolean): void => {
    write(SINGLE_KEYS_KEY, wanted ? 'on' : 'off');
    setOn(wanted);
  };
  return [on, choose];
}
