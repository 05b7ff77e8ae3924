import { useState } from 'preact/hooks';
import { postDemoEvent } from '../data/api.ts';
import { failureWords } from '../model/failure.ts';
import { clockSeconds } from '../model/format.ts';
import {
  DEFAULT_LENGTH_S,
  DEFAULT_START_S,
  gridPreview,
  LENGTHS_S,
  lengthWords,
  readGridDraft,
  STARTS_S,
  suggestedKw,
} from '../model/grid-draft.ts';
import type { LiveSite } from '../model/live-site.ts';
import { Modal } from './modal.tsx';

export interface GridDialogProps {
  readonly site: LiveSite;
  readonly onClose: () => void;
}

type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly text: string };

/** The utility of a demo, played by a person: the event goes to a real VTN and comes back by the grid adapter. */
export function GridDialog({ site, onClose }: GridDialogProps) {
  const [limit, setLimit] = useState(() => suggestedKw(site));
  const [lengthS, setLengthS] = useState<number>(DEFAULT_LENGTH_S);
  const [startInS, setStartInS] = useState<number>(DEFAULT_START_S);
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  const result = readGridDraft(limit, lengthS, startInS);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (result.kind !== 'ok') return;
    setSending({ kind: 'busy' });
    const answer = await postDemoEvent(site.siteId, result.draft);
    if (answer.kind === 'ok') onClose();
    else setSending({ kind: 'failed', text: failureWords(answer.failure) });
  };
  const busy = sending.kind === 'busy';
  return (
    <Modal title="Grid event" onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p class="muted">
          You play the utility of this demo. A grid event asks a site to draw less for a while, so that the grid of the
          neighbourhood holds.
        </p>
        <label class="form-row">
          <span class="form-label">The whole site, building and cars, may draw</span>
          <span class="field-unit">
            <input
              class="field number"
              name="limit-kw"
              inputMode="decimal"
              data-first
              value={limit}
              aria-invalid={result.kind === 'refused'}
              onInput={(event) => setLimit(event.currentTarget.value)}
            />
            <span class="muted">kW</span>
          </span>
          {result.kind === 'refused' && (
            <span class="form-problem" role="alert">
              {result.text}
            </span>
          )}
        </label>
        <Choice label="It starts" of={STARTS_S} chosen={startInS} onChoose={setStartInS} text={startWords} />
        <Choice label="It lasts" of={LENGTHS_S} chosen={lengthS} onChoose={setLengthS} text={lengthWords} />
        <div class="preview" aria-live="polite">
          <h3>What would happen</h3>
          {(result.kind === 'ok'
            ? gridPreview(result.draft, site)
            : ['The effect shows here before anything is sent.']
          ).map((sentence, index) => (
            <p key={index}>{sentence}</p>
          ))}
        </div>
        {sending.kind === 'failed' && (
          <p class="form-failure" role="alert">
            {sending.text}
          </p>
        )}
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button physical" disabled={busy || result.kind !== 'ok'}>
            {busy ? 'Sending' : `Ask for less until ${endWords(site, startInS + lengthS)}`}
          </button>
        </div>
      </form>
    </Modal>
  );
}

const startWords = (seconds: number): string => (seconds === 0 ? 'now' : `in ${lengthWords(seconds)}`);
const endWords = (site: LiveSite, seconds: number): string => clockSeconds(site.atMs + seconds * 1_000, site.timezone);

interface ChoiceProps {
  readonly label: string;
  readonly of: readonly number[];
  readonly chosen: number;
  readonly onChoose: (seconds: number) => void;
  readonly text: (seconds: number) => string;
}

function Choice({ label, of, chosen, onChoose, text }: ChoiceProps) {
  return (
    <div class="form-row" role="group" aria-label={label}>
      <span class="form-label">{label}</span>
      <span class="segmented wide">
        {of.map((each) => (
          <button
            key={each}
            type="button"
            class="segment"
            aria-pressed={each === chosen}
            onClick={() => onChoose(each)}
          >
            {text(each)}
          </button>
        ))}
      </span>
    </div>
  );
}
