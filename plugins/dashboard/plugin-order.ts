import { createHash } from 'node:crypto';
import type { ChangeOutcome, LockedPlugin, PlannedPlugin, PluginSource } from 'galley';

/** The name of the jobs that change plugins. */
export const PLUGIN_JOB = 'plugin-change';

/** A plugin that is wanted: from a source, a newer version of an installed one, or the same one in its place again. */
export type PluginWish = { source: PluginSource } | { name: string; within?: 'minor'; again?: true };

/** What somebody agreed to: a source, and the marks of all that may come of it. */
export interface Agreement {
  source: PluginSource;
  /** That the version that is installed is put in its place again. */
  again?: true;
  marks: string[];
}

/** What a job is to do with plugins. */
export type PluginOrder =
  | { act: 'look'; wishes: PluginWish[] }
  | { act: 'install'; agreed: Agreement[]; activate: boolean; acceptKeyChange: boolean }
  | { act: 'roll back'; name: string }
  | { act: 'data'; name: string }
  | { act: 'remove'; name: string; drop: boolean; options: string[] }
  | { act: 'outdated' };

/** What is shown of a plugin before anybody agrees to it. */
export interface PlanLine {
  name: string;
  title: string;
  description: string;
  version: string;
  /** The version that is installed; empty for a new one. */
  installed: string;
  /** Whether that is newer. */
  isOlder: boolean;
  /** Whether it is the same, put in its place again. */
  isAgain: boolean;
  /** The plugin that needs it. */
  neededBy: string;
  capabilities: string[];
  /** Those of them that it was not allowed before. */
  asksFor: string[];
  /** Those that it was allowed and does not want any more. */
  givesUp: string[];
  publisherChanges: string[];
  source: string;
  owner: string;
  key: string;
  sha512: string;
  tree: string;
  /** The npm packages that come with it, in words. */
  packages: string;
  mark: string;
}

/** A wish and what would come of it, or why it cannot be had. */
export interface LookedAt {
  wish: string;
  source?: PluginSource;
  again?: true;
  plan: PlanLine[];
  problem?: string;
}

/** An installed plugin of which there is another version, or about which the source says something. */
export interface OutdatedLine {
  name: string;
  current: string;
  minor: string;
  latest: string;
  notes: string[];
}

/** What came of an order, by its act. */
export type PluginResult = {
  looked?: LookedAt[];
  outcomes?: ChangeOutcome[];
  failed?: { name: string; message: string }[];
  data?: { tables: string[]; options: string[] };
  outdated?: OutdatedLine[];
};

/** A mark of all that was shown: whatever differs afterwards was not agreed to. */
export function markOf({ id, entry, publisherChanges, installed }: PlannedPlugin): string {
  const { source, owner, key = '', tree, capabilities } = entry;
  const facts = [id, installed ?? '', source, owner, key, tree, capabilities, publisherChanges];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** npm packages in words: each with its version. */
export function packagesOf(packages: LockedPlugin['packages'] = {}): string {
  return Object.entries(packages)
    .map(
      ([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`,
    )
    .sort()
    .join(', ');
}

/** What people are shown of a plugin that would come. */
export function planLine(plugin: PlannedPlugin, allowed: readonly string[]): PlanLine {
  const {
    manifest,
    entry,
    neededBy = '',
    installed = '',
    isOlder,
    isAgain = false,
    asksFor,
    publisherChanges,
  } = plugin;
  const { name, version, title, description } = manifest;
  const { source, owner, key = '', sha512, tree, capabilities } = entry;
  return {
    ...{ name, title, description, version, installed, isOlder, neededBy, capabilities, asksFor, publisherChanges },
    ...{ isAgain, source, owner, key, sha512, tree, packages: packagesOf(entry.packages), mark: markOf(plugin) },
    givesUp: allowed.filter((capability) => !capabilities.includes(capability)),
  };
}
