import type { Theme, ThemeChoice } from '../data/preferences.ts';

const THEMES: readonly { readonly theme: Theme; readonly label: string }[] = [
  { theme: 'system', label: 'As the system' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
];

export function ThemeSwitch({ choice }: { readonly choice: ThemeChoice }) {
  return (
    <fieldset class="segmented" aria-label="Theme">
      {THEMES.map(({ theme, label }) => (
        <button
          key={theme}
          type="button"
          class="segment icon"
          aria-pressed={choice.theme === theme}
          title={label}
          aria-label={label}
          onClick={() => choice.choose(theme)}
        >
          <ThemeIcon theme={theme} />
        </button>
      ))}
    </fieldset>
  );
}

function ThemeIcon({ theme }: { readonly theme: Theme }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    >
      {theme === 'system' && <path d="M2.5 3.5h11v7h-11zM6 13h4" />}
      {theme === 'light' && (
        <path d="M8 5.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5zM8 1v1.75M8 13.25V15M1 8h1.75M13.25 8H15M3.05 3.05l1.2 1.2M11.75 11.75l1.2 1.2M12.95 3.05l-1.2 1.2M4.25 11.75l-1.2 1.2" />
      )}
      {theme === 'dark' && <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z" />}
    </svg>
  );
}
