import { GalleyError, makeControl, type Reply, type ScreenContext, SYSTEM, trashUndo, type User } from 'galley';
import { trashedUser } from './trash.ts';

const LIST = '/admin/users';

/** The user that a screen is about. @throws GALLEY_USER_UNKNOWN */
export async function userOf(page: ScreenContext): Promise<User> {
  const user = await page.site.users.find(page.id());
  if (!user) throw new GalleyError('GALLEY_USER_UNKNOWN', 'There is no such person.');
  return user;
}

/** Asks what is to become of somebody's work. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  if (user.id === page.viewer.id)
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Nobody deletes himself. Ask another administrator.');
  const tallies = await page.site.entries.counts(`author:${user.id}`);
  const works = tallies.reduce((sum, { status, amount }) => (status === 'trash' ? sum : sum + amount), 0);
  const others = (await page.site.users.list({ status: 'active', limit: 500 }, SYSTEM)).filter(
    ({ id }) => id !== user.id,
  );
  const options = [
    { value: '', label: 'Move it to the trash', selected: false },
    ...others.map(({ id, name }) => ({
      value: String(id),
      label: page.t('Give it to {name}', { name }),
      selected: id === page.viewer.id,
    })),
  ];
  const label = page.t('What becomes of the work of {name}?', { name: user.name });
  return page.view('act', {
    title: page.t('Delete {name}?', { name: user.name }),
    breadcrumbs: [{ label: 'People', url: LIST }],
    question: page.t(
      '{name} has written {count} entries. The account can be brought back for {days} days, with a new password.',
      { name: user.name, count: works, days: await page.site.options.get<number>('trash_days') },
      {
        one: '{name} has written one entry. The account can be brought back for {days} days, with a new password.',
      },
    ),
    controls:
      works > 0
        ? [makeControl({ kind: 'select', label }, { name: 'reassign', value: null, zone: 'UTC', options })]
        : [],
    submit: 'Delete the account',
    isDanger: true,
    cancel: `${LIST}/${user.id}`,
  });
}

/** Deletes somebody and hands the work over. */
export async function deleteUser(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  const to = Number(page.value('reassign')) || null;
  await page.site.users.remove(user.id, { reassignTo: to }, page.viewer);
  const text = page.t('The account of {name} is deleted.', { name: user.name });
  const id = await trashedUser(page.site, user.name, page.viewer);
  return page.redirect('/users', { kind: 'success', text, ...trashUndo(page, [id]) });
}
