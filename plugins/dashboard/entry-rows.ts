import {
  type Cell,
  type ContentType,
  type Entry,
  formatDate,
  plainText,
  type Row,
  type RowAction,
  type ScreenContext,
  type Term,
} from 'galley';
import { listUrl } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

/** The taxonomy whose terms a list shows: the first tree, else the first. */
export function mainTaxonomy({ site }: ScreenContext, type: ContentType): string | undefined {
  const shown = type.taxonomies.filter((name) => site.taxonomies.get(name)?.showInAdmin !== false);
  return shown.find((name) => site.taxonomies.get(name)?.hierarchical) ?? shown[0];
}

/** The rows of a list of entries, with what the viewer may do with each. */
export async function rowsOf(
  page: ScreenContext,
  type: ContentType,
  entries: readonly Entry[],
  taxonomy: string | undefined,
): Promise<Row[]> {
  const { site, viewer } = page;
  const ids = entries.map(({ id }) => id);
  const parents = entries.flatMap(({ parentId }) => parentId ?? []);
  const [authors, terms, above] = await Promise.all([
    site.users.findByIds(entries.flatMap(({ authorId }) => authorId ?? [])),
    taxonomy ? site.terms.ofEntries(ids) : new Map<number, Term[]>(),
    type.hierarchical ? site.entries.getMany(parents, viewer) : new Map<number, Entry>(),
  ]);
  const zone = await site.options.get<string>('timezone');
  const names = new Map(authors.map((user) => [user.id, user.name]));
  const rightsOf = rightsFor(page);
  return entries.map((entry) => {
    const title = titleOf(entry, plainText);
    const rights = rightsOf(entry);
    const { mayEdit } = rights;
    const own = (terms.get(entry.id) ?? []).filter((term) => term.taxonomy === taxonomy);
    const parent = above.get(entry.parentId ?? 0);
    const cells: Record<string, Cell> = {
      title: {
        text: title,
        whole: plainText(entry.title),
        ...(mayEdit && entry.status !== 'trash' ? { url: `${listUrl(type)}/${entry.id}` } : {}),
        marks: marksOf(entry),
        ...(parent ? { note: page.t('Below {title}', { title: titleOf(parent, plainText) }) } : {}),
      },
      author: { text: names.get(entry.authorId ?? 0) ?? page.t('Nobody') },
      terms: { links: own.map(({ id, name }) => ({ label: name, url: `${listUrl(type)}?term=${id}` })), text: '–' },
      // In the trash all have one state; what counts there is the one of before.
      status: { badge: STATUS_WORDS[entry.status === 'trash' ? (entry.formerStatus ?? 'trash') : entry.status] },
      modified: { time: entry.modifiedAt },
      published: entry.publishedAt === null ? { text: '–' } : { time: entry.publishedAt, ...endOf(page, entry, zone) },
    };
    if (own.length === 0) delete cells['terms']?.links;
    return {
      id: String(entry.id),
      label: title,
      cells,
      actions: actionsOf(type, entry, rights),
      isSelectable: mayEdit,
    };
  });
}

/** Until when visitors see it, below the date. */
function endOf(page: ScreenContext, { unpublishAt }: Entry, zone: string): Pick<Cell, 'note'> {
  if (unpublishAt === null) return {};
  return {
    note: page.t('until {when}', {
      when: formatDate(unpublishAt, { zone, language: page.language, format: 'j M Y, H:i' }),
    }),
  };
}

function marksOf({ sticky, password, status }: Entry): string[] {
  return [...(sticky && status !== 'trash' ? ['on top'] : []), ...(password === '' ? [] : ['password'])];
}

interface Rights {
  mayEdit: boolean;
  mayDelete: boolean;
  mayPublish: boolean;
}

/** What the viewer may do with entries: asked once for those of one author and state, which share it. */
function rightsFor({ site, viewer }: ScreenContext): (entry: Entry) => Rights {
  const known = new Map<string, Rights>();
  return (entry) => {
    const key = [entry.type, entry.authorId, entry.status, entry.formerStatus].join(' ');
    const rights = known.get(key) ?? {
      mayEdit: site.entries.may(viewer, 'edit', entry),
      mayDelete: site.entries.may(viewer, 'delete', entry),
      mayPublish: site.entries.may(viewer, 'publish', entry),
    };
    known.set(key, rights);
    return rights;
  };
}

function actionsOf(type: ContentType, entry: Entry, { mayEdit, mayDelete, mayPublish }: Rights): RowAction[] {
  const url = `${listUrl(type)}/${entry.id}`;
  const actions: (RowAction | false)[] =
    entry.status === 'trash'
      ? [
          mayDelete && { label: 'Restore', url: `${url}/restore`, isPost: true },
          mayDelete && { label: 'Delete for good', url: `${url}/delete`, isDanger: true },
        ]
      : [
          mayEdit && { label: 'Edit', url },
          mayEdit && { label: 'Quick edit', url: `${url}/quick`, kind: 'quick' },
          mayEdit && canPublish(entry) && mayPublish && { label: 'Publish', url: `${url}/publish`, isPost: true },
          { label: entry.status === 'publish' ? 'View' : 'Preview', url: `${url}/preview` },
          mayEdit && { label: 'Duplicate', url: `${url}/duplicate`, isPost: true },
          mayDelete && { label: 'Trash', url: `${url}/trash`, isPost: true, isDanger: true },
        ];
  return actions.filter((action): action is RowAction => action !== false && (type.public || action.label !== 'View'));
}

const canPublish = ({ status }: Entry): boolean => status === 'draft' || status === 'pending';
