import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import { type CapabilityDefinition, coreCapabilities } from './capabilities.ts';
import { Impersonation } from './impersonation.ts';
import { Login } from './login.ts';
import { OneTimeTokens } from './one-time-tokens.ts';
import { PasswordResets } from './password-resets.ts';
import { Passwords } from './passwords.ts';
import { Roles } from './roles.ts';
import { logSecurityEvents } from './security-log.ts';
import { Sessions } from './sessions.ts';
import { Setup } from './setup.ts';
import { PasswordStrategy, type Strategy } from './strategies.ts';
import { Users } from './users.ts';

const capabilitiesModule: Module = {
  name: 'capabilities',
  start(site) {
    const capabilities = new Registry<CapabilityDefinition>('capability');
    for (const [name, definition] of coreCapabilities()) capabilities.define(name, definition);
    attach(site, 'capabilities', capabilities);
  },
};

const rolesModule: Module = {
  name: 'roles',
  start(site) {
    const roles = new Roles(site);
    roles.register();
    attach(site, 'roles', roles);
  },
};

const passwordsModule: Module = {
  name: 'passwords',
  start(site) {
    const { passwordMinLength: minLength, passwordHashers: hashers, passwordQueue: queue } = site.config.security;
    attach(site, 'passwords', new Passwords({ minLength, hashers, queue }));
    attach(site, 'tokens', new OneTimeTokens(site));
  },
};

const usersModule: Module = {
  name: 'users',
  start(site) {
    attach(site, 'users', new Users(site));
    attach(site, 'passwordResets', new PasswordResets(site));
    attach(site, 'setup', new Setup(site));
  },
};

const sessionsModule: Module = {
  name: 'sessions',
  start: (site) => attach(site, 'sessions', new Sessions(site)),
  stop: (site) => site.sessions.settle(),
};

const loginModule: Module = {
  name: 'login',
  start(site) {
    const strategies = new Registry<Strategy>('log-in strategy');
    strategies.define('password', new PasswordStrategy(site));
    attach(site, 'strategies', strategies);
    attach(site, 'login', new Login(site));
    attach(site, 'impersonation', new Impersonation(site));
    logSecurityEvents(site);
    site.cron.define('identity:prune', {
      schedule: '17 * * * *',
      summary: 'Deletes sessions, one-time tokens and counts of failed log-ins that are out of date.',
      run: async () => {
        await site.sessions.prune();
        await site.tokens.prune();
        await site.login.prune();
      },
    });
  },
};

/** The modules of this layer, in the order in which they start; after those of the services. */
export const identityModules: readonly Module[] = [
  capabilitiesModule,
  rolesModule,
  passwordsModule,
  usersModule,
  sessionsModule,
  loginModule,
];

declare module '../kernel/site.ts' {
  interface Site {
    /** What can be allowed or refused. Plugins define theirs: `site.capabilities.define('sell', { label, roles })`. */
    readonly capabilities: Registry<CapabilityDefinition>;
    /** Bundles of capabilities, which administrators change. */
    readonly roles: Roles;
    /** Hashing and the policy. */
    readonly passwords: Passwords;
    /** Tokens that work once. */
    readonly tokens: OneTimeTokens;
    readonly users: Users;
    /** Links to set a new password. */
    readonly passwordResets: PasswordResets;
    /** The first administrator. */
    readonly setup: Setup;
    readonly sessions: Sessions;
    /** Ways to log in. */
    readonly strategies: Registry<Strategy>;
    /** The one door through which every log-in goes. */
    readonly login: Login;
  }
}
