import { type BlockDefinition, escapeHtml, loadPermalinks, wrapperAttributes } from 'galley';

interface PlantLink {
  url: string;
  title: string;
  soil: unknown;
}

/** So many are read; the setting says how many of them a block shows. */
const READ = 100;

/** The latest plants as a list of links. */
export const plantBlock: BlockDefinition<{ plants: PlantLink[]; shown: number }> = {
  title: 'Plants',
  description: 'The latest plants of the field guide.',
  icon: 'flower1',
  attributes: { soil: { type: 'string', default: '' }, heading: { type: 'string', default: '' } },
  // The editing view: the editor shows the block as readers see it, and these beside the text.
  editor: {
    keywords: 'flowers list guide',
    fields: {
      heading: { kind: 'text', label: 'Heading' },
      soil: { kind: 'select', label: 'Soil', choices: { '': 'Every soil', sand: 'Sand', loam: 'Loam', clay: 'Clay' } },
    },
  },
  // Once for all blocks of the page; each takes from it what it was set to show.
  async load(_, { site, viewer, tag }) {
    tag('type:plant', 'option:field_guide');
    const { items } = await site.entries.find({ type: 'plant', limit: READ, body: false }, viewer);
    const { shown } = await site.options.get<{ shown: number }>('field_guide');
    const links = await loadPermalinks(site);
    const plants = items.map((entry) => ({ url: links.entry(entry), title: entry.title, soil: entry.fields['soil'] }));
    return { plants, shown };
  },
  render({ name, attrs }, { plants, shown }) {
    const { soil, heading } = attrs;
    const chosen = plants.filter((plant) => !soil || plant.soil === soil).slice(0, shown);
    const items = chosen.map(({ url, title }) => `<li><a href="${escapeHtml(url)}">${title}</a></li>`).join('');
    const head = heading ? `<h3>${escapeHtml(String(heading))}</h3>` : '';
    return `<div${wrapperAttributes(name, attrs)}>${head}<ul>${items}</ul></div>`;
  },
};
