import { type Contact, expiryOf } from './contact.ts';

/** What the panel shows. */
export interface FormState {
  /** What stands in the fields. */
  shown: Contact | null;
  /** What the site says now. */
  kept: Contact | null;
  mistake: string | undefined;
  isSaved: boolean;
}

const STATE_TEXTS = { saved: 'Saved. It holds for a year from today; then you are asked again.' } as const;
const COLUMN_LABELS = ['Contact', 'Holds until'] as const;
const FIELD_LABELS = {
  contact: 'Mail address or page to write to',
  key: 'Address of a key for encryption',
  policy: 'Address of a page that says how you deal with reports',
  languages: 'Languages that you read',
} as const;

/** The parts of the panel. */
export function contactForm({ shown, kept, mistake, isSaved }: FormState): Record<string, unknown>[] {
  const field = (name: keyof typeof FIELD_LABELS, more: object = {}) => ({
    name,
    kind: 'text',
    label: FIELD_LABELS[name],
    value: shown?.[name] ?? '',
    ...more,
  });
  return [
    { kind: 'text', text: 'Who finds a hole in a site looks into /.well-known/security.txt for somebody to tell.' },
    ...(mistake ? [{ kind: 'notice', tone: 'danger', text: mistake }] : []),
    ...(isSaved ? [{ kind: 'notice', tone: 'success', text: STATE_TEXTS.saved }] : []),
    {
      kind: 'form',
      action: 'publish',
      submit: kept ? 'This is right, for another year' : 'Publish security.txt',
      fields: [
        field('contact', { required: true }),
        field('languages', { help: 'With commas: en, de.' }),
        field('policy'),
        field('key'),
      ],
    },
    ...(kept ? statusParts(kept) : []),
  ];
}

function statusParts(kept: Contact): Record<string, unknown>[] {
  const day = new Date(expiryOf(kept)).toISOString().slice(0, 10);
  return [
    {
      kind: 'table',
      caption: 'What the site says now',
      columns: COLUMN_LABELS,
      rows: [[kept.contact, day]],
    },
    { kind: 'button', label: 'Open security.txt', url: '/.well-known/security.txt' },
    { kind: 'button', label: 'Withdraw security.txt', action: 'withdraw', danger: true },
  ];
}
