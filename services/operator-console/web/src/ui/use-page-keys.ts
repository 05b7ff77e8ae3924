import { useEffect } from 'preact/hooks';

export interface PageKeys {
  readonly singleKeys: boolean;
  readonly onKeys: () => void;
  readonly onFind: () => void;
  readonly onLimit: () => void;
  /** Undefined: there is no demo. */
  readonly onMakeEvent: (() => void) | undefined;
  readonly onEvents: () => void;
  readonly onPlan: () => void;
  readonly onEscape: () => void;
}

/** The keys of the page. They rest while somebody writes in a field or a dialog is open. */
export function usePageKeys(keys: PageKeys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === 'Escape') keys.onEscape();
      if (!keys.singleKeys || isWriting(event.target)) return;
      const action = actionOf(keys, event.key);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
}

function actionOf(keys: PageKeys, key: string): (() => void) | undefined {
  const [atOnce, pages] = [
    { '?': keys.onKeys, '/': keys.onFind, l: keys.onLimit, g: keys.onMakeEvent },
    { e: keys.onEvents, p: keys.onPlan },
  ];
  return { ...atOnce, ...pages }[key];
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
