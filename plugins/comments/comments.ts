import { type Entry, GalleyError, isLoggedIn, type Site, SYSTEM, sanitizeComment, type Viewer } from 'galley';
import { COMMENT_STATUSES, type Comment, type CommentStatus, type NewComment } from './comment.ts';
import { checkComment, formatText, oneLine, readUrl, says } from './comment-input.ts';
import type { CommentQuery, CommentStore } from './comment-store.ts';
import { CommentThreads } from './comment-threads.ts';
import { type CommentSettings, judgeComment } from './moderation.ts';

/** What somebody writes below an entry. */
export interface CommentDraft {
  entryId: number;
  parentId?: number | null;
  authorName?: string;
  authorEmail?: string;
  authorUrl?: string;
  content: string;
}

/** From where a comment comes. */
export interface CommentOrigin {
  viewer: Viewer;
  address?: string;
  agent?: string;
  /** The writer knows the password of the entry. */
  isUnlocked?: boolean;
}

const DAY_MS = 24 * 3600 * 1000;

/** The comments of the site. */
export class Comments {
  readonly #site: Site;
  readonly store: CommentStore;
  /** Comments as visitors see them. */
  readonly threads: CommentThreads;

  constructor(site: Site, store: CommentStore) {
    this.#site = site;
    this.store = store;
    this.threads = new CommentThreads(site);
  }

  settings(): Promise<CommentSettings> {
    return this.#site.options.get<CommentSettings>('comments');
  }

  /** What the form says about what is kept. */
  note(): Promise<string> {
    return this.#site.options.get<string>('comments_note');
  }

  /** Whether an entry takes comments now. */
  async isOpen(entry: Entry): Promise<boolean> {
    const { closeAfterDays } = await this.settings();
    const isOld = closeAfterDays > 0 && Date.now() - (entry.publishedAt ?? Date.now()) > closeAfterDays * DAY_MS;
    const isSupported = this.#site.types.get(entry.type)?.supports.includes('comments') ?? false;
    return (
      isSupported &&
      entry.commentStatus === 'open' &&
      !isOld &&
      ['publish', 'private', 'inherit'].includes(entry.status)
    );
  }

  /**
   * Adds a comment below an entry that the viewer can read.
   * @throws GALLEY_INPUT_INVALID with the mistakes by field | GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED
   */
  async add(draft: CommentDraft, origin: CommentOrigin): Promise<Comment> {
    const { viewer } = origin;
    const entry = await this.#site.entries.need(draft.entryId, viewer);
    if (!(await this.isOpen(entry))) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Comments are closed here.');
    if (entry.password !== '' && !origin.isUnlocked && !this.#site.entries.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'This entry is protected by a password.');
    const settings = await this.settings();
    if (settings.requireLogin && !isLoggedIn(viewer))
      throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Log in to comment.');
    const comment = await this.#prepare(draft, origin);
    await this.#check(comment, viewer);
    comment.status = await judgeComment(this.store, settings, comment, viewer);
    return this.#insert(comment, viewer);
  }

  async #prepare(draft: CommentDraft, { viewer, address = '', agent = '' }: CommentOrigin): Promise<NewComment> {
    const user = isLoggedIn(viewer) ? await this.#site.users.find(viewer.id) : undefined;
    const parent = draft.parentId ? await this.store.get(draft.parentId) : undefined;
    return {
      entryId: draft.entryId,
      parentId: parent && parent.entryId === draft.entryId && parent.status === 'approved' ? parent.id : null,
      userId: user?.id ?? null,
      authorName: oneLine(user?.name ?? draft.authorName),
      authorEmail: oneLine(user?.email ?? draft.authorEmail).toLowerCase(),
      authorUrl: readUrl(user?.url ?? draft.authorUrl),
      authorAddress: address.slice(0, 60),
      agent: agent.slice(0, 255),
      content: sanitizeComment(formatText(draft.content)),
      status: 'pending',
      type: 'comment',
      createdAt: Date.now(),
    };
  }

