// Layer: services. Knows kernel and lib.
import { isAbsolute, join, relative, resolve } from 'node:path';
import { settings } from '../../config/default.ts';
import type { Module } from '../kernel/module.ts';
import { attach } from '../kernel/module.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { compileSettings, wrongSettings } from './config-schema.ts';
import { ensureSecretFile, secretWeakness } from './config-secret.ts';
import { type SettingDefinition, type SettingTable, variableOf } from './config-setting.ts';
import {
  Collected,
  eachSetting,
  readDotEnv,
  splitName,
  takeEnvironment,
  takeFile,
  takeObject,
  valueMistake,
} from './config-sources.ts';
import type { Config, ConfigMistake, ConfigOverrides, SettingInfo, Variables } from './config-types.ts';
import { canonicalEnvironment, detectEnvironment, type PlaceFacts, placeFacts } from './environment.ts';

export type { Config, ConfigMistake, ConfigOverrides, EnvironmentName, SettingInfo } from './config-types.ts';

/** How settings are read. */
export interface ConfigOptions {
  /** The project's folder; its `config/` is read where it has one. */
  root: string;
  /** Variables; `process.env` unless given. */
  env?: Variables;
  /** Win over everything else: for tests and the options of commands. */
  overrides?: ConfigOverrides;
  /** What is known of the place; looked up unless given. */
  facts?: PlaceFacts;
  /** Whether a missing secret is made and stored, in development and test. */
  makeSecret?: boolean;
}

/** The settings with where each value came from, also when some are wrong. */
export interface ConfigReport {
  config: Config;
  settings: SettingInfo[];
  mistakes: ConfigMistake[];
  /** What decided the environment. */
  environmentReason: string;
}

const table: SettingTable = settings;
/** The source of a setting that is required and was not given. */
export const NOT_SET = 'not set';
const STRICT = new Set(['production', 'uat']);

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}

function nest(values: Collected['values']): Record<string, Record<string, unknown>> {
  const nested: Record<string, Record<string, unknown>> = {};
  eachSetting(table, (name, definition) => {
    const [group, key] = splitName(name);
    nested[group] ??= {};
    nested[group][key] = values.get(name)?.value ?? structuredClone(definition.default);
  });
  return nested;
}

function definitionOf(name: string): SettingDefinition | undefined {
  const [group, key] = splitName(name);
  return table[group]?.[key];
}

/** Replaces what is wrong by its default, so that the rest can be looked at, and lists the mistakes. */
function validate(collected: Collected): Config {
  const check = compileSettings(table, collected.values.keys());
  if (!check(nest(collected.values))) {
    for (const name of wrongSettings(check)) {
      const definition = definitionOf(name);
      const given = collected.values.get(name);
      if (definition && given) collected.mistakes.push(valueMistake(name, given, definition));
      collected.values.delete(name);
    }
  }
  return nest(collected.values) as unknown as Config;
}

/** A relative SQLite path counts from the content folder; what is not a path (`:memory:`, URLs) stays. */
function absoluteDatabaseUrl(url: string, contentDir: string): string {
  const path = /^sqlite:(.*)$/.exec(url)?.[1];
  return path === undefined || path === ':memory:' ? url : `sqlite:${resolve(contentDir, path.replace(/^\/\//, ''))}`;
}

/** Makes paths absolute, so that nobody depends on the working directory. */
function resolvePaths(config: Config, root: string): Config {
  const dir = resolve(root, config.content.dir);
  return {
    ...config,
    content: { ...config.content, dir },
    database: { ...config.database, url: absoluteDatabaseUrl(config.database.url, dir) },
    log: { ...config.log, file: config.log.file && resolve(root, config.log.file) },
  };
}

function checkLogFile({ log, content }: Config, collected: Collected): void {
  if (!log.file) return;
  const path = relative(content.dir, log.file);
  if (path.startsWith('..') || isAbsolute(path)) return;
  const source = collected.values.get('log.file')?.source ?? 'default';
  collected.mistakes.push({ name: 'log.file', source, problem: 'it lies inside the content folder; choose another' });
}

/** What production and uat need besides valid values. */
function checkStrict(config: Config, mistakes: ConfigMistake[]): void {
  const need = (name: string, variable: string, how: string): void => {
    mistakes.push({
      name,
      source: NOT_SET,
      problem: `required in ${config.environment.name}. Set ${variable}${how}`,
    });
  };
  if (!config.http.url) need('http.url', 'GALLEY_URL', ' to the public address of the site');
  if (config.security.secret.length === 0) {
    need(
      'security.secret',
      'GALLEY_SECRET or GALLEY_SECRET_FILE',
      ', for instance to what "openssl rand -hex 32" prints',
    );
  }
}

