/** The elements of a form that are sent under a name. */
export function namedControls(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return ([...form.elements] as HTMLInputElement[]).filter((element) => element.name === name);
}

/** What a control holds, as the server would read it: text, a yes or no, or a list. */
export function heldBy(form: HTMLFormElement, name: string): unknown {
  const controls = namedControls(form, name);
  const isYesNo = controls.some((control) => control.type === 'checkbox' && control.closest('[data-kind="boolean"]'));
  if (isYesNo) return controls.some((control) => control.type === 'checkbox' && control.checked);
  const isList = controls.some((control) => control.type === 'checkbox' || control.type === 'hidden');
  const values = controls
    .filter((control) => (control.type !== 'checkbox' && control.type !== 'radio') || control.checked)
    .map((control) => control.value)
    .filter((value) => value !== '');
  return isList ? values : (values.at(-1) ?? null);
}

/** Tells the form that something was changed by a script, as typing does. */
export function tellChange(element: Element): void {
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The label or legend of a control, as text. */
export function labelOf(field: Element): string {
  const label = field.querySelector(':scope > .form-label, :scope > legend');
  return label?.firstChild?.textContent?.trim() ?? '';
}

/** An element with a class, and perhaps with text. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  text = '',
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** A link of the summary of mistakes leads into its control, not only to its box. */
export function followSummary(): void {
  document.querySelector('#summary')?.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    target.closest('details')?.setAttribute('open', '');
    const control = target.matches('input, select, textarea')
      ? target
      : target.querySelector<HTMLElement>('input:not([type="hidden"]), select, textarea, button');
    const shown = control?.closest('.field')?.querySelector<HTMLElement>('[contenteditable]') ?? control;
    if (!shown) return;
    event.preventDefault();
    shown.focus();
    shown.scrollIntoView({ block: 'center' });
  });
}
