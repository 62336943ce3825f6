import type { DeclaredHook } from '../kernel/contained-manifest.ts';
import type { HookName } from '../kernel/hook-types.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { HookAdapter } from './hook-adapters.ts';

/** Asks a plugin at one firing. */
type AskPlugin = (args: readonly unknown[]) => Promise<unknown> | undefined;

/**
 * The contained listeners of a filter, who are all asked at its first, with the value as it is then: one message for
 * all, although filters run one after the other. What each adds is put in at its own turn.
 */
class FilterRound {
  readonly #asks: { owner: string; ask: AskPlugin }[] = [];
  readonly #answers = new WeakMap<object, Map<string, Promise<unknown> | undefined>>();

  add(owner: string, ask: AskPlugin): void {
    this.#asks.push({ owner, ask });
  }

  answerTo(owner: string, args: readonly unknown[]): Promise<unknown> | undefined {
    const firing = args[1];
    if (typeof firing !== 'object' || firing === null) return this.#find(owner)(args);
    let answers = this.#answers.get(firing);
    // The context of a firing may be used again for another value: then the lengths differ, or it is asked twice.
    if (!answers?.has(owner)) {
      answers = new Map(this.#asks.map((item) => [item.owner, item.ask(args)]));
      this.#answers.set(firing, answers);
    }
    const answer = answers.get(owner) ?? this.#find(owner)(args);
    answers.delete(owner);
    return answer;
  }

  #find(owner: string): AskPlugin {
    return this.#asks.find((item) => item.owner === owner)?.ask ?? (() => undefined);
  }
}

const rounds = new WeakMap<object, Map<string, FilterRound>>();

function roundOf(site: Site, hook: string): FilterRound {
  const key = site.contained;
  const known = rounds.get(key) ?? new Map<string, FilterRound>();
  rounds.set(key, known);
  const round = known.get(hook) ?? new FilterRound();
  known.set(hook, round);
  return round;
}

/** What plugins that want the same of one firing get, written once for all of them. */
const written = new WeakMap<object, Map<string, string | undefined>>();

function writtenOnce(key: unknown, kind: string, write: () => unknown): string | undefined {
  if (typeof key !== 'object' || key === null) return JSON.stringify(write());
  const known = written.get(key) ?? new Map<string, string | undefined>();
  written.set(key, known);
  if (!known.has(kind)) known.set(kind, JSON.stringify(write()));
  return known.get(kind);
}

function asker(site: Site, plugin: PluginInfo, hook: string, declared: DeclaredHook): AskPlugin {
  const { contained } = site;
  const adapter = contained.adapters.get(hook) as HookAdapter;
  const granted = contained.calls.grantedTo(plugin.name);
  const tags = contained.tagsOf(plugin, declared.cache);
  const { input: fields = [] } = declared;
  const kind = JSON.stringify([hook, fields, plugin.capabilities]);
  const handler = `hooks.${hook}`;
  const options = { cache: declared.cache, isHook: adapter.kind !== 'action' };
  const { keyed } = adapter;
  return (args) => {
    // Switched off, or not set up to its end.
    if (plugin.state === 'failed') return undefined;
    try {
      const write = (): unknown => adapter.input(args, granted, fields);
      const input = adapter.isFresh ? JSON.stringify(write()) : writtenOnce(args[0], kind, write);
      if (input === undefined) return undefined;
      adapter.tag?.(args)?.(...tags);
      const asked = contained.askOrLeave(plugin, handler, input, options);
      return keyed ? asked.then((answer) => (answer === undefined ? answer : keyed(answer, args))) : asked;
    } catch (error) {
      // Of a filter all are asked in the turn of the first: whose input cannot be made fails in its own turn.
      return Promise.reject(error);
    }
  };
}

/**
 * Listens for a plugin to the hooks that its manifest declares. The site is bound to it.
 * @throws GALLEY_PLUGIN_INVALID for a hook that contained plugins cannot handle
 */
export function addHookListeners(site: Site, plugin: PluginInfo, hooks: Record<string, DeclaredHook>): void {
  for (const [name, declared] of Object.entries(hooks)) {
    const adapter = site.contained.adapters.get(name);
    if (!adapter) {
      throw new GalleyError(
        'GALLEY_PLUGIN_INVALID',
        `Contained plugins cannot handle the hook "${name}".${didYouMean(name, site.contained.adapters.keys())} They can handle ${[...site.contained.adapters.keys()].join(', ')}.`,
      );
    }
    const { priority } = declared;
    const options = priority === undefined ? {} : { priority };
    const ask = asker(site, plugin, name, declared);
    if (adapter.kind === 'collect') {
      const collect = async (input: unknown): Promise<unknown> => {
        const answer = await ask([input]);
        return answer === undefined ? undefined : adapter.output?.(answer, [input], plugin, declared.input);
      };
      site.hooks.addCollector(name as HookName<'collect'>, collect as never, options);
    } else if (adapter.kind === 'filter') {
      const round = roundOf(site, name);
      round.add(plugin.name, ask);
      const filter = async (value: unknown, context: unknown): Promise<unknown> => {
        const answer = await round.answerTo(plugin.name, [value, context]);
        return answer === undefined ? value : adapter.output?.(answer, [value, context], plugin, declared.input);
      };
      site.hooks.addFilter(name as HookName<'filter'>, filter as never, options);
    } else if (adapter.kind === 'first') {
      const respond = async (asked: unknown): Promise<unknown> => {
        const answer = await ask([asked]);
        return answer === undefined ? undefined : adapter.output?.(answer, [asked], plugin, declared.input);
      };
      site.hooks.addResponder(name as HookName<'first'>, respond as never, options);
    } else {
      // Nobody waits for a contained listener of an action: it is told what has happened, after the answer.
      const act = (event: unknown): void => void ask([event]);
      site.hooks.addAction(name as HookName<'action'>, act as never, options);
    }
  }
}