function checkSecrets(config: Config, collected: Collected): void {
  const source = collected.values.get('security.secret')?.source ?? 'default';
  config.security.secret.forEach((secret, index) => {
    const weakness = secretWeakness(secret);
    if (!weakness) return;
    const which = index === 0 ? 'the secret' : `secret ${index + 1} of the ring`;
    collected.mistakes.push({
      name: 'security.secret',
      source,
      problem: `${which} is too weak: ${weakness}`,
      allowed: 'at least 32 random bytes, for instance what "openssl rand -hex 32" prints',
    });
  });
}

async function withSecret(config: Config, collected: Collected): Promise<Config> {
  try {
    const secret = [await ensureSecretFile(config.content.dir)];
    collected.values.set('security.secret', { value: secret, source: join(config.content.dir, '.secret') });
    return { ...config, security: { ...config.security, secret } };
  } catch (error) {
    collected.mistakes.push({ name: 'security.secret', source: 'content.dir', problem: messageOf(error) });
    return config;
  }
}

function describe(config: Config, collected: Collected): SettingInfo[] {
  const infos: SettingInfo[] = [];
  eachSetting(table, (name, definition) => {
    const [group, key] = splitName(name);
    const value = (config as unknown as Record<string, Record<string, unknown>>)[group]?.[key];
    const isHidden = definition.secret && collected.values.has(name);
    infos.push({
      name,
      value: isHidden ? '[redacted]' : value,
      source: collected.values.get(name)?.source ?? 'default',
      variable: variableOf(group, key, definition),
      definition,
    });
  });
  return infos;
}

async function collect({ root, env = process.env, overrides, facts }: ConfigOptions): Promise<[Collected, string]> {
  const place = facts ?? placeFacts(root);
  const first = detectEnvironment(env, place);
  const variables = first.name === 'development' ? await readDotEnv(root, env) : env;
  const environment = detectEnvironment(variables, place);
  const name = canonicalEnvironment(overrides?.environment?.name ?? environment.name);
  const collected = new Collected();
  if (/^[a-z]+$/.test(name) && name !== 'default' && name !== 'local') await takeFile(collected, table, root, name);
  await takeFile(collected, table, root, 'local');
  const early = collected.values.get('environment.name');
  if (early) {
    const problem = 'a file cannot set it, because it decides which file is read. Set GALLEY_ENV';
    collected.mistakes.push({ name: 'environment.name', source: early.source, problem });
  }
  await takeEnvironment(collected, table, variables);
  if (overrides) takeObject(collected, table, overrides, 'overrides');
  collected.values.set('environment.name', { value: name, source: environment.reason });
  return [collected, environment.reason];
}

/**
 * Reads all settings and says where each came from. Unlike {@link loadConfig} it does not throw for mistakes: those
 * are listed, and a wrong value is replaced by its default.
 */
export async function readConfig(options: ConfigOptions): Promise<ConfigReport> {
  const [collected, environmentReason] = await collect(options);
  let config = resolvePaths(validate(collected), options.root);
  checkLogFile(config, collected);
  checkSecrets(config, collected);
  if (STRICT.has(config.environment.name)) checkStrict(config, collected.mistakes);
  else if (config.security.secret.length === 0 && options.makeSecret !== false)
    config = await withSecret(config, collected);
  const infos = describe(config, collected);
  return { config: freeze(config), settings: infos, mistakes: collected.mistakes, environmentReason };
}

/** All settings as this process would read them now, with where each came from; secrets are redacted. */
export async function readSettings({ root }: { readonly root: string }): Promise<SettingInfo[]> {
  return (await readConfig({ root, makeSecret: false })).settings;
}

/** The mistakes as text, one a line. */
export function describeMistakes(mistakes: readonly ConfigMistake[]): string {
  return mistakes
    .map(({ name, source, problem, allowed }) => {
      const from = source === name ? '' : ` (${source})`;
      return `  ${name}${from}: ${/[.?]$/.test(problem) ? problem : `${problem}.`}${allowed ? ` Allowed: ${allowed}.` : ''}`;
    })
    .join('\n');
}

/**
 * Reads and validates all settings.
 * @returns the settings, frozen, with absolute paths
 * @throws GALLEY_CONFIG_INVALID listing every mistake with the setting, where the value came from and what is allowed
 * @example const config = await loadConfig({ root: process.cwd() });
 */
export async function loadConfig(options: ConfigOptions): Promise<Config> {
  const { config, mistakes } = await readConfig(options);
  if (mistakes.length === 0) return config;
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  throw new GalleyError('GALLEY_CONFIG_INVALID', `The settings have ${count}:\n${describeMistakes(mistakes)}`, {
    details: mistakes,
  });
}

/** The module that puts settings that were loaded on the site. */
export function configModule(config: Config): Module {
  return { name: 'config', start: (site) => attach(site, 'config', config) };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** All settings, frozen. */
    readonly config: Config;
  }
}
