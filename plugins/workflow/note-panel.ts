import { type Context, type Entry, json, type Reply, type Site } from 'galley';
import { notesUrl, readAnchor, type ShownNote, shownNotes } from './note-screen.ts';
import type { Notes } from './notes.ts';

/** Adds the notes of an entry beside its text. */
export function addNotePanel(site: Site, notes: Notes): void {
  site.hooks.addFilter('entry-form:building', async (form, { page, entry }) => {
    if (!entry || !site.entries.may(page.viewer, 'edit', entry)) return form;
    const list = await shownNotes(page, notes, entry);
    const people = await notes.mentionable(entry, page.viewer);
    const open = list.filter(({ isResolved }) => !isResolved);
    const items = open.map((note) => ({
      ...note,
      answerWords:
        note.answers.length === 0
          ? ''
          : page.t('{count} answers', { count: note.answers.length }, { one: '{count} answer' }),
    }));
    const html = await page.fragment('workflow/note-panel', { notes: items, url: notesUrl(entry), count: list.length });
    const title = open.length > 0 ? page.t('Notes ({count})', { count: open.length }) : page.t('Notes');
    form.sidePanels.push({ id: 'notes', title, icon: 'chat-left-text', order: 30, html });
    form.stylesheets.push(await site.assets.url('workflow', 'workflow.css'));
    form.scripts.push(await site.assets.url('workflow', 'notes.js'));
    form.data['notes'] = { url: `/admin/api/workflow/notes/${entry.id}`, people: people.map(({ name }) => name) };
    return form;
  });
}

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const;

/** What scripts send with a note. */
export const noteSchema = {
  body: {
    type: 'object',
    required: ['body'],
    additionalProperties: false,
    properties: {
      body: { type: 'string', minLength: 1, maxLength: 5000 },
      kind: { type: 'string', enum: ['entry', 'field', 'block'] },
      place: text(100),
      quote: text(2000),
      threadId: { type: 'integer', minimum: 1 },
    },
  },
} as const;

interface Sent {
  body: string;
  kind?: string;
  place?: string;
  quote?: string;
  threadId?: number;
}

/** Takes a note that a script sends. */
export async function addByScript(context: Context, notes: Notes): Promise<Reply> {
  const { site, viewer } = context;
  const entry: Entry = await site.entries.need(Number(context.params['id']), viewer);
  const { body, kind = 'entry', place = '', quote = '', threadId = null } = context.body as Sent;
  const anchor = readAnchor(kind, place, quote, site.types.need(entry.type));
  const note = await notes.add(entry, { body, anchor, threadId }, viewer);
  const shown: Pick<ShownNote, 'id' | 'who' | 'body' | 'about' | 'iso'> = {
    id: note.id,
    who: viewer.name,
    body: note.body,
    about: note.anchor.quote || note.anchor.place,
    iso: new Date(note.madeAt).toISOString(),
  };
  return json(shown, { status: 201 });
}
