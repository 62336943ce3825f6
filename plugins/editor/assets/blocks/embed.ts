// The address of a block that brings something: where it stands, and what changes with it.
import type { Node, Schema } from '@tiptap/pm/model';
import { make } from '../model/make.ts';
import { providerOf } from '../model/providers.ts';
import { headOf, withData } from '../model/settings.ts';
import { changeClasses, decodeEntities, encodeAttribute, readAttribute, writeAttribute } from '../model/tag.ts';

const WRAPPER = /(<div(?:\s[^>]*)?>\s*)(https?:\/\/[^\s<>]+)(\s*<\/div>)/;

/** Classes that say of whom an embed is. */
const OF_PROVIDER = /^(is-type-|is-provider-|wp-block-embed-)/;

const classesOf = (url: string): string[] => {
  const known = providerOf(url);
  return known ? [`is-type-${known.type}`, `is-provider-${known.slug}`, `wp-block-embed-${known.slug}`] : [];
};

const newHead = (url: string): string =>
  `\n<figure class="${['wp-block-embed', ...classesOf(url)].join(' ')}"><div class="wp-block-embed__wrapper">\n${encodeAttribute(url)}\n</div>`;

const dataFor = (url: string): Record<string, unknown> => {
  const known = providerOf(url);
  return known ? { url, type: known.type, providerNameSlug: known.slug, responsive: true } : { url };
};

/** The block that embeds an address. */
export const embedNode = (schema: Schema, url: string): Node =>
  make(schema, 'media', { block: 'core/embed', data: dataFor(url), head: newHead(url), tail: '</figure>\n' });

/** The same as it is written: its attributes and its HTML. */
export const embedParts = (url: string): { data: Record<string, unknown>; html: string } => ({
  data: dataFor(url),
  html: `${newHead(url).trim()}</figure>`,
});

/** The address of what a block shows. */
export function addressOf(node: Node): string {
  const { head } = headOf(node);
  if (node.attrs['block'] === 'core/embed') return decodeEntities(WRAPPER.exec(head)?.[2] ?? '');
  return readAttribute(head, [node.attrs['block'] === 'core/audio' ? 'audio' : 'video'], 'src') ?? '';
}

/** The attributes of a block that shows what stands at another address; all else in its HTML stays. */
export function withAddress(node: Node, url: string): Record<string, unknown> {
  const { head, tail } = headOf(node);
  if (node.attrs['block'] !== 'core/embed') {
    const tag = [node.attrs['block'] === 'core/audio' ? 'audio' : 'video'];
    return {
      tail,
      head: writeAttribute(head, tag, 'src', url === '' ? undefined : url),
      data: withData(node, 'id', undefined),
    };
  }
  const { url: _url, type: _type, providerNameSlug: _slug, ...rest } = node.attrs['data'] as Record<string, unknown>;
  if (url === '') return { head: '', tail: '', data: rest };
  const data = { ...rest, ...dataFor(url) };
  if (!WRAPPER.test(head)) return { head: newHead(url), tail: '</figure>\n', data };
  const changed = head.replace(
    WRAPPER,
    (_, open: string, _url: string, close: string) => open + encodeAttribute(url) + close,
  );
  return {
    tail,
    data,
    head: changeClasses(changed, { remove: (name) => OF_PROVIDER.test(name), add: classesOf(url) }),
  };
}
