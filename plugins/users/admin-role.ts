import {
  ADMINISTRATOR,
  type FormErrors,
  GalleyError,
  isGalleyError,
  makeControl,
  type Reply,
  type Role,
  type ScreenContext,
  slugify,
} from 'galley';
import { ROLES } from './admin-roles.ts';
import { mayChange, removeRole } from './role-change.ts';
import { groupCapabilities } from './role-groups.ts';

/** The form for a new role, empty or as a copy of another. */
export async function showNewRole(page: ScreenContext): Promise<Reply> {
  return newForm(page, { title: '', from: page.text('from') });
}

async function newForm(
  page: ScreenContext,
  typed: { title: string; from: string },
  errors: FormErrors = {},
): Promise<Reply> {
  const roles = (await page.site.roles.list()).filter(
    (role) => role.name === ADMINISTRATOR || mayChange(role, page.viewer),
  );
  const options = [
    { value: '', label: page.t('Nothing yet'), selected: typed.from === '' },
    ...roles
      .filter(({ capabilities }) => capabilities.every((capability) => page.viewer.can(capability)))
      .map(({ name, title }) => ({
        value: name,
        label: page.t('What {role} may', { role: title }),
        selected: name === typed.from,
      })),
  ];
  const title = {
    kind: 'text' as const,
    label: 'Name',
    required: true,
    maxLength: 100,
    help: 'As it is shown in lists, such as “Proofreader”.',
  };
  const from = { kind: 'select' as const, label: 'It may', help: 'You choose the rest in the grid.' };
  const controls = [
    makeControl(title, { name: 'title', value: typed.title, zone: 'UTC', error: errors['title'] }),
    makeControl(from, { name: 'from', value: typed.from, zone: 'UTC', options }),
  ];
  const summary = controls.filter(({ error }) => error).map(({ id, label, error }) => ({ id, label, message: error }));
  const data = {
    breadcrumbs: [{ label: 'Roles', url: ROLES }],
    controls,
    summary,
    submit: page.t('Make the role'),
    cancel: ROLES,
  };
  return page.view('form', data, { status: summary.length > 0 ? 422 : 200 });
}

/** Makes a role. */
export async function createRole(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const title = page.value('title').trim();
  const from = page.value('from');
  const source = from === '' ? undefined : await site.roles.get(from);
  try {
    if (title === '') throw new GalleyError('GALLEY_INPUT_INVALID', page.t('A role needs a name.'));
    const name = await freeName(page, title);
    await site.roles.save(name, { title, capabilities: source?.capabilities ?? [] }, viewer);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
    return newForm(page, { title, from }, { title: error.message });
  }
  const text = page.t('The role “{title}” is there. Choose below what it may do.', { title });
  return page.redirect('/roles', { kind: 'success', text });
}

async function freeName({ site }: ScreenContext, title: string): Promise<string> {
  const wanted =
    `r-${slugify(title)}`
      .replace(/^r-(?=[a-z])/, '')
      .replace(/[^a-z0-9_-]/g, '')
      .slice(0, 50) || 'role';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await site.roles.get(name))) return name;
  }
}

async function roleOf(page: ScreenContext): Promise<Role> {
  const role = await page.site.roles.get(page.params['name'] ?? '');
  if (!role) throw new GalleyError('GALLEY_REGISTRY_UNKNOWN', page.t('There is no such role.'), { status: 404 });
  return role;
}

/** A role: its name, and what can be done with it. */
export async function showRole(page: ScreenContext): Promise<Reply> {
  const role = await roleOf(page);
  const { site, viewer } = page;
  const labels = new Map(
    groupCapabilities(page).flatMap((group) => group.capabilities.map(({ name, label }) => [name, label])),
  );
  const capabilities = role.capabilities.map((name) => labels.get(name) ?? name);
  const field = { kind: 'text' as const, label: 'Name', required: true, maxLength: 100 };
  return page.view('users/role', {
    title: role.title,
    breadcrumbs: [{ label: 'Roles', url: ROLES }],
    controls: [makeControl(field, { name: 'title', value: role.title, zone: 'UTC' })],
    role,
    capabilities,
    people: await site.users.count({ role: role.name }, viewer),
    mayChange: mayChange(role, viewer),
    url: `${ROLES}/${role.name}`,
    peopleUrl: `/admin/users?role=${role.name}`,
  });
}

/** Renames a role. */
export async function updateRole(page: ScreenContext): Promise<Reply> {
  const role = await roleOf(page);
  const title = page.value('title').trim();
  if (title === '' || title.length > 100)
    throw new GalleyError('GALLEY_INPUT_INVALID', page.t('A role needs a name of at most 100 characters.'));
  await page.site.roles.save(role.name, { title, capabilities: role.capabilities }, page.viewer);
  return page.redirect(`/roles/${role.name}`, {
    kind: 'success',
    text: page.t('The role is called “{title}” now.', { title }),
  });
}

/** Asks before a role goes, or goes back to what it was at first. */
export async function askToRemoveRole(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const role = await roleOf(page);
  const people = await site.users.count({ role: role.name }, viewer);
  const shared = {
    breadcrumbs: [
      { label: 'Roles', url: ROLES },
      { label: role.title, url: `${ROLES}/${role.name}` },
    ],
    isDanger: true,
    cancel: `${ROLES}/${role.name}`,
  };
  if (role.isDefined)
    return page.view('act', {
      ...shared,
      title: page.t('Bring “{title}” back to what it was at first?', { title: role.title }),
      question: page.t(
        'Name and rights become those that Galley and its plugins give it. It holds at once for {count} people.',
        { count: people },
        { one: 'Name and rights become those that Galley and its plugins give it. It holds at once for one person.' },
      ),
      submit: page.t('Bring it back'),
    });
  const others = (await site.roles.list()).filter(
    ({ name, capabilities }) => name !== role.name && capabilities.every((capability) => viewer.can(capability)),
  );
  const options = others.map(({ name, title }) => ({ value: name, label: title, selected: name === 'subscriber' }));
  const field = { kind: 'select' as const, label: 'The people who have it become' };
  return page.view('act', {
    ...shared,
    title: page.t('Delete the role “{title}”?', { title: role.title }),
    question: page.t(
      '{count} people have it. They get another role instead and are logged out. This cannot be undone.',
      { count: people },
      { one: 'One person has it, gets another role instead and is logged out. This cannot be undone.' },
    ),
    controls: [makeControl(field, { name: 'moveTo', value: null, zone: 'UTC', options })],
    submit: page.t('Delete the role'),
  });
}

/** Deletes a role that was made here, or brings one that code defines back to what it was. */
export async function removeRoleScreen(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const role = await roleOf(page);
  if (role.isDefined) {
    await site.roles.remove(role.name, viewer);
    const text = page.t('“{title}” is as it was at first.', { title: role.title });
    return page.redirect('/roles', { kind: 'success', text });
  }
  const moved = await removeRole(site, role.name, page.value('moveTo'), viewer);
  const text = page.t(
    'The role “{title}” is deleted; {count} people have another one now.',
    { title: role.title, count: moved },
    { one: 'The role “{title}” is deleted; one person has another one now.' },
  );
  return page.redirect('/roles', { kind: 'success', text });
}
