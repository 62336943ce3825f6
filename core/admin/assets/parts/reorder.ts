import { announce, t } from 'galley/client';
import { tellChange } from './field-names.ts';

/** What is moved, by which handle, among what. */
interface Movable {
  item: HTMLElement;
  handle: HTMLElement;
  /** What it is called, for screen readers. */
  label(): string;
  /** After each step. */
  onMove(): void;
}

const siblings = (item: HTMLElement): HTMLElement[] =>
  [...(item.parentElement?.children ?? [])].filter(
    (child): child is HTMLElement => child instanceof HTMLElement && !child.hidden,
  );

/** Moves an element one place up (-1) or down (1) among its visible neighbours. Returns whether there was room. */
export function moveBy(item: HTMLElement, step: -1 | 1): boolean {
  const all = siblings(item);
  const other = all[all.indexOf(item) + step];
  if (!other) return false;
  if (step < 0) other.before(item);
  else other.after(item);
  return true;
}

/** Lets an element be moved by its handle: dragged, or with the arrow keys. */
export function makeMovable({ item, handle, label, onMove }: Movable): void {
  const done = (): void => {
    onMove();
    tellChange(item);
  };
  handle.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined;
    if (step === undefined) return;
    event.preventDefault();
    if (!moveBy(item, step)) return;
    done();
    handle.focus();
    tellPlace(item, label());
  });
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    item.classList.add('is-dragged');
  });
  handle.addEventListener('pointermove', (event) => {
    if (handle.hasPointerCapture(event.pointerId)) follow(item, event.clientY);
  });
  const drop = (): void => {
    if (!item.classList.contains('is-dragged')) return;
    item.classList.remove('is-dragged');
    done();
    tellPlace(item, label());
  };
  handle.addEventListener('pointerup', drop);
  handle.addEventListener('pointercancel', drop);
}

/** Says where something stands now. */
export function tellPlace(item: HTMLElement, label: string): void {
  const all = siblings(item);
  announce(t('{label}: place {place} of {count}', { label, place: all.indexOf(item) + 1, count: all.length }));
}

/** Changes places with the neighbour whose middle the pointer has passed. */
function follow(item: HTMLElement, y: number): void {
  const all = siblings(item);
  const place = all.indexOf(item);
  const middle = (element: HTMLElement): number => {
    const { top, height } = element.getBoundingClientRect();
    return top + height / 2;
  };
  const [above, below] = [all[place - 1], all[place + 1]];
  if (above && y < middle(above)) above.before(item);
  else if (below && y > middle(below)) below.after(item);
}
