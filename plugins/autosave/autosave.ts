/** What stood in a form: each name with its values, as a browser would post them. */
export type FormContent = Record<string, string[]>;

/** `open`: not saved yet. `saved` and `discarded`: done with, kept a while against late senders and regrets. */
export type AutosaveState = 'open' | 'saved' | 'discarded';

/** What somebody typed and has not saved. */
export interface Autosave {
  id: number;
  subject: string;
  userId: number;
  /** Null for what is no entry yet. */
  entryId: number | null;
  type: string;
  /** The form that wrote it last: each opened form has a name of its own. */
  holder: string;
  state: AutosaveState;
  /** The version of the entry that the text was based on; 0 for a new one. */
  baseVersion: number;
  form: FormContent;
  updatedAt: number;
}

/** The row of an autosave. */
export interface AutosaveRow {
  id: number;
  subject: string;
  user_id: number;
  entry_id: number | null;
  type: string;
  holder: string;
  state: string;
  base_version: number;
  form: string;
  updated_at: number;
}

/** The autosave of a row. */
export function decodeAutosave(row: AutosaveRow): Autosave {
  return {
    id: row.id,
    subject: row.subject,
    userId: row.user_id,
    entryId: row.entry_id,
    type: row.type,
    holder: row.holder,
    state: row.state as AutosaveState,
    baseVersion: row.base_version,
    form: JSON.parse(row.form) as FormContent,
    updatedAt: row.updated_at,
  };
}

/** What an autosave is about: an entry, or something new under the key that its form was given. */
export function subjectOf({ entryId, key }: { entryId: number | null; key: string }): string {
  return entryId === null ? `new:${key}` : `entry:${entryId}`;
}

/** What is never kept: tokens, versions and buttons of the form, and passwords. */
const LEFT_OUT = /^(_.*|version|press|autosave\..*|merge\..*)$|password/i;

/** The part of a form that is kept. */
export function keptPart(form: FormContent): FormContent {
  return Object.fromEntries(Object.entries(form).filter(([name]) => !LEFT_OUT.test(name)));
}
