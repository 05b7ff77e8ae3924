import { useState } from 'preact/hooks';
import { previewSiteLimit } from '../data/api.ts';
import { failureWords } from '../model/failure.ts';
import { inSiteTime, unitsKept } from '../model/format.ts';
import type { EvseLive, LiveSite } from '../model/live-site.ts';
import { previewWords, readKilowatts, STEP_KW, steppedKilowatts } from '../model/site-preview.ts';

export interface WhatIfProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
}

type Told =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'sentences'; readonly sentences: readonly string[] };

/** UX6: what another limit of the site would mean for this car. It is only tried: nothing is set, and nobody is told. */
export function WhatIf({ evse, site }: WhatIfProps) {
  const [text, setText] = useState(() => String(Math.round(site.limit.powerKw ?? 0)));
  const [told, setTold] = useState<Told>({ kind: 'nothing' });
  const draft = readKilowatts(text);
  const change = (next: string): void => {
    setText(next);
    setTold({ kind: 'nothing' });
  };
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (draft.kind !== 'ok') return;
    setTold({ kind: 'asking' });
    const answer = await previewSiteLimit(site.siteId, draft.powerKw);
    setTold({
      kind: 'sentences',
      sentences: answer.kind === 'ok' ? previewWords(answer.value, evse) : [failureWords(answer.failure)],
    });
  };
  return (
    <form class="what-if" onSubmit={(event) => void ask(event)} noValidate aria-label="What if">
      <label class="form-label" for="what-if-kw">
        What if the site’s contract were
      </label>
      <div class="what-if-row">
        <Step label="−" name={`${STEP_KW} kW less`} onStep={() => change(steppedKilowatts(text, -STEP_KW))} />
        <span class="field-unit">
          <input
            id="what-if-kw"
            class="field number"
            inputMode="decimal"
            value={text}
            aria-invalid={draft.kind === 'refused'}
            onInput={(event) => change(event.currentTarget.value)}
          />
          <span class="muted">kW</span>
        </span>
        <Step label="+" name={`${STEP_KW} kW more`} onStep={() => change(steppedKilowatts(text, STEP_KW))} />
        <button type="submit" class="button" disabled={draft.kind !== 'ok' || told.kind === 'asking'}>
          {told.kind === 'asking' ? 'Trying' : 'Try'}
        </button>
      </div>
      <div class="what-if-told" aria-live="polite">
        {draft.kind === 'refused' && <p class="form-problem">{draft.problem}</p>}
        {told.kind === 'sentences' &&
          told.sentences.map((sentence) => (
            <p key={sentence}>{unitsKept(inSiteTime(sentence, site.atMs, site.timezone))}</p>
          ))}
        {told.kind === 'nothing' && <p class="muted">Only tried: nothing is set.</p>}
      </div>
    </form>
  );
}

interface StepProps {
  readonly label: string;
  readonly name: string;
  readonly onStep: () => void;
}

function Step({ label, name, onStep }: StepProps) {
  return (
    <button type="button" class="button square" aria-label={name} title={name} onClick={onStep}>
      {label}
    </button>
  );
}
