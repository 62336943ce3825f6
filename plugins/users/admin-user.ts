import {
  type Control,
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  isGalleyError,
  makeControls,
  mistakesOf,
  type Reply,
  type ScreenContext,
  type User,
} from 'galley';
import { userOf } from './admin-users.ts';

const PREFIX = 'user';
const TEXTS = ['login', 'name', 'email', 'slug', 'url', 'bio'] as const;

/** What everybody may say about himself. */
export const PERSON_FIELDS: Record<string, FieldDefinition> = {
  name: { kind: 'text', label: 'Name', help: 'As readers see it.', required: true, maxLength: 250 },
  email: { kind: 'email', label: 'E-mail address', help: 'Never shown to readers.', maxLength: 254 },
  slug: {
    kind: 'text',
    label: 'Name in addresses',
    help: 'Of the page with all that the person has written.',
    maxLength: 190,
  },
  url: { kind: 'url', label: 'Website', maxLength: 500 },
  bio: { kind: 'textarea', label: 'About', help: 'Some themes show it below articles.', maxLength: 10_000 },
};
const LOGIN: FieldDefinition = {
  kind: 'text',
  label: 'Login',
  help: 'To log in with. Readers never see it.',
  required: true,
  maxLength: 60,
};

/** What was typed about a person, of these fields. */
export function readPerson(page: ScreenContext, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, page.value(`${PREFIX}.${name}`).replace(/\r\n?/g, '\n').trim()]),
  );
}

/** What was refused, at the control that it is about; what belongs to none is thrown on. */
export function personErrors(error: unknown): FormErrors {
  if (!isGalleyError(error) || error.status >= 500) throw error;
  const mistakes = mistakesOf(error);
  if (mistakes.length > 0)
    return Object.fromEntries(mistakes.map(({ field, message }) => [`${PREFIX}.${field}`, message]));
  if (error.code === 'GALLEY_USER_DUPLICATE') return { [`${PREFIX}.login`]: error.message };
  if (error.code === 'GALLEY_PASSWORD_WEAK') return { [`${PREFIX}.password`]: error.message };
  return { '': error.message };
}

/** The roles to choose from: those that hold no more than the viewer does. */
async function roleControl({ site, viewer }: ScreenContext, chosen: readonly string[]): Promise<Control[]> {
  if (!viewer.can('promote_users')) return [];
  const roles = await site.roles.list();
  const choices = Object.fromEntries(
    roles
      .filter(
        ({ name, capabilities }) => chosen.includes(name) || capabilities.every((capability) => viewer.can(capability)),
      )
      .map(({ name, title }) => [name, title]),
  );
  const field: FieldDefinition = {
    kind: 'multiselect',
    label: 'Roles',
    help: 'What the person may do. A change logs the person out.',
    choices,
  };
  return makeControls({ roles: field }, { site, viewer, prefix: PREFIX, values: { roles: chosen }, zone: 'UTC' });
}

interface Shown {
  values: Record<string, unknown>;
  roles: readonly string[];
  errors?: FormErrors;
}

async function form(
  page: ScreenContext,
  user: User | undefined,
  { values, roles, errors = {} }: Shown,
): Promise<Reply> {
  const { site, viewer } = page;
  const fields: Record<string, FieldDefinition> = { login: LOGIN, ...PERSON_FIELDS };
  const controls = [
    ...(await makeControls(fields, { site, viewer, prefix: PREFIX, values, errors, zone: 'UTC' })),
    ...(await roleControl(page, roles)),
  ];
  const known = new Map(controls.map((control) => [control.name, control]));
  const summary = Object.entries(errors).map(([name, message]) => ({
    id: known.get(name)?.id ?? '',
    label: known.get(name)?.label ?? '',
    message,
  }));
  const data = {
    title: user?.name ?? 'New person',
    breadcrumbs: [{ label: 'People', url: '/admin/users' }],
    controls,
    summary,
    version: user?.version ?? 0,
    person: user && {
      id: user.id,
      login: user.login,
      created: user.createdAt,
      seen: user.lastLoginAt,
      isActive: user.status === 'active',
      isSelf: user.id === viewer.id,
    },
    url: user && `/admin/users/${user.id}`,
    canInvite: site.hooks.hasAction('user:invited') && (user === undefined || user.email !== ''),
    mayAct:
      user !== undefined &&
      user.id !== viewer.id &&
      user.status === 'active' &&
      viewer.can('manage_options') &&
      page.context.session?.actorId === undefined,
    mayDelete: user !== undefined && user.id !== viewer.id && viewer.can('delete_users'),
  };
  return page.view('users/person', data, { status: summary.length > 0 ? 422 : 200 });
}

