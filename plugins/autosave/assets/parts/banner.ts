import warning from 'icon:exclamation-triangle';
import info from 'icon:info-circle';
import { icon } from 'galley/client';

/** Something that is said above the form until it is over. */
export interface Banner {
  kind: 'info' | 'warning' | 'danger';
  text: string;
  actions?: readonly BannerAction[];
}

/** A way on: a link, in a window of its own, or a button. */
export type BannerAction = { label: string; url: string; isHere?: boolean } | { label: string; press(): void };

/** Shows a banner in the place of the one with the same name. */
export function showBanner(form: HTMLFormElement, name: string, { kind, text, actions = [] }: Banner): void {
  const element = document.createElement('div');
  element.className = `notice notice-${kind}`;
  element.dataset['banner'] = name;
  const words = document.createElement('p');
  words.textContent = text;
  element.append(icon(kind === 'info' ? info : warning), words);
  if (actions.length > 0) {
    const row = document.createElement('div');
    row.className = 'autosave-actions';
    row.append(...actions.map(control));
    element.append(row);
  }
  const place = placeOf(form);
  const former = place.querySelector(`[data-banner="${name}"]`);
  if (former?.textContent === element.textContent) return;
  if (former) former.replaceWith(element);
  else place.append(element);
}

/** Takes a banner away. */
export function hideBanner(form: HTMLFormElement, name: string): void {
  placeOf(form).querySelector(`[data-banner="${name}"]`)?.remove();
}

function placeOf(form: HTMLFormElement): HTMLElement {
  const found = form.parentElement?.querySelector<HTMLElement>('.autosave-banners');
  if (found) return found;
  const made = document.createElement('div');
  made.className = 'autosave-banners';
  // One region that is there from the start: screen readers read what comes into it.
  made.setAttribute('role', 'status');
  form.before(made);
  return made;
}

function control(action: BannerAction): HTMLElement {
  if ('url' in action) {
    const link = document.createElement('a');
    link.className = 'btn btn-sm btn-secondary';
    link.href = action.url;
    if (!action.isHere) link.target = '_blank';
    link.textContent = action.label;
    return link;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn-sm btn-secondary';
  button.textContent = action.label;
  button.addEventListener('click', () => action.press());
  return button;
}
