import type { Site, Viewer } from 'galley';
import type { CommentStatus, NewComment } from './comment.ts';
import type { CommentStore } from './comment-store.ts';

/** The settings of comments. */
export interface CommentSettings {
  /** `all`: each waits for approval; `new`: the first of each person; `none`: all appear at once. */
  moderation: 'all' | 'new' | 'none';
  /** Comments with more links than this wait for approval. */
  maxLinks: number;
  requireLogin: boolean;
  /** Comments with one of these words are spam. */
  blockedWords: string[];
  /** How deep replies stand below each other. */
  depth: number;
  perPage: number;
  /** Days after which an entry takes no more comments; 0 for never. */
  closeAfterDays: number;
}

const DEFAULTS: CommentSettings = {
  moderation: 'new',
  maxLinks: 2,
  requireLogin: false,
  blockedWords: [],
  depth: 6,
  perPage: 50,
  closeAfterDays: 0,
};

/** Defines the settings of comments. */
export function defineModeration(site: Site): void {
  const whole = (minimum: number, maximum: number): Record<string, unknown> => ({ type: 'integer', minimum, maximum });
  site.options.define('comments', {
    default: DEFAULTS,
    label: 'Comments',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: Object.keys(DEFAULTS),
      properties: {
        moderation: { enum: ['all', 'new', 'none'] },
        maxLinks: whole(0, 100),
        requireLogin: { type: 'boolean' },
        blockedWords: { type: 'array', maxItems: 1000, items: { type: 'string', minLength: 2, maxLength: 100 } },
        depth: whole(1, 10),
        perPage: whole(1, 200),
        closeAfterDays: whole(0, 3650),
      },
    },
  });
}

/** Links, and addresses that are none but may be copied. */
function countLinks(html: string): number {
  const bare = html.replace(/<a\s[^>]*>.*?<\/a>/gis, '');
  return (html.match(/<a\s/gi)?.length ?? 0) + (bare.match(/https?:\/\//gi)?.length ?? 0);
}

/** Which status a new comment gets. */
export async function judgeComment(
  store: CommentStore,
  settings: CommentSettings,
  comment: NewComment,
  viewer: Viewer,
): Promise<CommentStatus> {
  if (viewer.can('moderate_comments')) return 'approved';
  const { content, authorName, authorEmail, authorUrl, authorAddress, agent } = comment;
  const text = [content, authorName, authorEmail, authorUrl, authorAddress, agent].join('\n').toLowerCase();
  if (settings.blockedWords.some((word) => text.includes(word.toLowerCase()))) return 'spam';
  if (countLinks(comment.content) > settings.maxLinks || settings.moderation === 'all') return 'pending';
  if (settings.moderation === 'none') return 'approved';
  return (await store.isKnown(comment)) ? 'approved' : 'pending';
}
