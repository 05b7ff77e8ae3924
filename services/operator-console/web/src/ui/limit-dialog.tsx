import { useState } from 'preact/hooks';
import { deleteOverride, putOverride, type Answer } from '../data/api.ts';
import { failureWords } from '../model/failure.ts';
import { clockTimeOn, duration, kilowatts, words } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';
import {
  DEFAULT_DURATION_MIN,
  DURATIONS_MIN,
  previewSentences,
  problemWords,
  readDraft,
  type DraftResult,
} from '../model/override-preview.ts';
import { Modal } from './modal.tsx';

export interface LimitDialogProps {
  readonly site: LiveSite;
  readonly onClose: () => void;
}

type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly text: string };

/** A physical action (LK19): it shows its effect before, and it cannot be set without an end. */
export function LimitDialog({ site, onClose }: LimitDialogProps) {
  const [power, setPower] = useState(() => suggestedKw(site));
  const [minutes, setMinutes] = useState<number>(DEFAULT_DURATION_MIN);
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  const result = readDraft(power, minutes, site.atMs);

  const send = async (request: Promise<Answer<unknown>>): Promise<void> => {
    setSending({ kind: 'busy' });
    const answer = await request;
    if (answer.kind === 'ok') onClose();
    else setSending({ kind: 'failed', text: failureWords(answer.failure) });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (result.kind === 'ok') void send(putOverride(site.siteId, { ...result.draft, reason }));
  };
  const busy = sending.kind === 'busy';
  return (
    <Modal title="Limit site" onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        {site.override !== null && (
          <ActiveLimit site={site} busy={busy} onEnd={() => void send(deleteOverride(site.siteId))} />
        )}
        <PowerField power={power} result={result} onChange={setPower} />
        <DurationField site={site} minutes={minutes} onChange={setMinutes} />
        <label class="form-row">
          <span class="form-label">Reason, for those who see it later</span>
          <input
            class="field"
            value={reason}
            maxLength={200}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <Preview result={result} site={site} />
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
            {busy ? 'Sending' : actionWords(result, site)}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Four fifths of what holds now, to the full 5 kW: a start that visibly does something. */
function suggestedKw(site: LiveSite): string {
  const heldKw = site.override?.powerKw ?? null;
  if (heldKw !== null) return String(Math.round(heldKw * 10) / 10);
  return site.limit.powerKw === null ? '' : String(Math.max(0, Math.round((site.limit.powerKw * 0.8) / 5) * 5));
}

function actionWords(result: DraftResult, site: LiveSite): string {
  if (result.kind !== 'ok') return 'Limit site';
  const until = clockTimeOn(result.draft.validUntilMs, site.atMs, site.timezone);
  return `Limit to ${words(kilowatts(result.draft.powerKw))} until ${until}`;
}

interface ActiveLimitProps {
  readonly site: LiveSite;
  readonly busy: boolean;
  readonly onEnd: () => void;
}

function ActiveLimit({ site, busy, onEnd }: ActiveLimitProps) {
  const until = site.override?.validUntilMs ?? null;
  return (
    <div class="active-limit">
      <p>
        <strong>{words(kilowatts(site.override?.powerKw ?? null))}</strong> holds until{' '}
        {clockTimeOn(until, site.atMs, site.timezone)}
        {until !== null && `, ${duration(until - site.atMs)} from now`}.
      </p>
      <button type="button" class="button physical" disabled={busy} onClick={onEnd}>
        End limit now
      </button>
    </div>
  );
}

interface PowerFieldProps {
  readonly power: string;
  readonly result: DraftResult;
  readonly onChange: (power: string) => void;
}

function PowerField({ power, result, onChange }: PowerFieldProps) {
  const problem = result.kind === 'refused' && result.field === 'power' ? problemWords(result.problem) : null;
  return (
    <label class="form-row">
      <span class="form-label">The whole site, building and cars, may draw</span>
      <span class="field-unit">
        <input
          class="field number"
          inputMode="decimal"
          data-first
          value={power}
          aria-invalid={problem !== null}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
        <span class="muted">kW</span>
      </span>
      {problem !== null && <span class="form-problem">{problem}</span>}
    </label>
  );
}

interface DurationFieldProps {
  readonly site: LiveSite;
  readonly minutes: number;
  readonly onChange: (minutes: number) => void;
}

function DurationField({ site, minutes, onChange }: DurationFieldProps) {
  const end = clockTimeOn(site.atMs + minutes * 60_000, site.atMs, site.timezone);
  return (
    <div class="form-row" role="group" aria-label="How long">
      <span class="form-label">
        For <span class="muted">· ends {end}, time of the site</span>
      </span>
      <span class="segmented wide">
        {DURATIONS_MIN.map((each) => (
          <button
            key={each}
            type="button"
            class="segment"
            aria-pressed={each === minutes}
            onClick={() => onChange(each)}
          >
            {duration(each * 60_000)}
          </button>
        ))}
      </span>
    </div>
  );
}

interface PreviewProps {
  readonly result: DraftResult;
  readonly site: LiveSite;
}

function Preview({ result, site }: PreviewProps) {
  const sentences =
    result.kind === 'ok' ? previewSentences(result.draft, site) : ['The effect shows here before anything is sent.'];
  return (
    <div class="preview" aria-live="polite">
      <h3>What would happen</h3>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}
