import type { SheetContext } from './sheet-target.ts';
import { refuse, textOf } from './sheet-values.ts';

/** The author that a cell means: an id, a login, an e-mail address or a name. Undefined where it is who is there already. */
export async function authorOf(
  value: unknown,
  current: number | null,
  context: SheetContext,
): Promise<number | null | undefined> {
  const text = textOf(value).trim();
  if (text === '') return undefined;
  const { users } = context.site;
  const present = current === null ? undefined : await users.find(current);
  if (present && [String(present.id), present.login, present.email, present.name].includes(text)) return undefined;
  if (context.words('Nobody').includes(text)) return current === null ? undefined : null;
  const byId = /^\d{1,15}$/.test(text) ? await users.find(Number(text)) : undefined;
  const user =
    byId ?? (await users.findByLogin(text)) ?? (await users.findByEmail(text)) ?? (await byName(text, context));
  if (!user) throw refuse(context.t('Nobody here is called “{text}”.', { text: text.slice(0, 60) }));
  return user.id;
}

/** One person of that name; two are not told apart. */
async function byName(name: string, { site, viewer }: SheetContext) {
  if (!viewer.can('list_users')) return undefined;
  const found = (await site.users.list({ search: name, limit: 20 }, viewer)).filter((user) => user.name === name);
  return found.length === 1 ? found[0] : undefined;
}
