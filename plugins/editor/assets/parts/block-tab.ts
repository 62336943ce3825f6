import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';
import type { BlockAttributes } from 'galley/blocks';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import type { Setting } from '../model/kinds.ts';
import { COMMON, headOf, withData } from '../model/settings.ts';
import { findTag } from '../model/tag.ts';
import { blockOf, blocksOf, type Place, pathOf } from './block-range.ts';
import { catalogEntry, titleOf } from './catalog.ts';
import { isClassic } from './convert.ts';
import { box, button, newId, text } from './elements.ts';
import { sessionOf } from './session.ts';

const shown = new WeakMap<HTMLElement, Node | undefined>();

/** The settings of a block: its kind's, those that its definition names, and what all have. */
function settingsOf(node: Node): readonly Setting[] {
  // A piece of classic text has no comment that could keep what is set.
  if (node.attrs['block'] === null) return [];
  const kind = kinds.of(node);
  const own = typeof kind?.settings === 'function' ? kind.settings(node) : (kind?.settings ?? []);
  const hasTag = node.type.name !== 'island' && findTag(headOf(node).head) !== undefined;
  return [...own, ...fieldSettings(node), ...(hasTag ? COMMON : [])];
}

/** The controls that the definition of a block names: they change its JSON, the server makes the rest. */
function fieldSettings(node: Node): Setting[] {
  return (catalogEntry(node.attrs['block'])?.fields ?? []).map(({ name, label, kind, help, choices, standard }) => ({
    label,
    kind,
    ...(help ? { help } : {}),
    choices: [['', t('As usual')], ...choices],
    read: (one) => {
      const value = (one.attrs['data'] as Record<string, unknown>)[name] ?? standard;
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
    },
    write: (one, value) => ({ data: written(one, name, { value: typed(kind, value), standard }) }),
  }));
}

/** What is on unless something else is written has to be written to be off. */
function written(
  node: Node,
  name: string,
  { value, standard }: { value: unknown; standard: unknown },
): BlockAttributes {
  const data = withData(node, name, value === standard ? undefined : value);
  return value === false && standard === true ? { ...data, [name]: false } : data;
}

function typed(kind: Setting['kind'], value: string): unknown {
  if (kind === 'boolean') return value !== '';
  if (kind !== 'number') return value;
  return value.trim() === '' || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

/** Shows the settings of the block with the cursor. */
export function showBlockTab(editor: Editor, panel: HTMLElement): void {
  const place = blockOf(editor.state);
  if (place && shown.get(panel) === place.node) return;
  shown.set(panel, place?.node);
  if (!place) {
    const count = blocksOf(editor.state)?.nodes.length ?? 0;
    const words =
      count > 1
        ? t('{count} blocks are selected.', { count }, { one: '{count} block is selected.' })
        : t('No block is selected.');
    panel.replaceChildren(text('p', words, 'ge-note'));
    return;
  }
  const title = text('h2', nameOf(place.node), 'ge-block-title');
  const { description } = catalogEntry(place.node.attrs['block']) ?? { description: '' };
  const controls = settingsOf(place.node).map((setting) => control(editor, panel, setting, place));
  panel.replaceChildren(
    pathList(editor, place),
    title,
    ...(description ? [text('p', description, 'ge-note')] : []),
    ...controls,
    ...(controls.length === 0 ? [text('p', t('This block has no settings.'), 'ge-note')] : []),
    text(
      'p',
      sessionOf(editor).writer.isUntouched(place.node) ? t('As it was read: its markup stays byte for byte.') : '',
      'ge-note',
    ),
  );
}

const nameOf = (node: Node): string =>
  isClassic(node) ? t('Classic text') : titleOf(node) || (kinds.of(node)?.title ?? '');

/** Where the block stands, each step a button that selects it. */
function pathList(editor: Editor, place: Place): HTMLElement {
  const around = pathOf(editor.state, place).slice(0, -1);
  const list = box('ge-path');
  for (const { node, position } of around) {
    const step = button({
      title: t('Select {block}', { block: nameOf(node) }),
      label: nameOf(node),
      className: 'ge-step',
      press: () => {
        const { tr, doc } = editor.state;
        if (doc.nodeAt(position)) editor.view.dispatch(tr.setSelection(NodeSelection.create(doc, position)));
        editor.view.focus();
      },
    });
    list.append(step);
  }
  list.hidden = around.length === 0;
  return list;
}

function control(editor: Editor, panel: HTMLElement, setting: Setting, place: Place): HTMLElement {
  const field = fieldOf(setting, place.node);
  field.id = newId('setting');
  const write = (): void => {
    const now = blockOf(editor.state);
    if (!now || now.node.type !== place.node.type || now.position !== place.position) return;
    const value =
      field instanceof HTMLInputElement && field.type === 'checkbox' ? (field.checked ? '1' : '') : field.value;
    const { tr } = editor.state;
    tr.setNodeMarkup(now.position, undefined, { ...now.node.attrs, ...setting.write(now.node, value) });
    for (const [offset, attrs] of setting.within?.(now.node, value) ?? []) {
      const at = now.position + 1 + offset;
      tr.setNodeMarkup(at, undefined, { ...tr.doc.nodeAt(at)?.attrs, ...attrs });
    }
    if (editor.state.selection instanceof NodeSelection) tr.setSelection(NodeSelection.create(tr.doc, now.position));
    editor.view.dispatch(tr);
    shown.set(panel, editor.state.doc.nodeAt(now.position) ?? undefined);
  };
  field.addEventListener(field instanceof HTMLSelectElement ? 'change' : 'input', (event) => {
    event.stopPropagation();
    write();
  });
  // Enter in a control is not meant to send the form.
  field.addEventListener('keydown', (event) => {
    if (event instanceof KeyboardEvent && event.key === 'Enter' && field instanceof HTMLInputElement)
      event.preventDefault();
  });
  const label = text('label', setting.label, 'form-label');
  label.setAttribute('for', field.id);
  const isCheck = field instanceof HTMLInputElement && field.type === 'checkbox';
  const row = isCheck ? box('field', box('form-check', field, label)) : box('field', label, field);
  if (setting.help) {
    const help = text('div', setting.help, 'form-text');
    help.id = newId('help');
    field.setAttribute('aria-describedby', help.id);
    row.append(help);
  }
  return row;
}

function fieldOf(setting: Setting, node: Node): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  const value = setting.read(node);
  if (setting.kind === 'select') {
    const select = document.createElement('select');
    select.className = 'form-select';
    for (const [key, label] of setting.choices ?? [])
      select.append(new Option(label, key, false, key === String(value ?? '')));
    return select;
  }
  if (setting.kind === 'textarea') {
    const area = document.createElement('textarea');
    area.className = 'form-control';
    area.rows = 3;
    area.value = String(value ?? '');
    return area;
  }
  const input = document.createElement('input');
  input.type = setting.kind === 'boolean' ? 'checkbox' : setting.kind === 'number' ? 'number' : 'text';
  input.className = setting.kind === 'boolean' ? 'form-check-input' : 'form-control';
  if (setting.kind === 'boolean') input.checked = value === true;
  else input.value = String(value ?? '');
  return input;
}
