import type { EntryDraft } from 'galley';

/** A change that waits beside a live entry: its next version, whole. */
export interface PendingChange {
  id: number;
  entryId: number;
  /** The version of the entry that it was made from. */
  baseVersion: number;
  /** What it makes of the entry, sanitised by the right of its author. */
  draft: ChangeDraft;
  /** The form as it was sent, to go on from there. */
  form: [name: string, values: string[]][];
  /** Where it stands on the way, where the type has stages. */
  stage: string;
  authorId: number | null;
  changedAt: number;
  /** When it goes out by itself; null until somebody says so. */
  publishAt: number | null;
  scheduledBy: number | null;
  /** Why it did not go out when it should have. */
  problem: string;
  version: number;
}

/** What of an entry a change holds. */
export type ChangeDraft = Pick<
  EntryDraft,
  'title' | 'content' | 'excerpt' | 'fields' | 'terms' | 'featuredId' | 'template' | 'meta' | BesideText | 'status'
>;

/** What stands beside the text and changes with it. Passwords are never kept. */
export const BESIDE_TEXT = [
  'slug',
  'publishedAt',
  'unpublishAt',
  'unpublishTo',
  'authorId',
  'sticky',
  'commentStatus',
] as const;
type BesideText = (typeof BESIDE_TEXT)[number];

/** The row of a change. */
export interface ChangeRow {
  id: number;
  entry_id: number;
  base_version: number;
  draft: string;
  form: string;
  stage: string;
  author_id: number | null;
  changed_at: number;
  publish_at: number | null;
  scheduled_by: number | null;
  problem: string;
  /** 1 where it did not go out when it should have. */
  failed: number;
  version: number;
}

/** The change of a row. */
export function decodeChange(row: ChangeRow): PendingChange {
  return {
    id: row.id,
    entryId: row.entry_id,
    baseVersion: row.base_version,
    draft: JSON.parse(row.draft) as ChangeDraft,
    form: JSON.parse(row.form) as PendingChange['form'],
    stage: row.stage,
    authorId: row.author_id,
    changedAt: row.changed_at,
    publishAt: row.publish_at,
    scheduledBy: row.scheduled_by,
    problem: row.problem,
    version: row.version,
  };
}
