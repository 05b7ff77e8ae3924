import { Modal } from './modal.tsx';

export interface KeysDialogProps {
  readonly singleKeys: boolean;
  readonly onSingleKeys: (on: boolean) => void;
  readonly onClose: () => void;
}

const KEYS: readonly (readonly [string, string])[] = [
  ['?', 'Show these keys'],
  ['/', 'Find an EVSE'],
  ['l', 'Limit the site'],
  ['e', 'Grid events, and back'],
  ['p', 'Plan, and back'],
  ['g', 'Make a grid event, in a demo'],
  ['← ↑ → ↓', 'Move between cards; on the chart, move the crosshair'],
  ['Enter', 'Open "Why?" of the card'],
  ['Esc', 'Close what is open'],
  ['Tab', 'Go through the page'],
];

export function KeysDialog({ singleKeys, onSingleKeys, onClose }: KeysDialogProps) {
  return (
    <Modal title="Keys" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([key, meaning]) => [
          <dt key={key}>
            <kbd>{key}</kbd>
          </dt>,
          <dd key={meaning}>{meaning}</dd>,
        ])}
      </dl>
      <label class="check">
        <input type="checkbox" checked={singleKeys} onChange={(event) => onSingleKeys(event.currentTarget.checked)} />
        Single-character keys are on
      </label>
    </Modal>
  );
}
