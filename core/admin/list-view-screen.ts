import { type Reply, safeRedirect } from '../http/reply.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { withParameters } from './addresses.ts';
import { readLook } from './list-look.ts';
import { addView, changeView, keptQuery, type ListView, readViews, setStandard } from './list-views.ts';
import type { Notice } from './notices.ts';
import type { ScreenContext } from './screen-context.ts';

const NAME = /^[a-z][a-z0-9:_-]{0,60}$/;

/** A form about the views of a list. */
interface Sent {
  list: string;
  /** The list as it is now. */
  back: string;
  path: string;
  query: string;
  id: string;
  version: number;
}

type Act = (page: ScreenContext, sent: Sent) => Promise<{ address: string; notice: Notice }>;

const ACTS: Record<string, Act> = {
  async save(page, sent) {
    const { list, query } = sent;
    const look = await lookNow(page, sent);
    const isForAll = page.value('shared') !== '';
    const view = await addView(page, list, { name: page.value('name'), query, look, isForAll });
    return done(sent, view, page.t('“{name}” is kept.', { name: view.name }));
  },
  async rename(page, sent) {
    const view = await changeView(page, sent.list, sent, { name: page.value('name') });
    return done(sent, view, page.t('It is called “{name}” now.', { name: view.name }));
  },
  async update(page, sent) {
    const view = await changeView(page, sent.list, sent, { query: sent.query, look: await lookNow(page, sent) });
    return done(sent, view, page.t('“{name}” shows the list as it is now.', { name: view.name }));
  },
  async delete(page, sent) {
    const { list, path, id } = sent;
    const { name, version } = await changeView(page, list, sent, { gone: Date.now() });
    const values = { list, id, version: String(version), press: 'restore', back: path };
    const undo = { label: page.t('Undo'), action: '/admin/lists/views', values };
    const notice: Notice = { kind: 'success', text: page.t('The view “{name}” is deleted.', { name }), undo };
    return { address: withParameters(path, { saved: 'all' }), notice };
  },
  async restore(page, sent) {
    const view = await changeView(page, sent.list, sent, { gone: 0 });
    return done(sent, view, page.t('“{name}” is back.', { name: view.name }));
  },
  async standard(page, sent) {
    await setStandard(page, sent.list, sent.id);
    return { address: sent.back, notice: { kind: 'success', text: page.t('The list opens with this view now.') } };
  },
  async plain(page, sent) {
    await setStandard(page, sent.list, '');
    return { address: sent.back, notice: { kind: 'success', text: page.t('The list opens with everything now.') } };
  },
};

function done({ path }: Sent, { id, query }: ListView, text: string): { address: string; notice: Notice } {
  return { address: `${path}?${query}${query ? '&' : ''}saved=${id}`, notice: { kind: 'success', text } };
}

/** The columns as this person sees them now. */
async function lookNow(page: ScreenContext, { list, back }: Sent): Promise<ListView['look']> {
  const saved = new URLSearchParams(back.split('?')[1] ?? '').get('saved') ?? '';
  const { own, shared } = await readViews(page, list);
  return (
    (await readLook(
      page,
      list,
      [...own, ...shared].find(({ id }) => id === saved),
    )) ?? null
  );
}

/** Keeps, changes and deletes views of a list. */
export async function sendView(page: ScreenContext): Promise<Reply> {
  const list = page.value('list');
  const parameters = NAME.test(list) ? page.site.admin.lists.parametersOf(list) : [];
  const act = ACTS[page.value('press')];
  if (parameters.length === 0 || !act)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'This list keeps no views, or not in this way.');
  const target = safeRedirect(page.value('back'), '/admin');
  const back = /^\/admin\//.test(target) ? target : '/admin';
  const [path = '/admin'] = back.split('?');
  const version = Number(page.value('version')) || 0;
  try {
    const query = keptQuery(back, parameters);
    const { address, notice } = await act(page, { list, back, path, query, id: page.value('id'), version });
    return page.redirect(address, notice);
  } catch (error) {
    const isKnown = isGalleyError(error) && ['GALLEY_INPUT_INVALID', 'GALLEY_LIST_VIEW_CONFLICT'].includes(error.code);
    if (!isKnown) throw error;
    // Nothing was changed: the list as it is now tells what is there.
    return page.redirect(back, { kind: 'danger', text: error.message });
  }
}
