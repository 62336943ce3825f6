import type { AdminInput, DashboardWidget } from 'galley';

/** A panel on the first screen, only where something is not well. */
export async function healthWidget({ site, viewer }: AdminInput): Promise<DashboardWidget[]> {
  if (!viewer.can('manage_options')) return [];
  const { checks } = await site.health.report();
  const ill = Object.entries(checks).filter(([, { status }]) => status !== 'ok');
  const failed = site.plugins.list().filter(({ state }) => state === 'failed');
  if (ill.length + failed.length === 0) return [];
  return [
    {
      id: 'health',
      title: 'Not well',
      icon: 'heart-pulse',
      order: 2,
      items: [
        ...ill.map(([name, { message }]) => ({ title: name, note: message ?? '', url: '/admin/health' })),
        ...failed.map(({ title, reason }) => ({ title: `Plugin ${title}`, note: reason ?? '', url: '/admin/plugins' })),
      ],
    },
  ];
}
