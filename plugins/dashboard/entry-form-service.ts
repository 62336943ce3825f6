import type { ContentType, Entry, EntryDraft, ScreenContext } from 'galley';
import { draftOf, typedValues } from './entry-values.ts';

/** What other plugins may ask of the form of entries. */
export interface EntryFormService {
  /** What was typed into the form that was posted, as a draft; nothing is saved. */
  read(page: ScreenContext, type: ContentType, entry: Entry | undefined): Promise<EntryDraft>;
}

declare module 'galley' {
  interface Services {
    'entry-form': EntryFormService;
  }
}

export const entryFormService: EntryFormService = {
  async read(page, type, entry) {
    const { values } = await typedValues(page, type);
    return draftOf(page, type, { values, entry, press: 'save' });
  },
};
