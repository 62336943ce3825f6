import type { FieldDefinition } from '../content/field-types.ts';
import { json, type Reply } from '../http/reply.ts';
import { makeControl } from './form-controls.ts';
import type { ListAction } from './lists.ts';
import type { ScreenContext } from './screen-context.ts';
import type { AskedText } from './tables.ts';

/** What was selected in a list, and what can be done with it. */
export interface SelectedActs {
  /** The name of the list, to which plugins may have added acts. */
  list: string;
  /** Where the form of the list is sent to. */
  url: string;
  /** The list to go back to, with all that narrows it. */
  back: string;
  acts: readonly ListAction[];
}

const MAX_AT_ONCE = 100;

/** The ids that the form of a list sent: of ticked rows, or one after the other with commas. */
export function selectedIds(page: ScreenContext, max = MAX_AT_ONCE): number[] {
  const given = (page.values.get('ids') ?? []).flatMap((value) => value.split(','));
  return [...new Set(given.filter((value) => /^[1-9]\d{0,14}$/.test(value)).map(Number))].slice(0, max);
}

/**
 * Does with all that is selected what was chosen, offers to take it back, and asks before what cannot be taken back.
 * Scripts that do it to more than a page get data instead.
 */
export async function actOnSelected(page: ScreenContext, { list, url, back, acts }: SelectedActs): Promise<Reply> {
  const ids = selectedIds(page);
  const chosen = page.value('action');
  const own = acts.find(({ name, capability }) => name === chosen && page.viewer.can(capability));
  const act = own ?? page.site.admin.lists.action([list], chosen, page);
  if (!act || ids.length === 0)
    return page.redirect(back, {
      kind: 'warning',
      text: page.t('Select something, and choose what is to be done.'),
    });
  if (act.asks && !page.values.has(act.asks.name)) return ask(page, { back, act, ids }, act.asks);
  if (act.isDanger && page.value('_sure') !== '1') return confirm(page, { back, act, ids });
  const { done, refusal = '', undo: more = {} } = await act.run(ids, page);
  const left = ids.length - done.length;
  const said = done.length > 0 ? act.said(done.length, page) : '';
  if (page.wantsJson) return json({ done, left, refusal: page.t(refusal), said, undo: act.undo ?? '', more });
  const others =
    left > 0
      ? page.t(
          '{count} left as they were. {why}',
          { count: left, why: page.t(refusal) },
          { one: 'One left as it was. {why}' },
        )
      : '';
  const undo = {
    label: page.t('Undo'),
    action: url,
    values: { ...more, action: act.undo ?? '', ids: done.join(','), back },
  };
  return page.redirect(back, {
    kind: left > 0 ? 'warning' : 'success',
    text: [said, others].join(' ').trim(),
    ...(act.undo && done.length > 0 ? { undo } : {}),
  });
}

interface Chosen {
  back: string;
  act: ListAction;
  ids: readonly number[];
}

const hiddenOf = ({ back, act, ids }: Chosen): { name: string; value: string }[] => [
  { name: 'action', value: act.name },
  { name: 'ids', value: ids.join(',') },
  { name: 'back', value: back },
];

function ask(page: ScreenContext, chosen: Chosen, { name, label, maxLength, isLong }: AskedText): Promise<Reply> {
  const field: FieldDefinition = { kind: isLong ? 'textarea' : 'text', label, maxLength };
  const submit = page.t(chosen.act.label).replace(/\s*…$/, '');
  const count = chosen.ids.length;
  return page.view('act', {
    title: submit,
    question: page.t('It is set for all {count}, whatever stands there now.', { count }, { one: 'It is set for one.' }),
    hidden: hiddenOf(chosen),
    controls: [makeControl(field, { name, value: '', zone: 'UTC' })],
    submit,
    cancel: chosen.back,
  });
}

function confirm(page: ScreenContext, chosen: Chosen): Promise<Reply> {
  const { back, act, ids } = chosen;
  const label = page.t(act.label);
  return page.view('act', {
    title: page.t('{action}: {count} selected?', { action: label, count: ids.length }),
    question: page.t('This cannot be undone.'),
    hidden: hiddenOf(chosen),
    submit: `${label} (${ids.length})`,
    isDanger: true,
    cancel: back,
  });
}
