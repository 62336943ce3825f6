// The list of blocks to choose from, with a field to find one. The slash menu and the inserter share it.
import { announce, icon, t } from 'galley/client';
import type { Insert } from '../model/kinds.ts';
import { loadPatterns } from '../tools/pattern-list.ts';
import { box, newId, text } from './elements.ts';
import { findInserts, GROUP_TITLES } from './inserts.ts';
import { showMarkup } from './preview.ts';

/** A list that is steered from elsewhere: from the text, or from a field above it. */
export interface Picker {
  element: HTMLElement;
  /** The id of the option that is chosen now, for `aria-activedescendant`. */
  activeId(): string | undefined;
  search(query: string): void;
  /** Whether the key was for the list. */
  handle(key: string): boolean;
}

/** Makes the list. `choose` gets what was picked, `changed` runs where more came in while it is open. */
export function makePicker(choose: (insert: Insert) => void, changed: () => void): Picker {
  const element = box('ge-picker');
  element.id = newId('picker');
  // It scrolls: whoever has no wheel reaches it by Tab.
  element.tabIndex = 0;
  element.setAttribute('role', 'listbox');
  element.setAttribute('aria-label', t('Blocks'));
  let found: readonly Insert[] = [];
  let options: HTMLElement[] = [];
  let active = 0;
  let asked = '';
  const mark = (): void => {
    for (const [index, option] of options.entries()) option.setAttribute('aria-selected', String(index === active));
    options[active]?.scrollIntoView({ block: 'nearest' });
  };
  const show = (query: string): void => {
    asked = query;
    found = findInserts(query);
    active = 0;
    options = found.map((insert, index) => optionOf(insert, () => choose(found[index] ?? insert)));
    element.replaceChildren(...grouped(found, options, query === ''));
    mark();
    announce(
      found.length === 0
        ? t('No block is called so.')
        : t('{count} blocks', { count: found.length }, { one: '1 block' }),
    );
  };
  // They come later than the list is opened for the first time.
  void loadPatterns().then((isNew) => {
    if (!isNew || !element.isConnected) return;
    const before = found[active];
    show(asked);
    // What was chosen meanwhile stays chosen.
    const same = found.findIndex(({ title, group }) => title === before?.title && group === before.group);
    active = Math.max(same, 0);
    mark();
    changed();
  });
  return {
    element,
    activeId: () => options[active]?.id,
    search: show,
    handle(key) {
      const last = options.length - 1;
      if (key === 'ArrowDown') active = active >= last ? 0 : active + 1;
      else if (key === 'ArrowUp') active = active <= 0 ? last : active - 1;
      else if (key === 'Enter') {
        const insert = found[active];
        if (!insert) return false;
        choose(insert);
        return true;
      } else return false;
      mark();
      return true;
    },
  };
}

function optionOf({ title, icon: image, preview }: Insert, press: () => void): HTMLElement {
  const option = box('ge-option', icon(image), text('span', title));
  if (preview !== undefined) {
    const look = box('ge-look');
    look.setAttribute('aria-hidden', 'true');
    showMarkup(look, preview);
    option.classList.add('has-look');
    option.append(look);
  }
  option.id = newId('option');
  option.setAttribute('role', 'option');
  option.addEventListener('mousedown', (event) => event.preventDefault());
  option.addEventListener('click', press);
  return option;
}

/** What stands above an option and its like. */
function titleOf(insert: Insert | undefined): string {
  const title = GROUP_TITLES[insert?.group ?? 'more'];
  return insert?.category ? t('{group}: {part}', { group: title, part: insert.category }) : title;
}

function grouped(found: readonly Insert[], options: readonly HTMLElement[], hasTitles: boolean): HTMLElement[] {
  if (found.length === 0) {
    const none = text('p', t('No block is called so.'), 'ge-note');
    none.setAttribute('role', 'option');
    none.setAttribute('aria-disabled', 'true');
    return [none];
  }
  if (!hasTitles) return [...options];
  const groups = Map.groupBy(options, (_, index) => titleOf(found[index]));
  return [...groups].map(([title, own]) => {
    const head = text('p', title, 'ge-menu-title');
    head.id = newId('group');
    const group = box('ge-menu-group', head, ...own);
    group.setAttribute('role', 'group');
    group.setAttribute('aria-labelledby', head.id);
    return group;
  });
}
