import type { ActionHook, FilterHook, FirstHook, HookDefinition, HookName } from '../kernel/hook-types.ts';
import type { Role } from './roles.ts';
import type { RequestFacts } from './sessions.ts';
import type { User } from './user.ts';
import type { UserDraft } from './user-input.ts';
import type { Viewer } from './viewer.ts';

/** A user before and after a change. */
export interface UserSaved {
  user: User;
  /** As he was before; null for a new user. */
  previous: User | null;
  by: Viewer;
  /** What changed: fields, `roles`, `status`, `password`. */
  changed: string[];
}

/** A user who is being deleted, and to whom what he wrote goes: to nobody where it is null. */
export interface UserRemoval {
  user: User;
  reassignTo: number | null;
  by: Viewer;
}

/** A role before and after a change. */
export interface RoleChanged {
  /** Null for one that was removed. */
  role: Role | null;
  /** Null for a new one. */
  previous: Role | null;
  by: Viewer;
}

/** A log-in that is being tried with name and password. */
export interface LoginAttempt {
  login: string;
  password: string;
  facts: RequestFacts;
}

/** How a log-in ended. Never holds the password. */
export interface LoginOutcome {
  /** The user, as far as the name is known. */
  user: User | null;
  /** What was typed as login, at most 100 characters. */
  login: string;
  strategy: string;
  factors: readonly string[];
  facts: RequestFacts;
  /** Why it failed: `password`, `unknown`, `disabled`, `expired`, `throttled`. For logs, not for visitors. */
  reason?: string;
}

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'user:saving': FilterHook<UserDraft, [context: { previous: User | null; by: Viewer }]>;
    'user:saved': ActionHook<[saved: UserSaved]>;
    'user:invited': ActionHook<[invitation: { user: User; by: Viewer }]>;
    'user:removing': FilterHook<UserRemoval>;
    'user:removed': ActionHook<[removal: UserRemoval]>;
    'user:impersonated': ActionHook<[event: { user: User; by: User; isOver: boolean }]>;
    'role:changed': ActionHook<[change: RoleChanged]>;
    'login:authenticating': FirstHook<LoginAttempt, { userId: number; factors?: string[] }>;
    'login:succeeded': ActionHook<[outcome: LoginOutcome]>;
    'login:failed': ActionHook<[outcome: LoginOutcome]>;
    'logout:done': ActionHook<[ended: { user: User; facts: RequestFacts }]>;
  }
}

/** The hooks of this layer, for the catalogue. */
export const identityHooks: Partial<Record<HookName, HookDefinition>> = {
  'user:saving': {
    kind: 'filter',
    summary: 'A user is about to be created or changed, in the transaction. Listeners may change the draft or refuse.',
    args: { draft: 'login, e-mail, name, slug, biography, website', context: 'the user as he was, and who does it' },
  },
  'user:saved': {
    kind: 'action',
    summary: 'A user was created or changed, also in roles, status or password; after the commit.',
    args: { saved: 'the user, as he was before, who did it and what changed' },
  },
  'user:invited': {
    kind: 'action',
    summary: 'A person is to get a link to choose a password. Whoever can reach people makes the link and sends it.',
    args: { invitation: 'the user, and who invites' },
  },
  'user:removing': {
    kind: 'filter',
    summary: 'A user is about to be deleted, in the transaction. Who keeps things of users hands them over or refuses.',
    args: { removal: 'the user, to whom his things go, and who does it' },
  },
  'user:removed': {
    kind: 'action',
    summary: 'A user was deleted; after the commit.',
    args: { removal: 'the user, to whom his things went, and who did it' },
  },
  'user:impersonated': {
    kind: 'action',
    summary: 'An administrator began, or ended, to see the site as somebody else.',
    args: { event: 'as whom, who does it, and whether it is over' },
  },
  'role:changed': {
    kind: 'action',
    summary: 'A role was made, changed, brought back to what it was at first, or removed; after the commit.',
    args: { change: 'the role, as it was before, and who did it' },
  },
  'login:authenticating': {
    kind: 'first',
    summary: 'Somebody logs in with name and password. The first who knows him answers with the user’s id.',
    args: { attempt: 'login, password and where from' },
  },
  'login:succeeded': {
    kind: 'action',
    summary: 'Somebody logged in and has a session.',
    args: { outcome: 'user, strategy, factors and where from' },
  },
  'login:failed': {
    kind: 'action',
    summary: 'A log-in failed or was not tried because of too many failures before.',
    args: { outcome: 'what was typed as login, where from, and why' },
  },
  'logout:done': {
    kind: 'action',
    summary: 'Somebody logged out.',
    args: { ended: 'user and where from' },
  },
};
