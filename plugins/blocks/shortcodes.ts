import { type BlockDefinition, type BlockInstance, escapeHtml, type Image, isSafeUrl, scanTags } from 'galley';
import { idsOf, textOf } from './attributes.ts';
import { asking } from './hooks.ts';
import { link } from './html.ts';
import { embedLink } from './media.ts';

function align(block: BlockInstance): string {
  return textOf(block, 'align').replace(/[^\w-]/g, '') || 'alignnone';
}

/** Cuts the picture (with its link) from the words below it. */
function splitCaption(html: string): [picture: string, words: string] {
  const tags = scanTags(html);
  const image = tags.findIndex(({ kind, name }) => kind === 'start' && name === 'img');
  const isLinked = tags.slice(0, Math.max(image, 0)).some(({ kind, name }) => kind === 'start' && name === 'a');
  const linkEnd = isLinked ? tags.slice(image).find(({ kind, name }) => kind === 'end' && name === 'a') : undefined;
  const end = (linkEnd ?? tags[image])?.end;
  return end === undefined ? ['', html] : [html.slice(0, end), html.slice(end).trim()];
}

const caption: BlockDefinition = {
  title: 'Caption',
  render(block) {
    const [picture, below] = splitCaption(block.inner);
    const words = textOf(block, 'caption') ? escapeHtml(textOf(block, 'caption')) : below;
    const width = Number.parseInt(textOf(block, 'width'), 10);
    if (picture === '' || !(width >= 1) || words === '') return block.inner;
    const id = /^[\w-]+$/.test(textOf(block, 'id')) ? ` id="${textOf(block, 'id')}"` : '';
    return `<figure${id} class="wp-caption ${align(block)}" style="width:${Math.min(width, 5000)}px">${picture}<figcaption class="wp-caption-text">${words}</figcaption></figure>`;
  },
};

type Pictures = ReadonlyMap<BlockInstance, Image[]>;

const gallery: BlockDefinition<Pictures> = {
  title: 'Gallery',
  async load(blocks, context) {
    const { site, viewer } = context;
    const children = await Promise.all(
      blocks.map(async (block) => {
        const given = idsOf(textOf(block, 'ids') || textOf(block, 'include'));
        const parent = idsOf(textOf(block, 'id'))[0] ?? block.scope.entry?.id;
        if (given.length > 0 || parent === undefined || !site.types.has('attachment')) return given;
        return context.once(`blocks:attachments:${parent}`, async () => {
          const found = await site.entries.find(
            { type: 'attachment', parent: [parent], order: 'order', direction: 'asc', limit: 100, body: false },
            viewer,
          );
          return found.items.filter((item) => item.mimeType.startsWith('image/')).map((item) => item.id);
        });
      }),
    );
    const ids = [...new Set(children.flat())];
    const images =
      ids.length > 0 ? await site.hooks.first('blocks:images', { ids, size: 'medium', ...asking(context) }) : undefined;
    return new Map(
      blocks.map((block, index) => [block, (children[index] ?? []).flatMap((id) => images?.get(id) ?? [])]),
    );
  },
  render(block, data) {
    const images = data.get(block) ?? [];
    if (images.length === 0) return '';
    const columns = Math.min(Math.max(Number.parseInt(textOf(block, 'columns'), 10) || 3, 1), 9);
    const figures = images.map((image) => {
      const picture = `<img src="${escapeHtml(image.src)}" srcset="${escapeHtml(image.srcset)}" sizes="${escapeHtml(image.sizes)}" width="${image.width}" height="${image.height}" alt="${escapeHtml(image.alt)}" loading="lazy">`;
      const html = textOf(block, 'link') === 'none' ? picture : link(image.src, picture);
      const words = image.caption ? `<figcaption class="wp-element-caption">${image.caption.value}</figcaption>` : '';
      return `<figure class="wp-block-image">${html}${words}</figure>`;
    });
    return `<figure class="wp-block-gallery has-nested-images columns-${columns} is-cropped is-layout-flex">${figures.join('')}</figure>`;
  },
};

const embed: BlockDefinition = {
  title: 'Embed',
  render(block) {
    const url = textOf(block, 'src') || block.block.innerHTML.trim() || block.inner.replace(/<[^>]*>/g, '').trim();
    return `<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">${embedLink(url.replaceAll('&amp;', '&'))}</div></figure>`;
  },
};

const FORMATS = {
  audio: ['src', 'mp3', 'ogg', 'wav', 'm4a', 'flac'],
  video: ['src', 'mp4', 'webm', 'm4v', 'ogv', 'mov'],
};

function player(kind: 'audio' | 'video'): BlockDefinition {
  return {
    title: kind === 'audio' ? 'Audio' : 'Video',
    render(block) {
      const names = [...FORMATS[kind], '0'];
      const src = names.map((name) => textOf(block, name)).find((url) => url !== '' && isSafeUrl(url));
      if (!src) return block.inner;
      const size = ['width', 'height'].flatMap((name) =>
        /^\d{1,4}$/.test(textOf(block, name)) ? ` ${name}="${textOf(block, name)}"` : [],
      );
      const poster =
        kind === 'video' && textOf(block, 'poster') && isSafeUrl(textOf(block, 'poster'))
          ? ` poster="${escapeHtml(textOf(block, 'poster'))}"`
          : '';
      const flags = ['loop', 'muted']
        .filter((name) => /^(?:1|on|true)$/.test(textOf(block, name)))
        .map((name) => ` ${name}`);
      return `<figure class="wp-block-${kind}"><${kind} controls preload="none" src="${escapeHtml(src)}"${kind === 'video' ? size.join('') : ''}${poster}${flags.join('')}></${kind}></figure>`;
    },
  };
}

/** The shortcodes that WordPress has built in. */
export const shortcodes: Record<string, BlockDefinition> = {
  caption,
  wp_caption: caption,
  gallery: gallery as BlockDefinition,
  embed,
  audio: player('audio'),
  video: player('video'),
};
