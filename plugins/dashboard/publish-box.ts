import { type Control, type Fields, makeControl } from 'galley';
import type { Box, BoxInput } from './entry-boxes.ts';
import type { EntryValues } from './entry-values.ts';

const READERS = { public: 'Everybody', private: 'Editors and its author only', password: 'Whoever has the password' };
/** What becomes of an entry at its end. */
const END_LABELS = { draft: 'Make it a draft', private: 'Keep it for editors', trash: 'Move it to the trash' };

/** Who may read it, and from when until when. What matters for some answers only is shown with these. */
export function publishBox({ page, type, values, errors, zone }: BoxInput): Box {
  const fields = {
    visibility: { kind: 'select', label: 'Who may read it', choices: READERS, required: true },
    password: {
      kind: 'text',
      label: 'Password for readers',
      maxLength: 255,
      showIf: { field: 'visibility', is: 'password' },
    },
    date: {
      kind: 'text',
      label: 'Visible from',
      help: page.t('Empty: when it is published. Time zone: {zone}.', { zone }),
    },
    until: {
      kind: 'text',
      label: 'Visible until',
      help: 'Empty: for good. From this minute on visitors do not see it.',
    },
    untilThen: {
      kind: 'select',
      label: 'Then',
      choices: END_LABELS,
      required: true,
      showIf: { field: 'until', filled: true },
    },
    sticky: { kind: 'boolean', label: 'Keep on top of the list' },
  } as const satisfies Fields;
  const control = (name: keyof typeof fields & keyof EntryValues): Control => ({
    ...makeControl(fields[name], { name, value: values[name], zone, error: errors[name] ?? '', beside: fields }),
    required: false,
  });
  const controls = [
    control('visibility'),
    control('password'),
    { ...control('date'), type: 'datetime-local' },
    { ...control('until'), type: 'datetime-local' },
    control('untilThen'),
  ];
  if (type.supports.includes('sticky') && page.viewer.can(`edit_others_${type.capability}s`))
    controls.push(control('sticky'));
  return { id: 'publish', title: 'Publishing', isOpen: true, controls };
}
