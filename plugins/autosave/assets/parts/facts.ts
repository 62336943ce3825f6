/** What the server says about the form. */
export interface Facts {
  userId: number;
  entryId: number | null;
  type: string;
  key: string;
  holder: string;
  version: number;
  finished: string[];
  keptHolder: string;
  isRestored: boolean;
  /** Whether the form itself says already that its entry is in the trash. */
  isThrown: boolean;
  /** Bytes of the form that the server takes. */
  limit: number;
}

/** What stands in a form: each name with its values. */
export type FormContent = Record<string, string[]>;

/** What is never kept: tokens, versions and buttons, and passwords. */
const LEFT_OUT = /^(_.*|version|press|autosave\..*)$|password/i;

/** What stands in the form now. */
export function readForm(form: HTMLFormElement): FormContent {
  const content: FormContent = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || LEFT_OUT.test(name)) continue;
    content[name] ??= [];
    content[name].push(value.replace(/\r\n?/g, '\n'));
  }
  return content;
}

/** What a form is about, by name. */
export function subjectOf({ entryId, key }: Pick<Facts, 'entryId' | 'key'>): string {
  return entryId === null ? `new:${key}` : `entry:${entryId}`;
}
