import { adminHooks } from './admin/admin-hooks.ts';
import { httpHooks } from './http/hooks.ts';
import { identityHooks } from './identity/identity-hooks.ts';
import type { HookDefinition, HookName } from './kernel/hook-types.ts';
import type { HookEngine } from './kernel/hooks.ts';
import { MODEL_HOOKS } from './services/models.ts';
import { WRITTEN_HOOKS } from './services/written.ts';
import { themeHooks } from './theme/theme-hooks.ts';

/** Every hook of the kernel, defined once. `galley hook list` and docs/hooks.md are made from it. */
const CATALOG: Partial<Record<HookName, HookDefinition>> = {
  ...identityHooks,
  ...themeHooks,
  ...httpHooks,
  ...adminHooks,
  ...MODEL_HOOKS,
  ...WRITTEN_HOOKS,
  'site:ready': {
    kind: 'action',
    once: true,
    summary: 'The site has started: all modules run and all plugins are set up. Late listeners are called at once.',
  },
  'site:installing': {
    kind: 'action',
    summary: 'The site starts for the very first time, with an empty store: plugins may add something to see.',
  },
  'site:stopping': {
    kind: 'action',
    summary: 'The site is about to stop, with every part still running: write down what is only in memory.',
  },
  'entry:saving': {
    kind: 'filter',
    summary:
      'An entry is about to be saved, inside the transaction. Return a changed draft, or throw a GalleyError to refuse.',
    args: { draft: 'what was given', context: 'the entry as it was, who saves, whether it is an import' },
  },
  'entry:saved': {
    kind: 'action',
    summary: 'An entry was made or changed, also trashed or restored; the transaction is committed.',
    args: { event: 'the entry, how it was before, who did it, what the sanitiser took out' },
  },
  'entry:removing': {
    kind: 'filter',
    summary:
      'An entry is about to be removed for good, inside the transaction: remove what hangs on it, or throw to refuse.',
    args: { entry: 'the entry', context: 'who removes it' },
  },
  'entry:removed': {
    kind: 'action',
    summary: 'An entry is gone for good.',
    args: { event: 'the entry as it was and who removed it' },
  },
  'entries:presenting': {
    kind: 'filter',
    onError: 'skip',
    summary:
      'Entries are prepared for templates, feeds and APIs, all those of a page at once. Enrich them with one query for all.',
    args: { entries: 'the entries as they will be shown', context: 'who looks, and a function that takes cache tags' },
  },
  'blocks:rendered': {
    kind: 'filter',
    onError: 'skip',
    summary: 'Bodies were rendered, all those of a page at once. Return changed HTML.',
    args: { html: 'one text for each body', context: 'for whom and where' },
  },
  'term:saving': {
    kind: 'filter',
    summary: 'A term is about to be saved, inside the transaction.',
    args: { draft: 'what was given', context: 'the term as it was and who saves' },
  },
  'term:saved': { kind: 'action', summary: 'A term was made or changed.', args: { event: 'the term and who did it' } },
  'term:removed': {
    kind: 'action',
    summary: 'A term is gone for good.',
    args: { event: 'the term as it was and who removed it' },
  },
  'option:saving': {
    kind: 'filter',
    summary:
      'An option is about to be set. Return the value to store, or throw a GalleyError to refuse. Secret options do not pass.',
    args: { value: 'the new value', change: 'name, new and former value' },
  },
  'option:saved': {
    kind: 'action',
    summary: 'An option was set or taken back; the transaction is committed. Values of secret options are left out.',
    args: { change: 'name, new and former value' },
  },
  'cron:finished': {
    kind: 'action',
    summary: 'A scheduled job has run, well or not.',
    args: { run: 'the job, how long it took and what went wrong' },
  },
  'job:finished': {
    kind: 'action',
    summary: 'A job of the queue is done.',
    args: { job: 'its id, its name and what it returned' },
  },
  'job:failed': {
    kind: 'action',
    summary: 'A job of the queue has failed for good: no further attempt is made.',
    args: { job: 'its id, its name and the error' },
  },
};

/** Defines the kernel's hooks. */
export function defineCoreHooks(hooks: HookEngine): void {
  for (const [name, definition] of Object.entries(CATALOG)) hooks.define(name, definition);
}
