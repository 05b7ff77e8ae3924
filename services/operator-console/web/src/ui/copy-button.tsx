import { useEffect, useState } from 'preact/hooks';

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

const TOLD_FOR_MS = 2000;

/** Copies, and says so in words. Where the browser forbids it, it says that instead. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (told === null) return;
    const timer = window.setTimeout(() => setTold(null), TOLD_FOR_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setTold('Copied');
    } catch {
      setTold('Copying is not allowed here');
    }
  };
  return (
    <button type="button" class="button small" onClick={() => void copy()}>
      <span aria-live="polite">{told ?? label}</span>
    </button>
  );
}
