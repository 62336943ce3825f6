import {
  type FormErrors,
  GalleyError,
  historyLink,
  isGalleyError,
  type Reply,
  type ScreenContext,
  type Term,
  type TermDraft,
  trashUndo,
} from 'galley';
import { controlsFor, type Typed, taxonomyOf } from './terms-form.ts';
import { listTerms } from './terms-list.ts';

function typedOf(page: ScreenContext): Typed {
  const parent = page.value('parentId');
  return {
    name: page.value('name').trim(),
    slug: page.value('slug').trim(),
    description: page.value('description').replace(/\r\n?/g, '\n'),
    parentId: /^[1-9]\d{0,14}$/.test(parent) ? Number(parent) : null,
    position: page.value('position'),
  };
}

function draftOf(page: ScreenContext, typed: Typed): TermDraft {
  const { definition } = taxonomyOf(page);
  const { name, slug, description, parentId, position } = typed;
  const draft = { name, description, position: Math.trunc(Number(position)) || 0, slug: slug || name };
  return definition.hierarchical ? { ...draft, parentId } : draft;
}

/** What was refused, at the control that it is about. */
function errorOf(error: unknown): FormErrors {
  if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
  if (error.code === 'GALLEY_TERM_DUPLICATE') return { slug: error.message };
  return /parent|below/.test(error.message) ? { parentId: error.message } : { name: error.message };
}

/** Makes a term. */
export async function createTerm(page: ScreenContext): Promise<Reply> {
  const { name } = taxonomyOf(page);
  const typed = typedOf(page);
  try {
    const term = await page.site.terms.save({ taxonomy: name, ...draftOf(page, typed) }, { viewer: page.viewer });
    return page.redirect(`/terms/${name}`, {
      kind: 'success',
      text: page.t('“{name}” is added.', { name: term.name }),
    });
  } catch (error) {
    return listTerms(page, typed, errorOf(error), 422);
  }
}

async function termOf(page: ScreenContext): Promise<Term> {
  const { name } = taxonomyOf(page);
  const term = await page.site.terms.get(page.id());
  if (term?.taxonomy !== name) throw new GalleyError('GALLEY_TERM_UNKNOWN', 'There is no such term.');
  return term;
}

async function form(page: ScreenContext, term: Term, typed: Typed, errors: FormErrors = {}): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const controls = await controlsFor(page, typed, { id: term.id, errors });
  const isWrong = Object.keys(errors).length > 0;
  const summary = controls
    .filter((control) => control.error)
    .map(({ id, label, error }) => ({ id, label, message: error }));
  const url = `/admin/terms/${name}`;
  const data = {
    title: term.name,
    breadcrumbs: [{ label: definition.title, url }],
    actions: historyLink(page, 'term', String(term.id)),
    controls,
    summary,
    submit: 'Save',
    cancel: url,
  };
  return page.view('form', data, { status: isWrong ? 422 : 200 });
}

/** The form of a term. */
export async function showTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  return form(page, term, { ...term, position: String(term.position) });
}

/** Changes a term. */
export async function updateTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const typed = typedOf(page);
  try {
    await page.site.terms.save({ id: term.id, ...draftOf(page, typed) }, { viewer: page.viewer });
    return page.redirect(`/terms/${term.taxonomy}`, {
      kind: 'success',
      text: page.t('“{name}” is saved. Visitors see it now.', { name: typed.name }),
    });
  } catch (error) {
    return form(page, term, typed, errorOf(error));
  }
}

/** Asks before a term goes, with the consequence in numbers. */
export async function askToDeleteTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const { name, definition } = taxonomyOf(page);
  const [counted] = await page.site.terms.withCounts([term]);
  const below = definition.hierarchical ? (await page.site.terms.descendants(term.id)).length - 1 : 0;
  const taken = page.t(
    'It is taken from {count} published entries and from all drafts; these stay.',
    { count: counted?.count ?? 0 },
    { one: 'It is taken from one published entry and from all drafts; these stay.' },
  );
  const moved = page.t('What stands below it ({count}) moves up.', { count: below });
  const days = await page.site.options.get<number>('trash_days');
  const back = page.t('It can be brought back for {days} days.', { days });
  return page.view('act', {
    title: page.t('Delete “{name}”?', { name: term.name }),
    breadcrumbs: [{ label: definition.title, url: `/admin/terms/${name}` }],
    question: [taken, ...(below > 0 ? [moved] : []), back].join(' '),
    submit: 'Delete it',
    isDanger: true,
    cancel: `/admin/terms/${name}`,
  });
}

/** Removes a term. */
export async function deleteTerm(page: ScreenContext): Promise<Reply> {
  const term = await termOf(page);
  const id = await page.site.terms.remove(term.id, { viewer: page.viewer });
  const text = page.t('“{name}” is deleted.', { name: term.name });
  return page.redirect(`/terms/${term.taxonomy}`, { kind: 'success', text, ...trashUndo(page, [id]) });
}
