import type { ScreenContext } from 'galley';

const PURPOSE = 'record-form';

const subjectOf = ({ viewer, params }: ScreenContext): string =>
  [viewer.id, params['model'], params['id']].map(String).join('.');

/** Something that a form takes along and brings back as it was: only for this person, and this record. */
export function seal(page: ScreenContext, value: unknown): string {
  const text = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${text}.${page.site.keys.sign(PURPOSE, `${subjectOf(page)}.${text}`)}`;
}

/** What was sealed; undefined where nothing came back, or something else. */
export function unseal<Value>(page: ScreenContext, sealed: string): Value | undefined {
  const [text = '', mac = ''] = sealed.split('.');
  if (!page.site.keys.verify(PURPOSE, `${subjectOf(page)}.${text}`, mac)) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Value;
}
