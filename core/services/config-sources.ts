import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { allowedBy, type SettingDefinition, type SettingTable, variableOf } from './config-setting.ts';
import type { ConfigMistake, Variables } from './config-types.ts';
import { readSecretReference } from './secret-stores.ts';

/** One value as a source gave it. */
export interface Given {
  value: unknown;
  source: string;
}

/** What all sources said, by setting (`http.port`), and what was wrong with them. The later source wins. */
export class Collected {
  readonly values = new Map<string, Given>();
  readonly mistakes: ConfigMistake[] = [];
}

const TRUE = new Set(['1', 'true', 'yes', 'on']);
const FALSE = new Set(['0', 'false', 'no', 'off']);

/** Reads the text of a variable as the type of the setting. What does not fit stays text, for validation to report. */
export function readText(definition: SettingDefinition, value: string): unknown {
  switch (definition.type) {
    case 'integer':
      return /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value;
    case 'boolean': {
      const word = value.trim().toLowerCase();
      if (TRUE.has(word)) return true;
      return FALSE.has(word) ? false : value;
    }
    case 'list':
      return value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
    case 'choice':
      return value.trim();
    case 'text':
      return value;
  }
}

async function readSecretFile(path: string): Promise<string> {
  const [file = '', key] = path.split('#');
  const content = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  if (key === undefined) return content;
  const json = JSON.parse(content) as Record<string, unknown>;
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  if (typeof value !== 'string') throw new Error(`it has no text under "${key}"`);
  return value;
}

/** The ways in which the environment gives a secret besides its own variable: by a file, or out of a store of secrets. */
const SECRET_WAYS: Record<string, (given: string, env: Variables) => Promise<string>> = {
  FILE: readSecretFile,
  FROM: readSecretReference,
};

/**
 * Takes one setting from the environment: `DATABASE_URL`, or for a secret the file that `DATABASE_URL_FILE` names
 * (`/run/secrets/galley.json#database` takes one member of a JSON file), or what `DATABASE_URL_FROM` refers to in a
 * store of secrets (`vault:secret/data/galley#database`). Empty variables count as absent.
 */
async function takeVariable(collected: Collected, name: string, definition: SettingDefinition, env: Variables) {
  const variable = variableOf(...splitName(name), definition);
  const value = env[variable];
  if (value) collected.values.set(name, { value: readText(definition, value), source: variable });
  if (!definition.secret) return;
  const ways = Object.keys(SECRET_WAYS).filter((way) => env[`${variable}_${way}`]);
  for (const way of ways) {
    const source = `${variable}_${way}`;
    const other = value ? variable : ways.filter((item) => item !== way).map((item) => `${variable}_${item}`)[0];
    if (other) collected.mistakes.push({ name, source, problem: `${other} is set as well; set one of them` });
    else await takeSecret(collected, { name, definition, source, given: env[source] ?? '', way }, env);
  }
}

interface SecretWay {
  name: string;
  definition: SettingDefinition;
  source: string;
  given: string;
  way: string;
}

async function takeSecret(collected: Collected, { name, definition, source, given, way }: SecretWay, env: Variables) {
  try {
    const text = await SECRET_WAYS[way]?.(given, env);
    if (text !== undefined) collected.values.set(name, { value: readText(definition, text), source });
  } catch (error) {
    const what = way === 'FILE' ? 'the file cannot be read' : 'the secret cannot be taken';
    collected.mistakes.push({ name, source, problem: `${what}: ${messageOf(error)}` });
  }
}

/** `http.port` → `['http', 'port']` */
export function splitName(name: string): [group: string, key: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** Calls `visit` with each setting of the table. */
export function eachSetting(table: SettingTable, visit: (name: string, definition: SettingDefinition) => void): void {
  for (const [group, keys] of Object.entries(table))
    for (const [key, definition] of Object.entries(keys)) visit(`${group}.${key}`, definition);
}

// Left alone: what Kubernetes sets for a service called "galley", and what plugins and tests read themselves.
const NOT_OURS = /^GALLEY_(SERVICE_(HOST|PORT(_.*)?)|PORT(_.*)?|PLUGIN_.*|TEST_.*|INTERNAL_.*)$/;

/** Takes all settings from the environment and reports variables that begin with GALLEY_ and are none. */
export async function takeEnvironment(collected: Collected, table: SettingTable, env: Variables): Promise<void> {
  const known = new Set<string>();
  const work: Promise<void>[] = [];
  eachSetting(table, (name, definition) => {
    const variable = variableOf(...splitName(name), definition);
    known.add(variable);
    if (definition.secret) for (const way of Object.keys(SECRET_WAYS)) known.add(`${variable}_${way}`);
    work.push(takeVariable(collected, name, definition, env));
  });
  await Promise.all(work);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('GALLEY_') || known.has(name) || NOT_OURS.test(name) || !env[name]) continue;
    collected.mistakes.push({
      name,
      source: 'the environment',
      problem: `there is no such setting.${didYouMean(name, known)}`,
    });
  }
}

/** Takes settings from an object of groups, as config files and tests give them, and reports unknown names. */
export function takeObject(collected: Collected, table: SettingTable, given: unknown, source: string): void {
  if (typeof given !== 'object' || given === null) {
    collected.mistakes.push({ name: source, source, problem: 'it must export `config`, an object of groups' });
    return;
  }
  for (const [group, keys] of Object.entries(given)) {
    const known = Object.hasOwn(table, group) ? table[group] : undefined;
    if (!known || typeof keys !== 'object' || keys === null) {
      const problem = known ? 'must be an object of settings' : 'there is no such group of settings.';
      collected.mistakes.push({ name: group, source, problem: `${problem}${didYouMean(group, Object.keys(table))}` });
      continue;
    }
    for (const [key, value] of Object.entries(keys)) {
      if (value === undefined) continue;
      if (Object.hasOwn(known, key)) collected.values.set(`${group}.${key}`, { value, source });
      else {
        const problem = `there is no such setting.${didYouMean(key, Object.keys(known))}`;
        collected.mistakes.push({ name: `${group}.${key}`, source, problem });
      }
    }
  }
}

/** Takes settings from `config/<name>.ts` below `root`, where there is one. */
export async function takeFile(collected: Collected, table: SettingTable, root: string, name: string): Promise<void> {
  const file = join(root, 'config', `${name}.ts`);
  const source = `config/${name}.ts`;
  if (!existsSync(file)) return;
  try {
    const module = (await import(pathToFileURL(file).href)) as { config?: unknown };
    takeObject(collected, table, module.config, source);
  } catch (error) {
    collected.mistakes.push({ name: source, source, problem: `cannot be loaded: ${messageOf(error)}` });
  }
}

/** The variables of the file `.env` below `root`, without those that are set already. */
export async function readDotEnv(root: string, env: Variables): Promise<Variables> {
  const file = join(root, '.env');
  if (!existsSync(file)) return env;
  return { ...parseEnv(await readFile(file, 'utf8')), ...env };
}

/** A mistake about a value, without printing secrets. */
export function valueMistake(name: string, given: Given, definition: SettingDefinition): ConfigMistake {
  const shown = definition.secret ? 'the value' : JSON.stringify(given.value);
  return { name, source: given.source, problem: `${shown} is not allowed`, allowed: allowedBy(definition) };
}
