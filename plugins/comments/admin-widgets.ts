import type { AdminInput, DashboardWidget } from 'galley';
import { BASE, excerpt, WORDS } from './admin-words.ts';
import { COMMENT_STATUSES } from './comment.ts';
import type { Comments } from './comments.ts';

const COUNTED = 1000;

/** The panels of the first screen for whoever moderates. */
export async function commentWidgets(comments: Comments, { viewer }: AdminInput): Promise<DashboardWidget[]> {
  if (!viewer.can('moderate_comments')) return [];
  const [items, flagged, counts] = await Promise.all([
    comments.list({ status: 'pending', limit: 5 }, viewer),
    comments.store.count({ isFlagged: true }, 1),
    Promise.all(COMMENT_STATUSES.map((status) => comments.store.countByStatus(status, COUNTED))),
  ]);
  const waiting: DashboardWidget = {
    id: 'comments',
    title: 'Comments waiting',
    icon: 'chat-left-text',
    order: 2,
    items: items.map((comment) => ({
      title: excerpt(comment),
      url: `${BASE}/${comment.id}`,
      note: comment.authorName,
      time: comment.createdAt,
    })),
    empty: 'No comment waits for you.',
    links: [
      ...(items.length > 0 ? [{ label: 'All that wait', url: `${BASE}?status=pending` }] : []),
      ...(flagged > 0 ? [{ label: 'Flagged', url: `${BASE}?status=flagged` }] : []),
    ],
  };
  return counts.some((count) => count > 0) ? [waiting, perStatus(counts)] : [waiting];
}

/** How many comments stand in each state, of each at most a thousand. */
function perStatus(values: number[]): DashboardWidget {
  const labels = COMMENT_STATUSES.map((status) => WORDS[status].word);
  return {
    id: 'comment-states',
    title: 'Comments by state',
    icon: 'pie-chart',
    order: 9,
    ...(values.some((value) => value >= COUNTED) ? { text: 'Of each state at most 1,000 are counted.' } : {}),
    chart: { kind: 'doughnut', heading: 'State', labels, series: [{ label: 'Comments', values }] },
  };
}
