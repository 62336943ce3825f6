import { type ContentType, type Entry, plainText, type Reply, type ScreenContext, type Site } from 'galley';
import { type Anchor, findBlock, type Note, quoteOf } from './note.ts';
import type { Notes } from './notes.ts';

const BASE = '/admin/workflow/notes';

/** The address of the notes of an entry. */
export const notesUrl = (entry: Pick<Entry, 'id'>): string => `${BASE}/${entry.id}`;

/** A note as screens and scripts show it. */
export interface ShownNote {
  id: number;
  who: string;
  time: number;
  iso: string;
  body: string;
  about: string;
  isResolved: boolean;
  resolvedBy: string;
  answers: { who: string; time: number; iso: string; body: string }[];
  /** The block that it is about, counted from 1; 0 for none. */
  blockNumber: number;
}

const FIELDS: Record<string, string> = { title: 'Title', content: 'Text', excerpt: 'Excerpt' };

/** What a note may be about: the fields of the type, in words. */
export function placesOf(type: ContentType): Record<string, string> {
  const own = Object.entries(type.fields).map(([name, { label }]) => [name, label ?? name]);
  return { ...FIELDS, ...Object.fromEntries(own) };
}

/** The notes of an entry in threads, those that are open first. */
export async function shownNotes(page: ScreenContext, notes: Notes, entry: Entry): Promise<ShownNote[]> {
  const { site } = page;
  const list = await notes.list(entry, page.viewer);
  const users = await site.users.findByIds(
    list.flatMap(({ authorId, resolvedBy }) => [authorId ?? [], resolvedBy ?? []].flat()),
  );
  const names = new Map(users.map(({ id, name }) => [id, name]));
  const nameOf = (id: number | null): string => names.get(id ?? 0) ?? page.t('Somebody');
  const blocks = list.some(({ anchor }) => anchor.kind === 'block') ? blocksOf(site, entry) : [];
  const said = ({ authorId, madeAt, body }: Note) => ({
    who: nameOf(authorId),
    time: madeAt,
    iso: new Date(madeAt).toISOString(),
    body,
  });
  const threads = list.filter(({ threadId }) => threadId === null);
  return threads
    .map((note) => ({
      id: note.id,
      ...said(note),
      about: aboutOf(page, entry, note.anchor, blocks),
      // From 1, so that a template can ask whether it is there.
      blockNumber: note.anchor.kind === 'block' ? (findBlock(blocks, note.anchor) ?? -1) + 1 : 0,
      isResolved: note.resolvedAt !== null,
      resolvedBy: note.resolvedAt === null ? '' : nameOf(note.resolvedBy),
      answers: list.filter(({ threadId }) => threadId === note.id).map(said),
    }))
    .sort((a, b) => Number(a.isResolved) - Number(b.isResolved));
}

/** The words of each block of an entry, those that stand on top. */
function blocksOf(site: Site, entry: Entry): string[] {
  return site.blocks.parse(entry.content).flatMap((block) => {
    const text = quoteOf(site.blocks.serialize([block]));
    return block.blockName === null && text === '' ? [] : [text];
  });
}

function aboutOf(page: ScreenContext, entry: Entry, anchor: Anchor, blocks: readonly string[]): string {
  if (anchor.kind === 'field') return page.t(placesOf(page.site.types.need(entry.type))[anchor.place] ?? anchor.place);
  if (anchor.kind !== 'block') return '';
  const now = findBlock(blocks, anchor);
  if (now === undefined) return page.t('A block that is gone: “{quote}”', { quote: anchor.quote });
  return page.t('Block {number}: “{quote}”', { number: now + 1, quote: blocks[now] ?? '' });
}

/** What a note that was sent is about. */
export function readAnchor(kind: string, place: string, quote: string, type: ContentType): Anchor {
  if (kind === 'block' && /^\d{1,5}$/.test(place)) return { kind: 'block', place, quote: quoteOf(quote) };
  if (kind === 'field' && Object.hasOwn(placesOf(type), place)) return { kind: 'field', place, quote: '' };
  return { kind: 'entry', place: '', quote: '' };
}

/** All notes of an entry, to be read, answered and closed. */
export async function showNotes(page: ScreenContext, notes: Notes): Promise<Reply> {
  const entry = await page.site.entries.need(page.id(), page.viewer);
  const type = page.site.types.need(entry.type);
  const list = await shownNotes(page, notes, entry);
  const people = await notes.mentionable(entry, page.viewer);
  await notes.markSeen(entry, page.viewer);
  const title = plainText(entry.title) || page.t('Without a title');
  return page.view('workflow/notes', {
    title: page.t('Notes: {title}', { title }),
    breadcrumbs: [
      { label: type.title, url: `/admin/content/${type.name}` },
      { label: title, url: `/admin/content/${type.name}/${entry.id}` },
    ],
    stylesheets: [await page.site.assets.url('workflow', 'workflow.css')],
    url: notesUrl(entry),
    notes: list,
    people: people.map(({ name }) => `@${name}`).join(', '),
    places: Object.entries(placesOf(type)).map(([value, label]) => ({ value, label: page.t(label) })),
  });
}

/** What one of the buttons of the notes says. */
export async function actOnNotes(page: ScreenContext, notes: Notes): Promise<Reply> {
  const { site, viewer } = page;
  const entry = await site.entries.need(page.id(), viewer);
  const [what = '', number = '', from = ''] = page.value('do').split(':');
  const id = Number(number);
  if (what === 'resolve' || what === 'reopen') await notes.resolve(entry, id, what === 'resolve', viewer);
  else if (what === 'answer') await notes.add(entry, { body: page.value(`answer.${id}`), threadId: id }, viewer);
  else {
    const place = page.value('place');
    const anchor = readAnchor(place === '' ? 'entry' : 'field', place, '', site.types.need(entry.type));
    await notes.add(entry, { body: page.value('body'), anchor }, viewer);
  }
  // Whoever answers from the form of the entry goes on there.
  const back = from === 'form' ? `/admin/content/${entry.type}/${entry.id}` : notesUrl(entry);
  return page.redirect(back, { kind: 'success', text: page.t('Done.') });
}

/** What somebody is mentioned in. */
export async function showMentions(page: ScreenContext, notes: Notes): Promise<Reply> {
  const mentions = await notes.mentions(page.viewer);
  const users = await page.site.users.findByIds(mentions.flatMap(({ note }) => note.authorId ?? []));
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return page.view('workflow/mentions', {
    items: mentions.map(({ entry, note, isSeen }) => ({
      title: plainText(entry.title) || page.t('Without a title'),
      url: notesUrl(entry),
      who: names.get(note.authorId ?? 0) ?? page.t('Somebody'),
      body: note.body.slice(0, 300),
      time: note.madeAt,
      isNew: !isSeen,
    })),
  });
}
