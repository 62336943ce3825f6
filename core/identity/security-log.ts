import type { Site } from '../kernel/site.ts';
import type { LoginOutcome } from './identity-hooks.ts';

/** Who, how, from where and with what result. What was typed as login is left out where nobody has that name: it may be a password. */
function loginFields({ user, strategy, factors, facts, reason }: LoginOutcome): Record<string, unknown> {
  return { user: user?.id ?? null, login: user?.login ?? null, strategy, factors, address: facts.address, reason };
}

/** Writes log-ins, failures, log-outs and changes of users to the stream `security` of the log. */
export function logSecurityEvents(site: Site): void {
  const log = site.log.child({ stream: 'security' });
  const { hooks } = site;
  hooks.addAction('login:succeeded', (outcome) => {
    log.info({ event: 'login:succeeded', ...loginFields(outcome) }, 'Logged in');
  });
  hooks.addAction('login:failed', (outcome) => {
    log.warn({ event: 'login:failed', ...loginFields(outcome) }, 'Log-in failed');
  });
  hooks.addAction('logout:done', ({ user, facts }) => {
    log.info({ event: 'logout:done', user: user.id, login: user.login, address: facts.address }, 'Logged out');
  });
  hooks.addAction('user:saved', ({ user, previous, by, changed }) => {
    const { id, login, roles, status } = user;
    const event = previous ? 'user:changed' : 'user:created';
    log.info({ event, user: id, login, roles, status, changed, by: by.id, byLogin: by.login }, 'User saved');
  });
  hooks.addAction('user:removed', ({ user, by, reassignTo }) => {
    log.info(
      { event: 'user:removed', user: user.id, login: user.login, reassignTo, by: by.id, byLogin: by.login },
      'User deleted',
    );
  });
  hooks.addAction('role:changed', ({ role, previous, by }) => {
    const name = role?.name ?? previous?.name;
    const [now, before] = [role?.capabilities ?? [], previous?.capabilities ?? []];
    const given = now.filter((capability) => !before.includes(capability));
    const taken = before.filter((capability) => !now.includes(capability));
    log.info({ event: 'role:changed', role: name, given, taken, by: by.id, byLogin: by.login }, 'Role changed');
  });
  hooks.addAction('user:impersonated', ({ user, by, isOver }) => {
    const facts = { user: user.id, login: user.login, by: by.id, byLogin: by.login };
    log.warn({ event: isOver ? 'impersonation:ended' : 'impersonation:began', ...facts }, 'Acting for somebody else');
  });
}
