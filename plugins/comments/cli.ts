import { GalleyError, loadPermalinks, type Site, SYSTEM, type Viewer } from 'galley';
import type { Comment, CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';
import { commentUrls } from './front.ts';

/** Whoever the CLI says acts; the system unless `--user` names somebody. */
const viewerOf = (context: object): Viewer => ('viewer' in context ? (context.viewer as Viewer) : SYSTEM);

/** States in the words of WP-CLI, and how WordPress writes them. */
const STATUSES: Record<string, CommentStatus> = { approve: 'approved', hold: 'pending', spam: 'spam', trash: 'trash' };
const WRITTEN: Record<CommentStatus, string> = { approved: '1', pending: '0', spam: 'spam', trash: 'trash' };
const FIELDS = [
  'comment_ID',
  'comment_post_ID',
  'comment_date',
  'comment_approved',
  'comment_author',
  'comment_content',
];
const IDS = [{ name: 'id', summary: 'Ids.', many: true }] as const;

function toRow(comment: Comment, url: string): Record<string, unknown> {
  const date = new Date(comment.createdAt).toISOString();
  return {
    comment_ID: comment.id,
    comment_post_ID: comment.entryId,
    comment_date: date,
    comment_date_gmt: date,
    comment_approved: WRITTEN[comment.status],
    comment_author: comment.authorName,
    comment_author_email: comment.authorEmail,
    comment_author_url: comment.authorUrl,
    comment_author_IP: comment.authorAddress,
    comment_agent: comment.agent,
    comment_type: comment.type,
    comment_parent: comment.parentId ?? 0,
    user_id: comment.userId ?? 0,
    comment_content: comment.content,
    url,
  };
}

async function toRows(site: Site, comments: Comments, list: readonly Comment[]): Promise<Record<string, unknown>[]> {
  const links = await loadPermalinks(site);
  const entries = await site.entries.getMany(
    list.map((comment) => comment.entryId),
    SYSTEM,
  );
  const urlOf = ({ entryId }: Comment): string => {
    const entry = entries.get(entryId);
    return entry ? links.entry(entry) : '';
  };
  const urls = await commentUrls(
    comments,
    list.map((comment) => ({ comment, entryUrl: urlOf(comment) })),
  );
  return list.map((comment, index) => toRow(comment, urls[index] ?? ''));
}

function idOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${text}" is no id.`);
  return Number(text);
}

/** `galley comment list | approve | unapprove | spam | trash | flag | unflag | delete`. */
export function addCommands(site: Site, comments: Comments): void {
  site.commands.define('comment list', {
    summary: 'Lists comments, the newest first.',
    asUser: true,
    options: {
      status: {
        type: 'text',
        summary: 'Only in this state.',
        choices: [...Object.keys(STATUSES), 'all'],
        default: 'all',
      },
      post_id: { type: 'integer', min: 1, summary: 'Only below this entry.' },
      search: { type: 'text', summary: 'Words that the text must contain.' },
      number: { type: 'integer', min: 1, max: 1000, default: 50, summary: 'At most so many.' },
    },
    examples: ['galley comment list --status=hold', 'galley comment list --post_id=12 --format=ids'],
    async run(context) {
      const { options, output, site: target } = context;
      const query = {
        status: STATUSES[options.status],
        entryId: options.post_id,
        search: options.search,
        limit: options.number,
      };
      const list = await comments.list(query, viewerOf(context));
      output.table(await toRows(target, comments, list), { fields: FIELDS, id: 'comment_ID' });
    },
  });
  addStatusCommand(site, comments, {
    verb: 'approve',
    status: 'approved',
    summary: 'Approves comments: everybody sees them.',
    done: 'Approved',
  });
  addStatusCommand(site, comments, {
    verb: 'unapprove',
    status: 'pending',
    summary: 'Holds comments back until they are approved.',
    done: 'Held back',
  });
  addStatusCommand(site, comments, {
    verb: 'spam',
    status: 'spam',
    summary: 'Marks comments as spam.',
    done: 'Marked as spam:',
  });
  addStatusCommand(site, comments, {
    verb: 'trash',
    status: 'trash',
    summary: 'Moves comments to the trash.',
    done: 'Moved to the trash:',
  });
  addFlagCommand(site, comments, true);
  addFlagCommand(site, comments, false);
  addDeleteCommand(site, comments);
}

function addFlagCommand(site: Site, comments: Comments, isFlagged: boolean): void {
  site.commands.define(isFlagged ? 'comment flag' : 'comment unflag', {
    summary: isFlagged ? 'Marks comments to be looked at again.' : 'Takes that mark away.',
    asUser: true,
    arguments: IDS,
    async run(context) {
      for (const id of context.args.id.map(idOf)) {
        await comments.setFlag(id, isFlagged, viewerOf(context));
        context.output.success(isFlagged ? `Flagged comment ${id}.` : `Comment ${id} is no longer flagged.`);
      }
    },
  });
}

function addStatusCommand(
  site: Site,
  comments: Comments,
  { verb, status, summary, done }: { verb: string; status: CommentStatus; summary: string; done: string },
): void {
  site.commands.define(`comment ${verb}`, {
    summary,
    asUser: true,
    arguments: IDS,
    async run(context) {
      for (const id of context.args.id.map(idOf)) {
        await comments.setStatus(id, status, viewerOf(context));
        context.output.success(`${done} comment ${id}.`);
      }
    },
  });
}

function addDeleteCommand(site: Site, comments: Comments): void {
  site.commands.define('comment delete', {
    summary: 'Moves comments to the trash, or removes them for good; replies to them stay.',
    asUser: true,
    arguments: IDS,
    options: { force: { type: 'boolean', summary: 'Removes for good.' } },
    async run(context) {
      const { args, options, output } = context;
      const ids = args.id.map(idOf);
      const question = `Remove ${ids.length === 1 ? 'this comment' : `these ${ids.length} comments`} for good?`;
      if (options.force && !(await output.confirm(question))) return 1;
      for (const id of ids) {
        if (options.force) await comments.remove(id, viewerOf(context));
        else await comments.setStatus(id, 'trash', viewerOf(context));
        output.success(options.force ? `Removed comment ${id}.` : `Moved comment ${id} to the trash.`);
      }
      return 0;
    },
  });
}
