import type { DashboardWidget, ReaderInput } from 'galley';
import { checkTitle } from './screen.ts';

/** A panel on the first screen, only where something is not well. */
export async function healthWidget({ site, viewer, messages }: ReaderInput): Promise<DashboardWidget[]> {
  if (!viewer.can('manage_options')) return [];
  const { checks } = await site.health.report();
  const ill = Object.entries(checks).filter(([, { status }]) => status !== 'ok');
  if (ill.length === 0) return [];
  return [
    {
      id: 'health',
      title: 'Not well',
      icon: 'heart-pulse',
      order: 2,
      items: ill.map(([name, { message }]) => ({
        title: messages.translate(checkTitle(name)),
        note: message ?? '',
        url: '/admin/health',
      })),
    },
  ];
}
