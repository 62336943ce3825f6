import type { User } from '../identity/user.ts';
import type { ActionHook, CollectHook, FilterHook, HookDefinition, HookName } from '../kernel/hook-types.ts';
import type { AdminCommand } from './commands.ts';
import type { FieldOption, FieldOptionsAsk } from './field-routes.ts';
import type { AdminInput, BarLink, ReaderInput } from './input.ts';
import type { AdminMenuItem } from './menu.ts';
import type { Notice } from './notices.ts';
import type { DashboardWidget } from './widgets.ts';

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'admin:menu': FilterHook<AdminMenuItem[], [input: AdminInput]>;
    'admin:bar': CollectHook<AdminInput, BarLink>;
    'admin:notices': CollectHook<AdminInput, Notice>;
    'admin:dashboard': CollectHook<ReaderInput, DashboardWidget>;
    'admin:field-options': FilterHook<FieldOption[], [ask: FieldOptionsAsk]>;
    'admin:commands': CollectHook<ReaderInput & { search: string }, AdminCommand>;
    'password-reset:requested': ActionHook<[request: { user: User | null }]>;
  }
}

/** The hooks of this layer, for the catalogue. */
export const adminHooks: Partial<Record<HookName, HookDefinition>> = {
  'admin:menu': {
    kind: 'filter',
    onError: 'skip',
    summary: 'The menu of the admin is about to be shown: entries may be added, renamed, counted or left out.',
    args: { items: 'the entries that this person may open', input: 'who looks, and at which screen' },
  },
  'admin:bar': {
    kind: 'collect',
    summary: 'The top of each screen of the admin is put together: adds links to what is opened from everywhere.',
    args: { input: 'who looks, and at which screen' },
  },
  'admin:notices': {
    kind: 'collect',
    summary:
      'A screen of the admin is about to be shown: what should its reader know? Keep it cheap, it runs each time.',
    args: { input: 'who looks, and at which screen' },
  },
  'admin:dashboard': {
    kind: 'collect',
    summary: 'The first screen of the admin is put together: each listener brings a panel, or nothing.',
    args: { input: 'who looks' },
  },
  'admin:field-options': {
    kind: 'filter',
    onError: 'skip',
    summary: 'Somebody looks for what a field may lead to, and this was found: a picture or a note may be added.',
    args: { options: 'what was found', ask: 'the kind of the field, the site and who looks' },
  },
  'admin:commands': {
    kind: 'collect',
    summary:
      'Somebody looks for something by name, with Ctrl+K or on the screen "Find". What he may not open or do is left out.',
    args: {
      input: 'who looks, and for what; an empty search wants all actions, and nothing that has to be looked for',
    },
  },
  'password-reset:requested': {
    kind: 'action',
    summary:
      'Somebody asked for a link to set a new password. Whoever can reach the person makes it in the moment in which he sends it.',
    args: { request: 'the user; null for a name that nobody has, for which the same work is to be done' },
  },
};