  async #check(comment: NewComment, viewer: Viewer): Promise<void> {
    const mistakes = checkComment(comment, { needsEmail: !isLoggedIn(viewer) });
    if (!mistakes['comment'] && (await this.store.isRepeated(comment)))
      mistakes['comment'] = says('You have said this already.');
    const wait = mistakes['comment'] ? 0 : await this.#waitOf(comment, viewer);
    if (wait > 0) mistakes['comment'] = says(`You write quickly. Wait ${wait} seconds, then send it again.`);
    if (Object.keys(mistakes).length > 0)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'The comment was not sent.', { details: mistakes });
  }

  /** Moderators answer as quickly as they can. */
  async #waitOf(comment: NewComment, viewer: Viewer): Promise<number> {
    const seconds = await this.#site.options.get<number>('comments_flood');
    return seconds === 0 || viewer.can('moderate_comments') ? 0 : this.store.waitOf(comment, seconds);
  }

  async #insert(comment: NewComment, viewer: Viewer): Promise<Comment> {
    const filtered = await this.#site.hooks.applyFilters('comment:saving', comment, { viewer, previous: undefined });
    const added = await this.store.insert(filtered);
    await this.#changed(added, undefined, viewer);
    return added;
  }

  async #changed(comment: Comment, previous: Comment | undefined, viewer: Viewer): Promise<void> {
    const written = { id: comment.id, version: comment.version, previous: previous?.version };
    await this.#site.hooks.applyFilters('thing:written', [written], 'comment');
    if (comment.status === 'approved' || previous?.status === 'approved')
      await this.#site.cache.invalidate([`comments:${comment.entryId}`, 'comments']);
    // Nobody is told of what may still be undone.
    await this.#site.database.afterCommit(() =>
      this.#site.hooks.doAction('comment:saved', { comment, previous, viewer }),
    );
  }

  /** Comments for moderators. @throws GALLEY_PERMISSION_DENIED */
  async list(query: CommentQuery, viewer: Viewer): Promise<Comment[]> {
    this.#demandModerator(viewer);
    return this.store.list(query);
  }

  /**
   * Approves, holds back, marks as spam or moves to the trash. Returns the comment as it was, for undo.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_DATABASE_CONFLICT
   */
  async setStatus(id: number, status: CommentStatus, viewer: Viewer): Promise<Comment> {
    this.#demandModerator(viewer);
    if (!COMMENT_STATUSES.includes(status))
      throw new GalleyError('GALLEY_INPUT_INVALID', `There is no status "${status}".`);
    const comment = await this.need(id);
    if (comment.status === status) return comment;
    const changed = {
      ...comment,
      ...(await this.#site.hooks.applyFilters('comment:saving', { ...comment, status }, { viewer, previous: comment })),
    };
    await this.#write(changed, comment, viewer);
    return comment;
  }

  /**
   * Marks a comment to be looked at again, or takes the mark away. Returns the comment as it was.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_DATABASE_CONFLICT
   */
  async setFlag(id: number, isFlagged: boolean, viewer: Viewer): Promise<Comment> {
    this.#demandModerator(viewer);
    const comment = await this.need(id);
    if (comment.isFlagged !== isFlagged) await this.#write({ ...comment, isFlagged }, comment, viewer);
    return comment;
  }

  /**
   * Changes the text or the author of a comment.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID with the mistakes by field | GALLEY_DATABASE_CONFLICT
   */
  async update(
    id: number,
    changes: Partial<Pick<Comment, 'content' | 'authorName' | 'authorEmail' | 'authorUrl'>>,
    viewer: Viewer,
  ): Promise<Comment> {
    this.#demandModerator(viewer);
    const comment = await this.need(id);
    const wanted = { ...comment, ...changes, authorUrl: readUrl(changes.authorUrl ?? comment.authorUrl) };
    if (changes.content !== undefined) wanted.content = sanitizeComment(changes.content);
    const changed = {
      ...wanted,
      ...(await this.#site.hooks.applyFilters('comment:saving', wanted, { viewer, previous: comment })),
    };
    const [before, mistakes] = [comment, changed].map((one) => checkComment(one, { needsEmail: false }));
    // What an import brought may be wrong already, and must not be in the way of other changes.
    const added = Object.entries(mistakes ?? {}).filter(([field]) => !before?.[field]);
    if (added.length > 0)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'The comment was not changed.', {
        details: Object.fromEntries(added),
      });
    await this.#write(changed, comment, viewer);
    return { ...changed, version: comment.version + 1 };
  }

  async #write(changed: Comment, comment: Comment, viewer: Viewer): Promise<void> {
    if (!(await this.store.update({ ...changed, version: comment.version }))) {
      throw new GalleyError('GALLEY_DATABASE_CONFLICT', 'Somebody else has just changed this comment. Look again.');
    }
    await this.#changed({ ...changed, version: comment.version + 1 }, comment, viewer);
  }

  /**
   * Answers a comment; one that waits for approval is approved with it.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID with the mistakes by field
   */
  async reply(id: number, content: string, viewer: Viewer): Promise<Comment> {
    this.#demandModerator(viewer);
    const parent = await this.need(id);
    if (parent.status === 'pending') await this.setStatus(id, 'approved', viewer);
    const draft = { entryId: parent.entryId, parentId: id, content };
    const comment = { ...(await this.#prepare(draft, { viewer })), status: 'approved' as const };
    await this.#check(comment, viewer);
    return this.#insert(comment, viewer);
  }

  /** Removes a comment for good. @throws GALLEY_PERMISSION_DENIED */
  async remove(id: number, viewer: Viewer): Promise<void> {
    this.#demandModerator(viewer);
    const comment = await this.need(id);
    await this.store.remove(comment);
    await this.#changed({ ...comment, status: 'trash' }, comment, viewer);
  }

  /** Adds a comment that comes from elsewhere as it is, but for its HTML. For imports, by the system. */
  async import(comment: NewComment, meta: readonly { key: string; value: string }[] = []): Promise<Comment> {
    const added = await this.store.insert({ ...comment, content: sanitizeComment(formatText(comment.content)) });
    await this.store.addMeta(added.id, meta);
    await this.#changed(added, undefined, SYSTEM);
    return added;
  }

  /** Removes all comments of an entry that is about to go. */
  async forgetEntry(entryId: number): Promise<void> {
    if ((await this.store.removeOf(entryId)) > 0)
      await this.#site.cache.invalidate([`comments:${entryId}`, 'comments']);
  }

  /** A comment, whatever its state: for moderators only. @throws GALLEY_INPUT_INVALID where there is none */
  async need(id: number): Promise<Comment> {
    const comment = await this.store.get(id);
    if (!comment) throw new GalleyError('GALLEY_INPUT_INVALID', `There is no comment ${id}.`, { status: 404 });
    return comment;
  }

  #demandModerator(viewer: Viewer): void {
    if (!viewer.can('moderate_comments'))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not moderate comments.');
  }
}
