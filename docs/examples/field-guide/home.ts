import type { AdminInput, DashboardWidget } from 'galley';

/** What was written last, on the first screen of the admin. */
export async function guideWidget({ site, viewer }: AdminInput): Promise<DashboardWidget[]> {
  if (!viewer.can('edit_posts')) return [];
  const { items } = await site.entries.find({ type: 'plant', status: ['publish', 'draft'], limit: 3 }, viewer);
  return [
    {
      id: 'field-guide',
      title: 'Field guide',
      icon: 'flower1',
      figures: [{ label: 'Plants', value: await site.entries.total('plant'), url: '/admin/content/plant' }],
      items: items.map(({ id, title, modifiedAt }) => ({ title, url: `/admin/content/plant/${id}`, time: modifiedAt })),
      empty: 'No plant yet.',
    },
  ];
}
