import { THIN_SPACE, UNKNOWN } from '../model/format.ts';
import { sameView, type EvseView } from '../model/evse-view.ts';
import { memo } from './memo.ts';
import { PowerBar } from './power-bar.tsx';
import { Shape } from './values.tsx';

export interface EvseCardProps {
  readonly view: EvseView;
  readonly selected: boolean;
  readonly tabbable: boolean;
}

/** LK14. The whole card is one button that opens the "Why?" of its EVSE; the section listens for it. */
export const EvseCard = memo(
  function EvseCard({ view, selected, tabbable }: EvseCardProps) {
    return (
      <li class="evse-item">
        <button
          type="button"
          class="card evse"
          data-evse={view.evseId}
          data-tone={view.look.tone}
          data-fresh={view.freshness}
          data-unknown={view.drawn === UNKNOWN}
          data-selected={selected}
          tabIndex={tabbable ? 0 : -1}
          aria-label={`${view.label}. ${view.reason} Why?`}
        >
          <CardHead view={view} />
          <PowerBar
            drawn={view.drawnPercent}
            commanded={view.commandedPercent}
            offered={view.offeredPercent}
            scaleKw={view.scaleKw}
          />
          <span class="evse-three">
            <span>
              Commanded <b>{view.commanded}</b>
            </span>
            <span>
              Offered <b>{view.offered}</b>
            </span>
          </span>
          <span class="evse-reason" title={view.reason}>
            {view.shortReason}
          </span>
          <span class="evse-foot">
            <span>{view.energy}</span>
            <span class={view.late ? 'late' : ''}>{view.ready}</span>
          </span>
        </button>
      </li>
    );
  },
  (before, after) =>
    before.selected === after.selected && before.tabbable === after.tabbable && sameView(before.view, after.view),
);

function CardHead({ view }: { readonly view: EvseView }) {
  return (
    <>
      <span class="evse-head">
        <span class="evse-name">{view.name}</span>
        <span class="state" data-tone={view.look.tone}>
          <Shape shape={view.look.shape} />
          {view.look.word}
        </span>
      </span>
      <span class="evse-power">
        <span class="evse-kw">
          {view.drawn}
          <span class="unit">{THIN_SPACE}kW drawn</span>
        </span>
        <span class="evse-age">{view.age}</span>
      </span>
    </>
  );
}
