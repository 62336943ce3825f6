import type { ValidateFunction } from 'ajv';
import type { PluginManifest } from '../kernel/plugin-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { didYouMean } from '../lib/suggest.ts';
import { revokedRights } from '../services/plugin-rights.ts';
import { PluginValues } from '../services/plugin-values.ts';
import { type CapabilityCall, id, machineName, shape, text } from './capability-call.ts';
import { type PluginDraft, renderContent, saveEntry, trashEntry } from './content-calls.ts';
import { DRAFT_PARTS } from './draft-rules.ts';
import { type FetchArgs, fetchFor } from './fetch-call.ts';
import { Granted } from './granted.ts';
import { settingsOption } from './plugin-settings.ts';
import { readCalls } from './read-calls.ts';
import { RECORD_SCHEMAS, type RecordArgs, runRecordCall } from './record-calls.ts';
import { VALUE_CALLS } from './value-calls.ts';

const LOG_WINDOW_MS = 60_000;
const LOG_MAX = 100;

type Args = Record<string, unknown>;

/** All that contained plugins can ask the kernel for: each checked by schema and by the plugin's manifest, each time. */
export class CapabilityCalls {
  readonly #site: Site;
  readonly #granted = new Map<string, { granted: Granted; manifest: PluginManifest }>();
  readonly #ajv = createAjv({ strict: false });
  readonly #checks = new Map<string, ValidateFunction>();
  readonly #calls: Map<string, CapabilityCall>;
  readonly #logged = new Map<string, { since: number; count: number }>();

  constructor(site: Site) {
    this.#site = site;
    this.#calls = new Map(
      Object.entries({
        ...this.#own(),
        ...this.#values(),
        ...this.#tables(),
        ...readCalls(this.#site),
        ...this.#acts(),
      }),
    );
  }

