import { type BlockDefinition, escapeHtml, loadPermalinks, wrapperAttributes } from 'galley';

interface PlantLink {
  url: string;
  title: string;
}

/** The latest plants as a list of links. */
export const plantBlock: BlockDefinition<PlantLink[]> = {
  title: 'Plants',
  description: 'The latest plants of the field guide.',
  icon: 'flower1',
  async load(_, { site, viewer, tag }) {
    tag('type:plant', 'option:field_guide');
    const { shown } = await site.options.get<{ shown: number }>('field_guide');
    const { items } = await site.entries.find({ type: 'plant', limit: shown, body: false }, viewer);
    const links = await loadPermalinks(site);
    return items.map((entry) => ({ url: links.entry(entry), title: entry.title }));
  },
  render: ({ name, attrs }, plants) =>
    `<ul${wrapperAttributes(name, attrs)}>${plants
      .map(({ url, title }) => `<li><a href="${escapeHtml(url)}">${title}</a></li>`)
      .join('')}</ul>`,
};
