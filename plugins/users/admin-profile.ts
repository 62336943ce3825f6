import {
  type Control,
  type FieldDefinition,
  makeControls,
  type Reply,
  readAsk,
  readFields,
  type ScreenContext,
} from 'galley';
import { sessionsTable } from './admin-sessions.ts';
import { PERSON_FIELDS, personErrors, readPerson } from './admin-user.ts';
import { lookControls, saveLook } from './own-look.ts';

const NAMES = Object.keys(PERSON_FIELDS);
const PICTURE: FieldDefinition = {
  kind: 'media',
  label: 'Picture',
  accept: 'image/*',
  help: 'Stands beside what you write and below your comments. Without one your initials do.',
};

interface Shown {
  values: Record<string, unknown>;
  errors?: Record<string, string>;
  searches?: Record<string, string>;
}

/** Pictures come from the library, so only who may put files into it chooses one. */
const mayChoose = ({ viewer, site }: ScreenContext): boolean =>
  viewer.can('upload_files') && site.services.find('media') !== undefined;

async function personControls(page: ScreenContext, { values, errors, searches }: Shown): Promise<Control[]> {
  const { site, viewer } = page;
  const more = site.services.use('profiles').fields.list();
  const own = Object.fromEntries(more.map(({ name, value }) => [name, { kind: 'text', ...value } as const]));
  const { name, ...rest } = PERSON_FIELDS;
  const fields = {
    ...(mayChoose(page) ? { picture: PICTURE } : {}),
    ...(name ? { name } : {}),
    ...rest,
    ...own,
  };
  return makeControls(fields, { site, viewer, prefix: 'user', values, errors, searches, zone: 'UTC' });
}

async function form(page: ScreenContext, shown: Shown): Promise<Reply> {
  const controls = await personControls(page, shown);
  const known = new Map(controls.map((control) => [control.name, control]));
  const summary = Object.entries(shown.errors ?? {}).map(([name, message]) => ({
    id: known.get(name)?.id ?? '',
    label: known.get(name)?.label ?? '',
    message,
  }));
  const { table, hasOthers } = await sessionsTable(page);
  const data = {
    tabs: page.site.services.use('profiles').tabsAt('/admin/profile'),
    summary,
    version: String(page.user.version),
    sections: [
      { id: 'you', title: 'About you', intro: 'What readers see of you, and where we reach you.', controls },
      {
        id: 'look',
        title: 'How the admin looks',
        intro: 'For you alone, on all your devices.',
        controls: await lookControls(page),
      },
    ],
    table,
    hasOthers,
    stylesheets: [await page.site.assets.url('users', 'people.css')],
  };
  return page.view('users/profile', data, { status: summary.length > 0 ? 422 : 200 });
}

/** One's own profile: who one is, how the admin looks, and where one is logged in. */
export async function showProfile(page: ScreenContext): Promise<Reply> {
  const { user, site } = page;
  const more = (await site.services.use('profiles').of([user.id])).get(user.id);
  const picture = await site.services.use('pictures').chosen(user.id);
  return form(page, { values: { ...user, ...more, picture } });
}

/** Changes one's own profile. */
export async function updateProfile(page: ScreenContext): Promise<Reply> {
  const { site, user, viewer } = page;
  const profiles = site.services.use('profiles');
  const values = readPerson(page, NAMES);
  const more = readPerson(page, profiles.fields.names());
  const picture = Number(
    readFields({ picture: PICTURE }, page.values, { prefix: 'user', zone: 'UTC' }).values['picture'] ?? 0,
  );
  const typed = { ...values, ...more, picture };
  const { isOnlyAsking, searches } = readAsk(page.values);
  if (isOnlyAsking) return form(page, { values: typed, searches });
  // A new address is where reset links go, so whoever found an open browser must not change it.
  if (values['email'] !== user.email && !page.isFresh()) return page.confirm();
  try {
    await site.database.transaction(async () => {
      await site.users.update(user.id, values, { by: viewer, version: Number(page.value('version')) || undefined });
      await profiles.set(user.id, more, viewer);
      if (mayChoose(page)) await site.services.use('pictures').choose(user.id, picture);
    });
  } catch (error) {
    return form(page, { values: typed, errors: personErrors(error) });
  }
  await saveLook(page);
  return page.redirect('/profile', { kind: 'success', text: 'Your profile is saved.' });
}
