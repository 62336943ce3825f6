import { type FieldDefinition, makeControls, type Reply, type ScreenContext } from 'galley';
import { PERSON_FIELDS, personErrors, readPerson } from './admin-user.ts';

const NAMES = Object.keys(PERSON_FIELDS);

async function form(
  page: ScreenContext,
  values: Record<string, unknown>,
  errors: Record<string, string> = {},
): Promise<Reply> {
  const { site, viewer } = page;
  const more = site.services.use('profiles').fields.list();
  const own: Record<string, FieldDefinition> = Object.fromEntries(
    more.map(({ name, value }) => [name, { kind: 'text', ...value }]),
  );
  const state = { site, viewer, prefix: 'user', values, errors, zone: 'UTC' };
  const controls = await makeControls({ ...PERSON_FIELDS, ...own }, state);
  const known = new Map(controls.map((control) => [control.name, control]));
  const summary = Object.entries(errors).map(([name, message]) => ({
    id: known.get(name)?.id ?? '',
    label: known.get(name)?.label ?? '',
    message,
  }));
  const data = {
    tabs: tabs('profile'),
    controls,
    summary,
    submit: 'Save profile',
    hidden: { version: String(page.user.version) },
  };
  return page.view('form', data, { status: summary.length > 0 ? 422 : 200 });
}

/** The sections of what belongs to oneself. */
export function tabs(current: 'profile' | 'sessions'): { label: string; url: string; current: boolean }[] {
  return [
    { label: 'Profile', url: '/admin/profile', current: current === 'profile' },
    { label: 'Where you are logged in', url: '/admin/profile/sessions', current: current === 'sessions' },
    { label: 'Password', url: '/admin/password', current: false },
  ];
}

/** One's own profile. */
export async function showProfile(page: ScreenContext): Promise<Reply> {
  const { user, site } = page;
  const more = (await site.services.use('profiles').of([user.id])).get(user.id);
  return form(page, { ...user, ...more });
}

/** Changes one's own profile. */
export async function updateProfile(page: ScreenContext): Promise<Reply> {
  const { site, user, viewer } = page;
  const profiles = site.services.use('profiles');
  const values = readPerson(page, NAMES);
  const more = readPerson(page, profiles.fields.names());
  // A new address is where reset links go, so whoever found an open browser must not change it.
  if (values['email'] !== user.email && !page.isFresh()) return page.confirm();
  try {
    await site.database.transaction(async () => {
      await site.users.update(user.id, values, { by: viewer, version: Number(page.value('version')) || undefined });
      await profiles.set(user.id, more, viewer);
    });
    return page.redirect('/profile', { kind: 'success', text: 'Your profile is saved.' });
  } catch (error) {
    return form(page, { ...values, ...more }, personErrors(error));
  }
}
