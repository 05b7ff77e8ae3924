import { useState } from 'preact/hooks';
import { putChargingRequest } from '../data/api.ts';
import { failureWords } from '../model/failure.ts';
import { kilowattHours, words } from '../model/format.ts';
import type { EvseLive, LiveSite } from '../model/live-site.ts';
import { EMPTY_REQUEST, readRequest, type RequestField, wantedKwh } from '../model/request-draft.ts';

type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'noted' }
  | { readonly kind: 'failed'; readonly text: string };

export interface RequestFormProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
}

/** What the driver of the car that is there wants, as he thinks of it. It replaces what was wanted before. */
export function RequestForm({ evse, site }: RequestFormProps) {
  const [fields, setFields] = useState(EMPTY_REQUEST);
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  if (evse.session === null) return null;
  const result = readRequest(fields, site);
  const isBegun = fields.atPercent !== '' || fields.sizeKwh !== '';
  const field = (name: RequestField, label: string, unit: string) => (
    <Field
      {...{ label, unit, value: fields[name] }}
      isWrong={isBegun && result.kind === 'refused' && result.field === name}
      onChange={(value) => {
        setFields({ ...fields, [name]: value });
        setSending({ kind: 'idle' });
      }}
    />
  );
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (result.kind !== 'ok') return;
    setSending({ kind: 'busy' });
    const answer = await putChargingRequest(evse.evseId, result.draft);
    setSending(answer.kind === 'ok' ? { kind: 'noted' } : { kind: 'failed', text: failureWords(answer.failure) });
  };
  return (
    <form class="wish" onSubmit={(event) => void submit(event)} noValidate aria-label="What the driver wants">
      <p class="wish-sentence">
        When I plugged in, my battery was at {field('atPercent', 'Battery at plug-in', '%')} of{' '}
        {field('sizeKwh', 'Size of the battery', 'kWh')}. I want {field('targetPercent', 'Wanted', '%')} by{' '}
        {field('byTime', 'Time of departure', '')}.
      </p>
      <div class="wish-told" aria-live="polite">
        {result.kind === 'refused' && isBegun && <p class="form-problem">{result.text}</p>}
        {result.kind === 'ok' && sending.kind !== 'noted' && (
          <p class="muted">That is {words(kilowattHours(wantedKwh(result.draft)))}.</p>
        )}
        {sending.kind === 'noted' && <p>Noted.</p>}
        {sending.kind === 'failed' && <p class="form-failure">{sending.text}</p>}
      </div>
      <button type="submit" class="button" disabled={result.kind !== 'ok' || sending.kind === 'busy'}>
        {sending.kind === 'busy' ? 'Sending' : 'Say so'}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly unit: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
}

const Field = ({ label, unit, value, isWrong, onChange }: FieldProps) => (
  <span class="field-unit">
    <input
      class="field number"
      aria-label={unit === '' ? `${label}, such as 17:00` : `${label}, ${unit}`}
      inputMode={unit === '' ? 'text' : 'decimal'}
      placeholder={unit === '' ? '17:00' : ''}
      value={value}
      aria-invalid={isWrong}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
    {unit !== '' && <span class="muted">{unit}</span>}
  </span>
);
