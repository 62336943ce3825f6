import type { AdminInput, DashboardWidget } from 'galley';

const SOIL_LABELS = { sand: 'Sand', loam: 'Loam', clay: 'Clay' };

/** What was written last, and a chart of where plants grow, on the first screen of the admin. */
export async function guideWidget({ site, viewer }: AdminInput): Promise<DashboardWidget[]> {
  if (!viewer.can('edit_posts')) return [];
  const { items } = await site.entries.find({ type: 'plant', status: ['publish', 'draft'], limit: 3 }, viewer);
  const countOf = (soil: string): Promise<number> =>
    site.entries.count({ type: 'plant', where: { soil: { eq: soil } } }, viewer);
  return [
    {
      id: 'field-guide',
      title: 'Field guide',
      icon: 'flower1',
      figures: [{ label: 'Plants', value: await site.entries.total('plant'), url: '/admin/content/plant' }],
      items: items.map(({ id, title, modifiedAt }) => ({ title, url: `/admin/content/plant/${id}`, time: modifiedAt })),
      chart: {
        kind: 'bar',
        heading: 'Soil',
        labels: Object.values(SOIL_LABELS),
        series: [{ label: 'Plants', values: await Promise.all(Object.keys(SOIL_LABELS).map(countOf)) }],
      },
      empty: 'No plant yet.',
    },
  ];
}
