import { join } from 'node:path';
import type { Screen, ScreenContext, Site } from 'galley';
import { startActing, stopActing } from './admin-acting.ts';
import { showProfile, updateProfile } from './admin-profile.ts';
import { askToRemoveRole, createRole, removeRoleScreen, showNewRole, showRole, updateRole } from './admin-role.ts';
import { reviewRoles, showRoles } from './admin-roles.ts';
import { endOtherSessions, endSession } from './admin-sessions.ts';
import { createUser, showNewUser, showUser, startReset, switchStatus, updateUser } from './admin-user.ts';
import { askToDelete, deleteUser } from './admin-users.ts';
import { exportUsers, showUsers, USERS_QUERY } from './user-list.ts';

/** The screens of people: the list, one person, one's own profile and sessions. */
export function addAdmin(site: Site): void {
  const { admin } = site;
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    admin.screen({ path, title, ...more });
  admin.views.folder(join(import.meta.dirname, 'views'));
  admin.lists.extend('users', { parameters: USERS_QUERY });
  screen('/users', 'People', {
    capability: 'list_users',
    menu: {
      group: 'people',
      icon: 'people',
      order: 1,
      searchWords: 'users, accounts, authors, add or invite somebody',
    },
    help: 'Who may log in, and as what. Somebody can be locked out without being deleted; what a deleted person wrote goes to whom you choose.',
    query: USERS_QUERY,
    get: showUsers,
  });
  screen('/users/export', 'Export a list', {
    capability: 'list_users',
    query: [...USERS_QUERY, 'format'],
    get: exportUsers,
  });
  screen('/users/new', 'New person', { capability: 'create_users', fresh: true, get: showNewUser, post: createUser });
  const one = '/users/:id(int)';
  screen(one, 'Person', { capability: 'edit_users', fresh: true, get: showUser, post: updateUser });
  screen(`${one}/reset`, 'New password', { capability: 'edit_users', fresh: true, post: startReset });
  screen(`${one}/status`, 'Lock or unlock', { capability: 'edit_users', fresh: true, post: switchStatus });
  screen(`${one}/delete`, 'Delete person', {
    capability: 'delete_users',
    fresh: true,
    get: askToDelete,
    post: deleteUser,
  });
  screen(`${one}/act`, 'See the site as somebody', { capability: 'edit_users', fresh: true, post: startActing });
  screen('/back', 'Back to yourself', { authenticated: true, post: stopActing });
  addRoles(site, screen);
  screen('/profile', 'Your profile', {
    authenticated: true,
    menu: { group: 'people', icon: 'person', order: 5, searchWords: 'my account, my name, e-mail address' },
    get: showProfile,
    post: updateProfile,
  });
  screen('/profile/sessions', 'Where you are logged in', {
    authenticated: true,
    post: endOtherSessions,
  });
  screen('/profile/sessions/:hash', 'Log out elsewhere', { authenticated: true, post: endSession });
}

function addRoles(
  { assets }: Site,
  screen: (path: string, title: string, more: Omit<Screen, 'path' | 'title'>) => void,
): void {
  assets.folder('users', join(import.meta.dirname, 'assets'));
  const guard = { capability: 'manage_options', fresh: true } as const;
  const allow = (page: ScreenContext): boolean => page.viewer.can('list_users');
  screen('/roles', 'Roles', {
    ...guard,
    allow,
    menu: { group: 'people', icon: 'shield-check', order: 3, searchWords: 'permissions, rights, capabilities' },
    help: 'What each role may do. Nobody can give what he does not hold, and the last administrator keeps his rights. Changes are shown for review before they hold.',
    query: ['search'],
    get: showRoles,
    post: reviewRoles,
  });
  screen('/roles/new', 'New role', { ...guard, allow, query: ['from'], get: showNewRole, post: createRole });
  screen('/roles/:name', 'Role', { ...guard, allow, get: showRole, post: updateRole });
  screen('/roles/:name/remove', 'Remove a role', { ...guard, allow, get: askToRemoveRole, post: removeRoleScreen });
}
