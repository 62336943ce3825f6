import code from 'icon:code-slash';
import link from 'icon:link-45deg';
import numbers from 'icon:list-ol';
import list from 'icon:list-ul';
import quote from 'icon:quote';
import bold from 'icon:type-bold';
import italic from 'icon:type-italic';
import { icon, openDialog, t } from 'galley/client';
import { labelOf, make, tellChange } from './field-names.ts';

const COMMANDS: [svg: string, label: string, command: string, value?: string][] = [
  [bold, 'Bold', 'bold'],
  [italic, 'Italic', 'italic'],
  [list, 'List', 'insertUnorderedList'],
  [numbers, 'Numbered list', 'insertOrderedList'],
  [quote, 'Quotation', 'formatBlock', 'blockquote'],
];

/** Formatted text is written as it will look. What one does not touch stays as it is, byte for byte. */
export function enhanceRichText(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>('[data-kind="richtext"] > textarea')) setUp(area);
}

function setUp(area: HTMLTextAreaElement): void {
  const source = area.parentElement?.querySelector<HTMLElement>('[data-richtext-source]');
  if (!source) return;
  const text = make('div', 'form-control rich-text');
  text.contentEditable = 'true';
  text.setAttribute('role', 'textbox');
  text.setAttribute('aria-multiline', 'true');
  text.setAttribute('aria-label', labelOf(area.parentElement ?? area));
  if (area.getAttribute('aria-describedby'))
    text.setAttribute('aria-describedby', area.getAttribute('aria-describedby') ?? '');
  // Cleaned by the server: nothing here is made of text.
  text.append(...source.childNodes);
  source.remove();
  const bar = toolbar(area, text);
  area.before(bar, text);
  area.hidden = true;
  document.execCommand('defaultParagraphSeparator', false, 'p');
  document
    .querySelector(`label[for="${area.id}"]`)
    ?.addEventListener('click', () => (area.hidden ? text : area).focus());
  text.addEventListener('input', () => keep(area, text));
  text.addEventListener('paste', (event) => paste(event));
}

function keep(area: HTMLTextAreaElement, text: HTMLElement): void {
  const isEmpty = text.textContent?.trim() === '' && !text.querySelector('img, iframe, hr');
  area.value = isEmpty ? '' : text.innerHTML;
}

/** Text comes without the looks of where it comes from. */
function paste(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData('text/plain');
  if (!text) return;
  event.preventDefault();
  document.execCommand('insertText', false, text);
}

function toolbar(area: HTMLTextAreaElement, text: HTMLElement): HTMLElement {
  const bar = make('div', 'rich-tools');
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', t('Formatting'));
  const button = (svg: string, label: string, press: () => void): HTMLButtonElement => {
    const made = make('button', 'icon-button');
    made.type = 'button';
    made.title = label;
    made.setAttribute('aria-label', label);
    made.append(icon(svg));
    // The selection stays where it is.
    made.addEventListener('mousedown', (event) => event.preventDefault());
    made.addEventListener('click', press);
    bar.append(made);
    return made;
  };
  const run = (command: string, value?: string): void => {
    text.focus();
    const isQuoted = value === 'blockquote' && isInside(text, 'blockquote');
    document.execCommand(command, false, isQuoted ? 'p' : value);
    if (isQuoted) document.execCommand('outdent');
    keep(area, text);
  };
  const marks = COMMANDS.map(([svg, label, command, value]) => ({
    made: button(svg, t(label), () => run(command, value)),
    command,
  }));
  button(link, t('Link'), () => askForLink(text, () => keep(area, text)));
  const html = button(code, t('HTML'), () => {
    area.hidden = !area.hidden;
    text.hidden = !area.hidden;
    html.setAttribute('aria-pressed', String(!area.hidden));
    for (const { made } of marks) made.disabled = !area.hidden;
    if (!area.hidden) area.focus();
  });
  html.setAttribute('aria-pressed', 'false');
  // HTML that was typed is cleaned by the server before it is shown: until then it is edited as text.
  area.addEventListener('input', (event) => {
    if (event.isTrusted) html.disabled = true;
  });
  document.addEventListener('selectionchange', () => {
    if (!text.contains(document.getSelection()?.anchorNode ?? null)) return;
    for (const { made, command } of marks)
      if (command !== 'formatBlock') made.setAttribute('aria-pressed', String(document.queryCommandState(command)));
  });
  moveByArrows(bar);
  return bar;
}

function isInside(text: HTMLElement, tag: string): boolean {
  const node = document.getSelection()?.anchorNode;
  const element = node instanceof Element ? node : node?.parentElement;
  const found = element?.closest(tag);
  return found !== null && found !== undefined && text.contains(found);
}

/** One stop for the tab key, the arrows go through the buttons. */
function moveByArrows(bar: HTMLElement): void {
  const buttons = [...bar.querySelectorAll('button')];
  const focus = (button: HTMLButtonElement): void => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    button.focus();
  };
  for (const [index, button] of buttons.entries()) {
    button.tabIndex = index === 0 ? 0 : -1;
    button.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      event.preventDefault();
      const usable = buttons.filter(({ disabled }) => !disabled);
      const next = usable[(usable.indexOf(button) + step + usable.length) % usable.length];
      if (next) focus(next);
    });
  }
}

function askForLink(text: HTMLElement, done: () => void): void {
  const selection = document.getSelection();
  const range = selection?.rangeCount && text.contains(selection.anchorNode) ? selection.getRangeAt(0) : undefined;
  const around = range?.startContainer.parentElement?.closest('a');
  const body = make('div', 'field');
  const label = make('label', 'form-label', t('Address'));
  const input = make('input', 'form-control');
  input.type = 'url';
  input.id = 'rich-text-link';
  label.htmlFor = input.id;
  input.value = around?.getAttribute('href') ?? '';
  input.placeholder = 'https://';
  body.append(label, input);
  const set = make('button', 'btn btn-primary', t('Set link'));
  set.type = 'button';
  const none = make('button', 'btn btn-secondary', t('Remove link'));
  none.type = 'button';
  const dialog = openDialog({ title: t('Link'), body, buttons: around ? [none, set] : [set] }, (value) => {
    if (value === '') return;
    text.focus();
    if (range) {
      if (around) range.selectNodeContents(around);
      selection?.removeAllRanges();
      selection?.addRange(range);
    }
    if (value === 'none') document.execCommand('unlink');
    else if (range && !range.collapsed) document.execCommand('createLink', false, input.value);
    else insertLink(text, input.value);
    done();
    tellChange(text);
  });
  const finish = (): void => dialog.close(input.value.trim() === '' ? 'none' : 'set');
  set.addEventListener('click', finish);
  none.addEventListener('click', () => dialog.close('none'));
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    finish();
  });
  input.focus();
}

/** With nothing selected, the address is the words of the link. */
function insertLink(text: HTMLElement, address: string): void {
  document.execCommand('insertText', false, address);
  const selection = document.getSelection();
  const node = selection?.anchorNode;
  if (!selection || !node || !text.contains(node)) return;
  const end = selection.anchorOffset;
  selection.setBaseAndExtent(node, Math.max(0, end - address.length), node, end);
  document.execCommand('createLink', false, address);
  selection.collapseToEnd();
}