/** The form for a new person. */
export function showNewUser(page: ScreenContext): Promise<Reply> {
  return form(page, undefined, { values: {}, roles: ['author'] });
}

function rolesOf(page: ScreenContext): string[] {
  return (page.values.get(`${PREFIX}.roles`) ?? []).filter((role) => role !== '');
}

/** Makes an account without a password; the person chooses one by a link. */
export async function createUser(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const values = readPerson(page, TEXTS);
  const roles = viewer.can('promote_users') ? rolesOf(page) : ['subscriber'];
  try {
    if (roles.length === 0) throw new GalleyError('GALLEY_INPUT_INVALID', 'Choose at least one role.');
    const { login = '', name = '', ...rest } = values;
    const user = await site.users.create({ login, ...(name ? { name } : {}), ...rest, roles }, viewer);
    if (page.value('way') === 'mail' && user.email !== '') return invite(page, user);
    return showLink(
      page,
      user,
      page.t('{name} is there. The person chooses a password by this link:', { name: user.name }),
    );
  } catch (error) {
    return form(page, undefined, { values, roles, errors: personErrors(error) });
  }
}

/** The form of a person. */
export async function showUser(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  await page.site.users.assertMayEdit(user, page.viewer);
  return form(page, user, { values: { ...user }, roles: user.roles });
}

/** Changes what is said about a person, and the roles. */
export async function updateUser(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const user = await userOf(page);
  const values = readPerson(page, TEXTS);
  const roles = viewer.can('promote_users') ? rolesOf(page) : user.roles;
  try {
    await site.database.transaction(async () => {
      await site.users.update(user.id, values, { by: viewer, version: Number(page.value('version')) || undefined });
      const isChanged = roles.length !== user.roles.length || roles.some((role) => !user.roles.includes(role));
      if (isChanged) await site.users.setRoles(user.id, roles, viewer);
    });
    return page.redirect(`/users/${user.id}`, {
      kind: 'success',
      text: page.t('{name} is saved.', { name: values['name'] }),
    });
  } catch (error) {
    return form(page, user, { values, roles, errors: personErrors(error) });
  }
}

/** Makes a link to choose a new password. It is shown once, to whoever asked for it, or sent to the person alone. */
export async function startReset(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  if (page.value('way') === 'mail' && user.email !== '') return invite(page, user);
  return showLink(page, user, page.t('{name} chooses a new password by this link:', { name: user.name }));
}

/** Leaves it to whoever sends mail to make the link: then nobody but the person sees it. */
async function invite(page: ScreenContext, user: User): Promise<Reply> {
  const { site, viewer } = page;
  await site.users.assertMayEdit(user, viewer);
  await site.hooks.doAction('user:invited', { user, by: viewer });
  const text = page.t('A link to choose a password is on its way to {address}.', { address: user.email });
  return page.redirect(`/users/${user.id}`, { kind: 'success', text });
}

async function showLink(page: ScreenContext, user: User, words: string): Promise<Reply> {
  const { token, expiresAt } = await page.site.passwordResets.start(user.id, page.viewer);
  return page.view('users/link', {
    title: user.name,
    breadcrumbs: [{ label: 'People', url: '/admin/users' }],
    words,
    link: `${page.context.origin}/admin/reset?token=${token}`,
    expiresAt,
    url: `/admin/users/${user.id}`,
  });
}

/** Shuts somebody out, at once and everywhere, or lets him in again. */
export async function switchStatus(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  const status = page.value('status') === 'active' ? 'active' : 'disabled';
  await page.site.users.setStatus(user.id, status, page.viewer);
  const text =
    status === 'active'
      ? page.t('{name} can log in again.', { name: user.name })
      : page.t('{name} is locked out, everywhere and at once.', { name: user.name });
  return page.redirect(`/users/${user.id}`, { kind: 'success', text });
}
