import type { GalleyApi } from 'galley/contained';
import { eventOf, eventsFrom, keepEvent, shown } from './events.ts';

/** What a panel is told. */
export interface PanelInput {
  /** Of the button or form that was sent; null where the panel is only looked at. */
  action: string | null;
  values: Record<string, string>;
  item: string | null;
}

type Part = Record<string, unknown>;

const problemOf = (text: string | undefined): Part[] =>
  text === undefined ? [] : [{ kind: 'notice', tone: 'danger', text }];

function formOf(action: string, submit: string, values: Record<string, string | undefined>): Part {
  return {
    kind: 'form',
    action,
    submit,
    fields: [
      { name: 'title', label: 'Event', kind: 'text', required: true, value: values.title },
      { name: 'day', label: 'Day', kind: 'date', required: true, value: values.day },
      { name: 'time', label: 'Time (UTC)', kind: 'text', value: values.time, help: 'Like 19:30.' },
      { name: 'place', label: 'Place', kind: 'text', value: values.place },
      ...(values.version === undefined ? [] : [{ name: 'version', kind: 'hidden', value: values.version }]),
    ],
  };
}

/** All events from a time on, each leading to its own page, and a form for another one. */
export async function showEvents({ action, values }: PanelInput, galley: GalleyApi, since: number): Promise<unknown> {
  const problem = action === 'add' ? await keepEvent(galley, values) : undefined;
  if (action === 'add' && problem === undefined) return { to: {}, notice: 'The event is in the calendar.' };
  const rows = (await eventsFrom(galley, since)).map((event) => {
    const { day, time, title, place } = shown(event);
    return [day, time, { text: title, to: { item: event.id } }, place];
  });
  return {
    blocks: [
      ...problemOf(problem),
      { kind: 'table', caption: 'Events', columns: ['Day', 'Time', 'Event', 'Place'], rows },
      { kind: 'heading', text: 'Add an event' },
      formOf('add', 'Add', problem === undefined ? {} : values),
    ],
  };
}

/** One event: to change it, or to remove it. */
export async function showEvent({ action, values }: PanelInput, id: string, galley: GalleyApi): Promise<unknown> {
  const event = await eventOf(galley, id);
  const back = { kind: 'button', label: 'All events', to: {} };
  if (!event) return { blocks: [{ kind: 'notice', text: 'This event is not there any more.' }, back] };
  if (action === 'remove') {
    await galley.table('events').delete(event.id);
    return { to: {}, notice: 'The event is removed.' };
  }
  const problem = action === 'save' ? await keepEvent(galley, values, event.id) : undefined;
  if (action === 'save' && problem === undefined) return { to: {}, notice: 'The event is changed.' };
  const now = problem === undefined ? { ...shown(event), version: String(event.version) } : values;
  return {
    blocks: [
      ...problemOf(problem),
      formOf('save', 'Save', now),
      { kind: 'button', label: 'Remove the event', action: 'remove', confirm: 'Remove this event?', danger: true },
      back,
    ],
  };
}
