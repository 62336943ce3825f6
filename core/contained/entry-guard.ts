import { sanitizeHtmlFragment } from '../content/blocks/sanitize.ts';
import type { EntryDraft } from '../content/draft.ts';
import type { Entry } from '../content/entry.ts';
import { GalleyError } from '../lib/errors.ts';
import { slugify } from '../lib/slug.ts';
import { pickFields } from './fields.ts';
import type { HookAdapter } from './hook-adapters.ts';

const CONTENT = 40_000;
const REASON = 300;

/** What may be said otherwise. Whoever saves may be allowed more HTML than a plugin: what it says is cleaned. */
const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  title: (text) => sanitizeHtmlFragment(text.slice(0, 2000)),
  excerpt: (text) => sanitizeHtmlFragment(text.slice(0, 10_000)),
  slug: (text) => slugify(text.slice(0, 200)),
};

/** An entry as it would be saved. What needs a password is not shown without. */
function proposed(draft: EntryDraft, previous: Entry | undefined): Record<string, unknown> {
  const of = (name: 'title' | 'slug' | 'excerpt' | 'content' | 'password'): string =>
    draft[name] ?? previous?.[name] ?? '';
  const isOpen = of('password') === '';
  return {
    id: previous?.id ?? null,
    type: previous?.type ?? draft.type,
    status: draft.status ?? previous?.status ?? 'draft',
    from: previous?.status ?? null,
    title: of('title'),
    slug: of('slug'),
    excerpt: isOpen ? of('excerpt') : '',
    content: isOpen ? of('content').slice(0, CONTENT) : '',
    fields: isOpen ? { ...previous?.fields, ...draft.fields } : {},
  };
}

/**
 * Lets contained plugins that ask for `content:check:<type>` look at entries of a type before they are saved: refuse them
 * with a reason, or change title, excerpt and slug. One that does not answer keeps nobody from saving.
 */
export const entryGuard: HookAdapter = {
  kind: 'filter',
  isFresh: true,
  input([draft, context], granted, fields) {
    const { previous, isImport } = context as { previous: Entry | undefined; isImport: boolean };
    const entry = proposed(draft as EntryDraft, previous);
    return !isImport && granted.has(`content:check:${String(entry['type'])}`) ? pickFields(entry, fields) : undefined;
  },
  output(answer, [draft], { title }, fields = []) {
    const { refuse, set } = (answer ?? {}) as { refuse?: unknown; set?: unknown };
    if (typeof refuse === 'string' && refuse.trim() !== '')
      // Who speaks stands in front, so that no plugin can speak as the site.
      throw new GalleyError('GALLEY_INPUT_INVALID', `${title}: ${refuse.trim().slice(0, REASON)}`);
    const wanted = typeof set === 'object' && set !== null ? Object.entries(set) : [];
    const changed = wanted.flatMap(([name, value]): [string, string][] => {
      const clean = fields.includes(name) && Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
      return clean && typeof value === 'string' ? [[name, clean(value)]] : [];
    });
    return { ...(draft as EntryDraft), ...Object.fromEntries(changed) };
  },
};
