/** Moves the focus between cards by arrows, as they lie on the screen; the grid is one stop of the tab key (LK20). */
export function moveBetweenCards(event: KeyboardEvent, section: HTMLElement): string | null {
  const cards = [...section.querySelectorAll<HTMLElement>('[data-evse]')];
  const at = cards.findIndex((card) => card === document.activeElement);
  const target = at < 0 ? undefined : cards[targetIndex(event.key, cards, at)];
  if (target === undefined || target === cards[at]) return null;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: 'nearest' });
  return target.getAttribute('data-evse');
}

function targetIndex(key: string, cards: readonly HTMLElement[], at: number): number {
  switch (key) {
    case 'ArrowRight':
      return Math.min(cards.length - 1, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowDown':
      return nearestInLine(cards, at, 1);
    case 'ArrowUp':
      return nearestInLine(cards, at, -1);
    case 'Home':
      return 0;
    case 'End':
      return cards.length - 1;
    default:
      return at;
  }
}

/** The card of the next line whose left edge is nearest. Groups have lines of their own length, so counting would miss. */
function nearestInLine(cards: readonly HTMLElement[], at: number, step: 1 | -1): number {
  const here = cards[at]?.getBoundingClientRect();
  if (here === undefined) return at;
  let best = at;
  let lineTop: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = at + step; index >= 0 && index < cards.length; index += step) {
    const box = cards[index]?.getBoundingClientRect();
    if (box === undefined || Math.abs(box.top - here.top) < 4) continue;
    lineTop ??= box.top;
    if (Math.abs(box.top - lineTop) > 4) break;
    const distance = Math.abs(box.left - here.left);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = index;
    }
  }
  return best;
}
