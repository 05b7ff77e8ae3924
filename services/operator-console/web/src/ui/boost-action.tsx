import { useState } from 'preact/hooks';
import { type Answer, deleteBoost, postBoost } from '../data/api.ts';
import { failureWords } from '../model/failure.ts';
import { clockTimeOn } from '../model/format.ts';
import type { EvseLive, LiveSite } from '../model/live-site.ts';

type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly text: string };

export interface BoostActionProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
}

/** C70: lets a car that charges come before all others for half an hour, or ends that. What it does shows in the live document. */
export function BoostAction({ evse, site }: BoostActionProps) {
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  const { boost } = evse;
  if (boost === null && (evse.session?.transactionId ?? null) === null) return null;
  const send = async (request: Promise<Answer<unknown>>): Promise<void> => {
    setSending({ kind: 'busy' });
    const answer = await request;
    setSending(answer.kind === 'ok' ? { kind: 'idle' } : { kind: 'failed', text: failureWords(answer.failure) });
  };
  return (
    <div>
      {boost !== null && (
        <p class="muted">
          Comes first until {clockTimeOn(boost.untilMs, site.atMs, site.timezone)}
          {boost.setBy !== '' && `, by ${boost.setBy}`}.
        </p>
      )}
      <button
        type="button"
        class="button physical"
        disabled={sending.kind === 'busy'}
        onClick={() => void send(boost === null ? postBoost(evse.evseId) : deleteBoost(evse.evseId))}
      >
        {boost === null ? 'Boost for 30 min' : 'End boost now'}
      </button>
      {sending.kind === 'failed' && (
        <p class="form-failure" role="alert">
          {sending.text}
        </p>
      )}
    </div>
  );
}
