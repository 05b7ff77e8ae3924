import { useRef, useState } from 'preact/hooks';
import { countStates, matches, NO_FILTER, type EvseFilter } from '../model/evse-filter.ts';
import { stateLook } from '../model/evse-state.ts';
import { evseView } from '../model/evse-view.ts';
import { kilowatts, words } from '../model/format.ts';
import { evsesByCircuit, MAX_EVSE_LAYERS } from '../model/layers.ts';
import type { EvseLive, EvseState, LiveSite } from '../model/live-site.ts';
import { moveBetweenCards } from './card-keys.ts';
import { EvseCard } from './evse-card.tsx';
import { StepText } from './full-states.tsx';
import { BarLegend } from './power-bar.tsx';
import { Shape } from './values.tsx';

export interface EvseSectionProps {
  readonly site: LiveSite;
  readonly sinceReceivedMs: number;
  readonly selectedId: string | null;
  readonly filterId: string;
  readonly onSelect: (evseId: string) => void;
  readonly onHover: (evseId: string | null) => void;
}

/** A finger has no slash key to press. */
const HAS_KEYS = matchMedia('(hover: hover)').matches;

export function EvseSection(props: EvseSectionProps) {
  const { site, selectedId } = props;
  const section = useRef<HTMLElement>(null);
  const [filter, setFilter] = useState<EvseFilter>(NO_FILTER);
  const [focused, setFocused] = useState<string | null>(null);
  const groups = shownGroups(site, filter);
  const shown = groups.flatMap((group) => group.evses);
  const tabStop = shown.find((evse) => evse.evseId === (focused ?? selectedId))?.evseId ?? shown[0]?.evseId;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (section.current === null) return;
    const moved = moveBetweenCards(event, section.current);
    if (moved !== null) setFocused(moved);
  };
  return (
    <section
      ref={section}
      class="evses"
      data-long={site.evses.length > MAX_EVSE_LAYERS}
      aria-labelledby="evses-title"
      onKeyDown={onKeyDown}
      onClick={(event) => onCard(event.target, (evseId) => (setFocused(evseId), props.onSelect(evseId)))}
      onPointerOver={(event) => hasPointer(event) && props.onHover(evseIdOf(event.target))}
      onPointerLeave={() => props.onHover(null)}
      onFocusCapture={(event) => isByKeys(event.target) && props.onHover(evseIdOf(event.target))}
      onBlurCapture={() => props.onHover(null)}
    >
      <EvsesHead evses={site.evses} filter={filter} filterId={props.filterId} onChange={setFilter} />
      {site.evses.length === 0 && <NoStations />}
      {site.evses.length > 0 && shown.length === 0 && (
        <p class="card nothing">
          No EVSE matches.{' '}
          <button type="button" class="button small" onClick={() => setFilter(NO_FILTER)}>
            Show all {site.evses.length}
          </button>
        </p>
      )}
      {groups.map((group) => (
        <div key={group.circuitId} class="evse-group">
          <h3 class="group-title">
            {group.label}
            <span class="muted"> · {group.summary}</span>
          </h3>
          <ul class="evse-grid">
            {group.evses.map((evse) => (
              <EvseCard
                key={evse.evseId}
                view={evseView(evse, props)}
                selected={evse.evseId === selectedId}
                tabbable={evse.evseId === tabStop}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

interface EvsesHeadProps extends StateChipsProps {
  readonly filterId: string;
}

function EvsesHead({ evses, filter, filterId, onChange }: EvsesHeadProps) {
  return (
    <div class="evses-head">
      <h2 id="evses-title" tabIndex={-1}>
        EVSEs
      </h2>
      <StateChips evses={evses} filter={filter} onChange={onChange} />
      <BarLegend />
      <input
        id={filterId}
        class="field search"
        type="search"
        placeholder={HAS_KEYS ? 'Find (press /)' : 'Find'}
        aria-label="Find an EVSE by name, station or circuit"
        value={filter.text}
        onInput={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
    </div>
  );
}

interface ShownGroup {
  readonly circuitId: string;
  readonly label: string;
  readonly summary: string;
  readonly evses: readonly EvseLive[];
}

function shownGroups(site: LiveSite, filter: EvseFilter): readonly ShownGroup[] {
  const byId = new Map(site.evses.map((evse) => [evse.evseId, evse]));
  return evsesByCircuit(site).flatMap((group) => {
    const all = group.evseIds.flatMap((evseId) => byId.get(evseId) ?? []);
    const evses = all.filter((evse) => matches(evse, filter, group.label));
    if (evses.length === 0) return [];
    const drawnKw = evses.reduce((sum, evse) => sum + (evse.drawnKw ?? 0), 0);
    const count = evses.length === all.length ? `${all.length} EVSEs` : `${evses.length} of ${all.length} EVSEs`;
    return [{ ...group, evses, summary: `${count}, ${words(kilowatts(drawnKw))}` }];
  });
}

function evseIdOf(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest('[data-evse]')?.getAttribute('data-evse') ?? null) : null;
}

/** A tap leaves no pointer behind: it would highlight until the next tap. */
const hasPointer = (event: PointerEvent): boolean => event.pointerType === 'mouse';
const isByKeys = (target: EventTarget | null): boolean => target instanceof Element && target.matches(':focus-visible');

function onCard(target: EventTarget | null, act: (evseId: string) => void): void {
  const evseId = evseIdOf(target);
  if (evseId !== null) act(evseId);
}

interface StateChipsProps {
  readonly evses: readonly EvseLive[];
  readonly filter: EvseFilter;
  readonly onChange: (filter: EvseFilter) => void;
}

/** How many are in each state, and at the same time the filter by state. */
function StateChips({ evses, filter, onChange }: StateChipsProps) {
  const toggle = (state: EvseState): void => onChange({ ...filter, state: filter.state === state ? null : state });
  return (
    <div class="chips" role="group" aria-label="Filter by state">
      {countStates(evses).map(({ state, count }) => {
        const look = stateLook(state);
        return (
          <button
            key={state}
            type="button"
            class="chip"
            data-tone={look.tone}
            aria-pressed={filter.state === state}
            onClick={() => toggle(state)}
          >
            <Shape shape={look.shape} />
            {look.word} <b>{count}</b>
          </button>
        );
      })}
    </div>
  );
}

function NoStations() {
  const command = `curl -X PUT ${location.origin}/api/v1/stations/ST-001`;
  return (
    <div class="card nothing">
      <p>
        <strong>This site has no station yet.</strong> Name one in the site document, then ask for its password; a
        station that connects with it appears here at once.
      </p>
      <StepText text={command} />
    </div>
  );
}
