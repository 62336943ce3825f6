import { createHash } from 'node:crypto';
import { ADMINISTRATOR, GalleyError, type Role, type ScreenContext, type Site, type Viewer } from 'galley';

/** What is to change of a role. */
export interface RoleChange {
  role: Role;
  given: string[];
  taken: string[];
}

/** What all roles look like to whoever loaded them: it changes with any of them. */
export function stateOfRoles(roles: readonly Role[]): string {
  const facts = roles.map(({ name, title, capabilities }) => [name, title, capabilities]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24);
}

/** Whether somebody may change a role: only who holds all that it holds, and nobody the administrator's. */
export function mayChange(role: Role, viewer: Viewer): boolean {
  return role.name !== ADMINISTRATOR && role.capabilities.every((capability) => viewer.can(capability));
}

/**
 * What the grid says is to change. Only cells that were shown count, so that a grid that was narrowed, or a role that
 * somebody may not touch, changes nothing else.
 */
export function readGrid(page: ScreenContext, roles: readonly Role[]): RoleChange[] {
  const shown = new Set(page.values.get('shown') ?? []);
  const known = page.site.capabilities.names().filter((name) => shown.has(name));
  return roles
    .filter((role) => (page.values.get('roles') ?? []).includes(role.name))
    .map((role) => {
      const ticked = new Set(page.values.get(`role.${role.name}`) ?? []);
      const given = known.filter((name) => ticked.has(name) && !role.capabilities.includes(name));
      const taken = known.filter((name) => !ticked.has(name) && role.capabilities.includes(name));
      return { role, given, taken };
    })
    .filter(({ given, taken }) => given.length + taken.length > 0);
}

/**
 * Changes several roles at once, or none.
 * @throws GALLEY_PERMISSION_DENIED as `roles.save` does
 * @throws GALLEY_USER_CONFLICT when somebody else has changed a role since `state`
 */
export async function changeRoles(
  site: Site,
  { changes, state }: { changes: readonly RoleChange[]; state: string },
  by: Viewer,
): Promise<void> {
  await site.database.transaction(async () => {
    const roles = await site.roles.list();
    if (stateOfRoles(roles) !== state)
      throw new GalleyError(
        'GALLEY_USER_CONFLICT',
        'Somebody else has changed the roles meanwhile. Look at them again.',
      );
    for (const { role, given, taken } of changes) {
      const capabilities = [...role.capabilities.filter((name) => !taken.includes(name)), ...given];
      await site.roles.save(role.name, { title: role.title, capabilities }, by);
    }
  });
}

const BATCH = 200;

/**
 * Removes a role that an administrator made; whoever has it gets another one instead.
 * @returns how many people were moved
 * @throws GALLEY_PERMISSION_DENIED where `by` holds less than either role
 */
export async function removeRole(site: Site, name: string, moveTo: string, by: Viewer): Promise<number> {
  const role = await site.roles.get(name);
  if (!role || role.isDefined)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'A role that comes with Galley or a plugin cannot be deleted.');
  if (moveTo === name || !(await site.roles.get(moveTo)))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'Choose another role for the people who have this one.');
  return site.database.transaction(async () => {
    let moved = 0;
    for (let after = 0; ; ) {
      const users = await site.users.list({ role: name, limit: BATCH, after }, by);
      for (const user of users) {
        const roles = [...new Set([...user.roles.filter((other) => other !== name), moveTo])];
        await site.users.setRoles(user.id, roles, by);
      }
      moved += users.length;
      after = users.at(-1)?.id ?? after;
      if (users.length < BATCH) break;
    }
    await site.roles.remove(name, by);
    return moved;
  });
}
