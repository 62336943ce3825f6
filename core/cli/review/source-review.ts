import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { HookKind } from '../../kernel/hook-types.ts';
import type { PluginManifest } from '../../kernel/plugin-manifest.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { Finding } from './finding.ts';
import type { SourceTree } from './source-tree.ts';

/** What a plugin may refer to. */
export interface KnownNames {
  /** Hooks by name, with their kinds. */
  hooks: ReadonlyMap<string, HookKind | undefined>;
  capabilities: ReadonlySet<string>;
  /** npm packages that its `package.json` names. */
  packages: ReadonlySet<string>;
}

const LISTENING: Record<string, readonly HookKind[]> = {
  addAction: ['action'],
  addFilter: ['filter', 'filterSync'],
  addCollector: ['collect'],
  addResponder: ['first'],
};
const FIRING: Record<string, readonly HookKind[]> = {
  doAction: ['action'],
  applyFilters: ['filter'],
  applyFiltersSync: ['filterSync'],
  collect: ['collect'],
  first: ['first'],
};
const PUBLIC = new Set(['galley', 'galley/testing', 'galley/contained', 'galley/client', 'galley/blocks']);
/** Calls that harm, or that have a better way. */
const CALLS: readonly { path: string; level: Finding['level']; message: string }[] = [
  { path: 'process.exit', level: 'error', message: 'It would end the whole site. Throw an error.' },
  { path: 'process.chdir', level: 'error', message: 'It would move the whole site. Use absolute paths.' },
  { path: 'eval', level: 'error', message: 'Text must not become code.' },
  { path: 'Function', level: 'error', message: 'Text must not become code.' },
  { path: 'setInterval', level: 'warning', message: 'Each process would run it. Define a cron job: site.cron.define.' },
  { path: 'fetch', level: 'warning', message: 'It reaches private addresses and has no limits. Use site.fetch.' },
];

/** What a reviewer would say of one source file on the server. */
export function reviewSource(file: string, tree: SourceTree, manifest: PluginManifest, known: KnownNames): Finding[] {
  return [
    ...hookFindings(file, tree, known),
    ...importFindings(file, tree, manifest, known),
    ...callFindings(file, tree),
    ...capabilityFindings(file, tree, known),
  ];
}

/**
 * What a plugin that can be contained asks `galley` for without having asked in its manifest.
 * @param calls the calls that there are, and the capability of each: `kv.get` needs `kv`
 */
export function reviewAsked(
  file: string,
  tree: SourceTree,
  manifest: PluginManifest,
  calls: readonly { name: string; capability: string }[],
): Finding[] {
  const needed = new Map(calls.map(({ name, capability }) => [name.replace(/^table\..*/, 'table'), capability]));
  return tree.calls.flatMap(({ path, line }): Finding[] => {
    if (path[0] !== 'galley') return [];
    const capability = needed.get(path.slice(1).join('.')) ?? needed.get(path[1] ?? '');
    if (capability === undefined) return [];
    // Of which type, or which host, is known when it runs: one of the kind is enough here.
    const [kind = capability] = capability.split('<');
    const isAsked = manifest.capabilities.some((asked) =>
      kind === capability ? asked === kind : asked.startsWith(kind),
    );
    if (isAsked) return [];
    const message = `${path.join('.')} needs the capability "${capability}", which package.json does not ask for.`;
    return [{ level: 'error', file, line, message }];
  });
}

/** What a reviewer would say of one source file in the browser. */
export function reviewAsset(file: string, { members }: SourceTree): Finding[] {
  return members
    .filter(({ path, isSet }) => isSet && ['innerHTML', 'outerHTML'].includes(path.at(-1) ?? ''))
    .map(({ line, path }) => ({
      level: 'warning',
      file,
      line,
      message: `The admin refuses text as ${path.at(-1)}. Make elements and set textContent.`,
    }));
}

const KINDS: readonly HookKind[] = ['action', 'filter', 'filterSync', 'collect', 'first'];

/** The hooks that a file defines itself, with their kinds where they stand there as plain text. */
export function definedHooks({ calls }: SourceTree): [name: string, kind: HookKind | undefined][] {
  return calls.flatMap(({ path, text, kind }): [string, HookKind | undefined][] =>
    path.slice(-2).join('.') === 'hooks.define' && text ? [[text, KINDS.find((known) => known === kind)]] : [],
  );
}

function hookFindings(file: string, { calls }: SourceTree, { hooks }: KnownNames): Finding[] {
  return calls.flatMap(({ path, text, line, isInLoop }): Finding[] => {
    const [target, method = ''] = path.slice(-2);
    if (target !== 'hooks' || text === undefined) return [];
    const kinds = LISTENING[method] ?? FIRING[method];
    if (!kinds) return [];
    const kind = hooks.get(text);
    const found: Finding[] = [];
    if (!hooks.has(text)) {
      const message = `There is no hook "${text}".${didYouMean(text, hooks.keys())}`;
      found.push({ level: 'error', file, line, message });
    } else if (kind && !kinds.includes(kind)) {
      found.push({ level: 'error', file, line, message: `The hook "${text}" is of kind ${kind}, not for ${method}.` });
    }
    if (isInLoop && FIRING[method]) {
      const message = `The hook "${text}" is fired in a loop. Fire it once, with the whole list.`;
      found.push({ level: 'warning', file, line, message });
    }
    return found;
  });
}

function importFindings(file: string, { imports }: SourceTree, manifest: PluginManifest, known: KnownNames): Finding[] {
  return imports.flatMap(({ from, line }): Finding[] => {
    const message = importMistake(file, from, manifest, known);
    return message === undefined ? [] : [{ level: 'error', file, line, message }];
  });
}

function importMistake(file: string, from: string, manifest: PluginManifest, known: KnownNames): string | undefined {
  if (from.startsWith('.')) {
    const leaves = join(dirname(file), from).startsWith('..');
    return leaves ? `"${from}" is outside of the plugin. Meet other plugins by hooks or site.services.` : undefined;
  }
  if (PUBLIC.has(from) || isBuiltin(from)) return undefined;
  const [scope = '', name = ''] = from.split('/');
  if (scope === 'galley') return `"${from}" is not public. Import from "galley".`;
  const packageName = scope.startsWith('@') ? `${scope}/${name}` : scope;
  if (known.packages.has(packageName)) return undefined;
  return `"${packageName}" is not among the dependencies of ${manifest.name}'s package.json.`;
}

function callFindings(file: string, { calls }: SourceTree): Finding[] {
  return calls.flatMap(({ path, line }): Finding[] => {
    const name = path.join('.');
    if (path[0] === 'console') {
      return [
        { level: 'warning', file, line, message: 'The log of the site is better: site.log.info, .warn, .error.' },
      ];
    }
    const rule = CALLS.find((item) => item.path === name);
    return rule ? [{ level: rule.level, file, line, message: `${name}: ${rule.message}` }] : [];
  });
}

function capabilityFindings(file: string, tree: SourceTree, { capabilities }: KnownNames): Finding[] {
  const asked = [
    ...tree.properties.filter(({ name }) => name === 'capability'),
    ...tree.calls.flatMap(({ path, text, line }) =>
      path.length > 1 && path.at(-1) === 'can' && text ? [{ text, line }] : [],
    ),
  ];
  return asked
    .filter(({ text }) => !capabilities.has(text))
    .map(({ text, line }) => ({
      level: 'error',
      file,
      line,
      message: `Nobody has defined the capability "${text}", so nobody but the system holds it.${didYouMean(text, capabilities)}`,
    }));
}
