import type { Notice } from './notices.ts';
import type { PageAction, ScreenContext } from './screen-context.ts';

/** The link to what a thing was before, for the top of its form; none where no plugin shows histories. */
export function historyLink(page: ScreenContext, kind: string, subject: string): PageAction[] {
  if (!page.site.routes.has('admin.history')) return [];
  const url = `/admin/history/${kind}/${subject}`;
  return [{ label: page.t('Earlier versions'), url, icon: 'clock-history' }];
}

/** The button of a notice that brings back what was just put into `site.trash`; none where no plugin shows the trash. */
export function trashUndo(page: ScreenContext, ids: readonly (number | undefined)[]): Pick<Notice, 'undo'> {
  const kept = ids.filter((id) => id !== undefined);
  if (kept.length === 0 || !page.site.routes.has('admin.trash.restore')) return {};
  return { undo: { label: page.t('Undo'), action: '/admin/trash/restore', values: { ids: kept.join(',') } } };
}
