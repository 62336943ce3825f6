import { isSafeUrl } from 'galley';
import type { Pending } from './import-store.ts';
import { metaValue } from './item-draft.ts';
import { readPhpStrings } from './php-serialized.ts';
import type { WxrItem } from './wxr-records.ts';

const KINDS = ['custom', 'post_type', 'post_type_archive', 'taxonomy'];

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : 0);

/** The slug of the menu that an item stands in. */
export function menuOf(item: WxrItem): string {
  return item.terms.find((term) => term.taxonomy === 'nav_menu')?.slug ?? '';
}

/** What a menu item of an export leads to, as fields of the type `nav_menu_item`, and what has to be looked up. */
export function menuItemOf(item: WxrItem): { fields: Record<string, unknown>; pending: Pending } {
  const get = (key: string): string => metaValue(item, `_menu_item_${key}`).trim();
  const kind = KINDS.includes(get('type')) ? get('type') : 'custom';
  const url = get('url').slice(0, 2000);
  const parent = wholeNumber(get('menu_item_parent'));
  const id = wholeNumber(get('object_id'));
  const object = get('object').slice(0, 60);
  const classes = readPhpStrings(get('classes'))
    .map((name) => name.trim())
    .filter(Boolean);
  const isLookedUp = (kind === 'post_type' || kind === 'taxonomy') && id > 0;
  return {
    fields: {
      kind,
      object: kind === 'custom' ? '' : object,
      url: kind === 'custom' && (url === '' || isSafeUrl(url)) ? url : '',
      target: get('target') === '_blank' ? '_blank' : '',
      rel: get('xfn').slice(0, 100),
      classes: classes.join(' ').slice(0, 300),
    },
    pending: {
      ...(parent > 0 ? { parent, menu: menuOf(item) } : {}),
      ...(isLookedUp ? { target: { kind: kind as 'post_type' | 'taxonomy', object, id } } : {}),
    },
  };
}