  /**
   * Adds a call that a plugin of the site answers.
   * @throws GALLEY_REGISTRY_DUPLICATE
   */
  define(name: string, call: CapabilityCall): void {
    if (this.#calls.has(name))
      throw new GalleyError('GALLEY_REGISTRY_DUPLICATE', `There is a capability call "${name}" already.`);
    this.#calls.set(name, call);
  }

  /** All calls, and the capability of each. */
  list(): { name: string; capability: string }[] {
    return [...this.#calls].map(([name, { needs, asks }]) => ({ name, capability: needs ?? asks ?? '' }));
  }

  add(manifest: PluginManifest): void {
    this.#granted.set(manifest.name, { manifest, granted: new Granted(this.#site, manifest) });
  }

  /** What a plugin may do. */
  grantedTo(plugin: string): Granted {
    const found = this.#granted.get(plugin);
    if (found) return found.granted;
    throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `There is no contained plugin "${plugin}".`);
  }

  /** What a plugin may do by now, by whichever process an administrator has changed it. */
  async adoptRights(plugin: string): Promise<Granted> {
    const granted = this.grantedTo(plugin);
    granted.withhold(await revokedRights(this.#site, plugin));
    return granted;
  }

  /** The same for all plugins: hooks ask what they may without waiting. */
  async adoptAllRights(): Promise<void> {
    for (const plugin of this.#granted.keys()) await this.adoptRights(plugin);
  }

  /**
   * Runs a call of a plugin.
   * @throws GALLEY_PERMISSION_DENIED, GALLEY_INPUT_INVALID, and what the call itself throws
   */
  async run(plugin: string, name: string, args: unknown): Promise<unknown> {
    const granted = await this.adoptRights(plugin);
    const call = this.#calls.get(name);
    if (!call)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `There is no call "${name}".${didYouMean(name, this.#calls.keys())}`,
      );
    if (call.needs !== undefined) granted.need(call.needs);
    // The transaction of the save waits for the handler: what waited for that transaction would wait for itself.
    if (name !== 'log' && this.#site.hooks.doingAction('entry:saving'))
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `A handler of "entry:saving" cannot call galley.${name}, only log.`,
      );
    const check = this.#checkOf(name, call);
    if (!check(args)) {
      const { instancePath, message } = check.errors?.[0] ?? {};
      throw new GalleyError('GALLEY_INPUT_INVALID', `${name}: ${instancePath || 'what was given'} ${message}.`);
    }
    return this.#site.hooks.runAs(plugin, `galley.${name}`, () => call.run(granted, args as Args));
  }

  /** Compiled by the first call: a site without contained plugins makes none. */
  #checkOf(name: string, { schema }: CapabilityCall): ValidateFunction {
    const check = this.#checks.get(name) ?? this.#ajv.compile(schema);
    this.#checks.set(name, check);
    return check;
  }

  /** As `run`, on JSON: what comes from and goes to a plugin host. */
  async runJson(plugin: string, name: string, args: string): Promise<string> {
    let given: unknown;
    try {
      given = JSON.parse(args);
    } catch (error) {
      throw new GalleyError('GALLEY_INPUT_INVALID', `What "${name}" was given is no JSON: ${messageOf(error)}`);
    }
    return JSON.stringify((await this.run(plugin, name, given)) ?? null);
  }

  #own(): Record<string, CapabilityCall> {
    return {
      log: {
        needs: 'log',
        schema: shape({ level: { enum: ['info', 'warn', 'error'] }, message: text(1000), data: { type: 'object' } }, [
          'level',
          'message',
        ]),
        run: ({ plugin }, { level, message, data }) => this.#log(plugin, level as 'info', String(message), data),
      },
      settings: {
        needs: 'settings',
        schema: shape({}),
        run: ({ plugin }) => {
          const hasSettings = Object.keys(this.#granted.get(plugin)?.manifest.contained?.settings ?? {}).length > 0;
          return hasSettings ? this.#site.options.get(settingsOption(plugin)) : {};
        },
      },
    };
  }

  #values(): Record<string, CapabilityCall> {
    const values = new PluginValues(this.#site);
    const calls = Object.entries(VALUE_CALLS).map(([name, { schema, run }]): [string, CapabilityCall] => [
      `kv.${name}`,
      { needs: 'kv', schema, run: ({ plugin }, args) => run(values, plugin, args as never) },
    ]);
    return Object.fromEntries(calls);
  }

  #tables(): Record<string, CapabilityCall> {
    const calls = Object.entries(RECORD_SCHEMAS).map(([name, schema]): [string, CapabilityCall] => {
      const run: CapabilityCall['run'] = ({ plugin }, args) => {
        const { manifest } = this.#granted.get(plugin) ?? {};
        return manifest && runRecordCall(this.#site, manifest, name as 'get', args as unknown as RecordArgs);
      };
      return [`table.${name}`, { needs: 'tables', schema, run }];
    });
    return Object.fromEntries(calls);
  }

  #acts(): Record<string, CapabilityCall> {
    const site = this.#site;
    return {
      'content.save': {
        asks: 'content:write:<type>',
        schema: shape({
          id,
          version: id,
          type: machineName,
          status: { enum: ['draft', 'pending', 'publish', 'future', 'private'] },
          title: text(2000),
          slug: text(200),
          content: text(60_000),
          excerpt: text(10_000),
          ...DRAFT_PARTS,
        }),
        run: (granted, args) => saveEntry(site, granted, args as PluginDraft),
      },
      'content.trash': {
        asks: 'content:write:<type>:<status>',
        schema: shape({ id }, ['id']),
        run: (granted, args) => trashEntry(site, granted, Number(args['id'])),
      },
      render: {
        needs: 'render',
        schema: shape({ content: text(60_000) }, ['content']),
        run: (_granted, args) => renderContent(site, String(args['content'])),
      },
      fetch: {
        asks: 'fetch:<host>',
        schema: shape(
          {
            url: text(2000),
            method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] },
            headers: { type: 'object', maxProperties: 20, additionalProperties: text(2000) },
            body: text(60_000),
          },
          ['url'],
        ),
        run: (granted, args) => fetchFor(site, granted, args as unknown as FetchArgs),
      },
      'jobs.enqueue': {
        needs: 'jobs',
        schema: shape({ name: machineName, data: {} }, ['name']),
        run: async ({ plugin }, args) => {
          const name = String(args['name']);
          if (!Object.hasOwn(this.#granted.get(plugin)?.manifest.contained?.jobs ?? {}, name))
            throw new GalleyError('GALLEY_JOB_UNKNOWN', `"${plugin}" declares no job "${name}".`);
          // One of each at a time: a plugin cannot fill the queue.
          await site.jobs.enqueue(`${plugin}:${name}`, args['data'] ?? null, { unique: name });
          return null;
        },
      },
    };
  }

  #log(plugin: string, level: 'info' | 'warn' | 'error', message: string, data: unknown): void {
    const now = Date.now();
    const known = this.#logged.get(plugin);
    const window = known && known.since > now - LOG_WINDOW_MS ? known : { since: now, count: 0 };
    window.count++;
    this.#logged.set(plugin, window);
    const log = this.#site.log.ownedBy(plugin);
    if (window.count === LOG_MAX) log.warn('It logs too much; the rest of this minute is left out');
    if (window.count >= LOG_MAX) return;
    log[level]({ said: message, ...(data ? { data: JSON.stringify(data).slice(0, 2000) } : {}) }, 'A plugin says');
  }
}
