import { GalleyError, makeControl, type Reply, type ScreenContext, type Term, trashUndo } from 'galley';
import { taxonomyOf } from './terms-form.ts';

const MAX = 100;

async function chosen(page: ScreenContext): Promise<Term[]> {
  const { name } = taxonomyOf(page);
  const given = [...(page.values.get('ids') ?? []), ...page.text('ids').split(',')].flatMap((text) => text.split(','));
  const ids = [...new Set(given.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number))].slice(0, MAX);
  return [...(await page.site.terms.getMany(ids)).values()].filter((term) => term.taxonomy === name);
}

/** What is to be done with several terms is asked about first. */
export async function actOnTerms(page: ScreenContext): Promise<Reply> {
  const { name } = taxonomyOf(page);
  const terms = await chosen(page);
  const action = page.value('action');
  if (terms.length === 0 || !['merge', 'delete'].includes(action) || (action === 'merge' && terms.length < 2)) {
    const text =
      action === 'merge'
        ? page.t('Select two or more to make one of them.')
        : page.t('Select something, and choose what is to be done.');
    return page.redirect(`/terms/${name}`, { kind: 'warning', text });
  }
  return page.redirect(
    `/terms/${name}/${action === 'merge' ? 'merge' : 'remove'}?ids=${terms.map(({ id }) => id).join(',')}`,
  );
}

/** Asks which of several terms stays. */
export async function askToMerge(page: ScreenContext): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const terms = await page.site.terms.withCounts(await chosen(page));
  if (terms.length < 2) throw new GalleyError('GALLEY_TERM_UNKNOWN', page.t('There are not two of these any more.'));
  const most = terms.reduce((best, term) => (term.count > best.count ? term : best));
  const options = terms.map(({ id, name: title, count }) => ({
    value: String(id),
    label: `${title} (${count})`,
    selected: id === most.id,
  }));
  const field = { kind: 'select' as const, label: 'This one stays' };
  return page.view('act', {
    title: page.t('Make one of {count}', { count: terms.length }),
    breadcrumbs: [{ label: definition.title, url: `/admin/terms/${name}` }],
    question: page.t(
      'Entries of the others get the one that stays, what stands below them moves below it, and their old addresses lead to it. This can be undone for {days} days.',
      { days: await page.site.options.get<number>('trash_days') },
    ),
    things: terms.map(({ name: title, count }) =>
      page.t('{name}: {count} published entries', { name: title, count }, { one: '{name}: one published entry' }),
    ),
    controls: [makeControl(field, { name: 'into', value: null, zone: 'UTC', options })],
    hidden: terms.map(({ id }) => ({ name: 'ids', value: String(id) })),
    submit: page.t('Make them one'),
    isDanger: true,
    cancel: `/admin/terms/${name}`,
  });
}

/** Makes one term of several, all at once. */
export async function mergeTerms(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const { name } = taxonomyOf(page);
  const terms = await chosen(page);
  const into = terms.find(({ id }) => String(id) === page.value('into'));
  if (!into) throw new GalleyError('GALLEY_INPUT_INVALID', page.t('Choose which one stays.'));
  const merged = await site.database.transaction(async () => {
    const done: Awaited<ReturnType<typeof site.terms.merge>>[] = [];
    for (const { id } of terms) if (id !== into.id) done.push(await site.terms.merge(id, into.id, { viewer }));
    return done;
  });
  const changed = merged.reduce((sum, one) => sum + one.changed, 0);
  const text = page.t(
    'They are one now: “{name}”. {count} entries changed.',
    { name: into.name, count: changed },
    { one: 'They are one now: “{name}”. One entry changed.' },
  );
  const undo = trashUndo(
    page,
    merged.map(({ trashId }) => trashId),
  );
  return page.redirect(`/terms/${name}`, { kind: 'success', text, ...undo });
}

/** Asks before several terms go. */
export async function askToRemove(page: ScreenContext): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const terms = await page.site.terms.withCounts(await chosen(page));
  return page.view('act', {
    title: page.t('Delete {count} of {terms}?', { count: terms.length, terms: page.t(definition.title) }),
    breadcrumbs: [{ label: definition.title, url: `/admin/terms/${name}` }],
    question: page.t('They are taken from all entries; these stay. They can be brought back for {days} days.', {
      days: await page.site.options.get<number>('trash_days'),
    }),
    things: terms.map(({ name: title, count }) =>
      page.t('{name}: {count} published entries', { name: title, count }, { one: '{name}: one published entry' }),
    ),
    hidden: terms.map(({ id }) => ({ name: 'ids', value: String(id) })),
    submit: page.t('Delete them'),
    isDanger: true,
    cancel: `/admin/terms/${name}`,
  });
}

/** Removes several terms, all at once. */
export async function removeTerms(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const { name } = taxonomyOf(page);
  const terms = await chosen(page);
  const trashed = await site.database.transaction(async () => {
    const ids: (number | undefined)[] = [];
    for (const { id } of terms) ids.push(await site.terms.remove(id, { viewer }));
    return ids;
  });
  const text = page.t('{count} are deleted.', { count: terms.length }, { one: 'One is deleted.' });
  return page.redirect(`/terms/${name}`, { kind: 'success', text, ...trashUndo(page, trashed) });
}
