// What a plugin that can be contained says of itself: all that it brings is declared, so that nothing of it runs before
// it is needed, and the kernel knows what to ask it and what to refuse it.

/** How the answer of a handler is kept. */
export interface KeptAnswer {
  /** Cache tags that end it, besides those of the plugin's own settings and values. */
  tags?: string[];
  seconds: number;
}

/** A hook that a contained plugin handles. */
export interface DeclaredHook {
  /** The fields of the input that it wants: `id`, `page.title`. */
  input?: string[];
  cache?: KeptAnswer;
  priority?: number;
}

/** An address of its own, below `/plugins/<name>`. */
export interface DeclaredRoute {
  method: 'GET' | 'POST';
  /** With parameters as routes have them: `/entry/:id(int)`. */
  path: string;
  /** `public`, `authenticated`, or the capability that a visitor needs. */
  access: string;
  /** JSON schemas of the query's parameters by name. */
  query?: Record<string, Record<string, unknown>>;
  /** JSON schema of the body. */
  body?: Record<string, unknown>;
  /** A file of `/.well-known/` as which it answers, in place of `path`. Needs `well-known:<file>`. */
  wellKnown?: string;
  cache?: KeptAnswer;
}

/** A kind of block whose template the plugin brings as text. */
export interface DeclaredBlock {
  title: string;
  description?: string;
  icon?: string;
  attributes?: Record<string, { type: 'string' | 'number' | 'integer' | 'boolean'; default?: unknown }>;
  /** Handlebars text, or the name of a file in the plugin's folder that ends with `.hbs`. */
  template: string;
  /** Fields of the entry around the block that the handler wants. */
  entry?: string[];
  cache?: KeptAnswer;
}

/** A screen of the admin, made of JSON. */
export interface DeclaredPanel {
  title: string;
  icon?: string;
  /** Who may open it; `manage_options` unless given. */
  capability?: string;
  /** The names of its query's parameters, which are texts. */
  query?: string[];
  /** Whether it has an address for each of its items: `/admin/plugin/<plugin>/<panel>/<item>`. */
  items?: boolean;
  /** Capabilities of people: it is told which of them whoever looks has. */
  can?: string[];
}

/** A document of its own, drawn by script in a sandbox within its panels. */
export interface DeclaredFrame {
  /** The name of a file in the plugin's folder that ends with `.js`. */
  script: string;
  /** One that ends with `.css`. */
  style?: string;
}

/** The key of somebody else's service, which an administrator enters and the plugin never sees. */
export interface DeclaredKey {
  /** What people call it: `Key of the map`. */
  label: string;
  /** What it is for, in a sentence. */
  help?: string;
  /** Where one gets it. */
  url?: string;
  /** The one host that it is sent to. */
  host: string;
}

/** A table of its own. */
export interface DeclaredTable {
  /** JSON schema of each field; records are found by those that say `"index": true`. */
  fields: Record<string, Record<string, unknown>>;
  required?: string[];
}

/** The part `galley.contained` of a manifest. */
export interface ContainedManifest {
  hooks: Record<string, DeclaredHook>;
  routes: Record<string, DeclaredRoute>;
  blocks: Record<string, DeclaredBlock>;
  panels: Record<string, DeclaredPanel>;
  frames: Record<string, DeclaredFrame>;
  cron: Record<string, { schedule: string; summary: string }>;
  jobs: Record<string, { summary: string }>;
  tables: Record<string, DeclaredTable>;
  keys: Record<string, DeclaredKey>;
  /** Its settings: JSON schema and default value of each. */
  settings: Record<string, { default: unknown; label?: string } & Record<string, unknown>>;
}

const HOST = '[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){1,8}';
const CAPABILITY = `^(log|settings|kv|frames|tables|terms:read|media:read|media:check|notes:read|users:read|comments:read|render|jobs|cron|mail:send|mail:words|content:(author|check):[a-z][a-z0-9_-]{0,39}|content:(read|write):[a-z][a-z0-9_-]{0,39}(:[a-z-]{1,20})?|well-known:[a-z0-9][a-z0-9.-]{0,60}|key:${HOST}|fetch:(\\*\\.)?${HOST})$`;

/** What a plugin may ask of the kernel. */
export const CAPABILITIES_SCHEMA = {
  type: 'array',
  maxItems: 50,
  uniqueItems: true,
  items: { type: 'string', pattern: CAPABILITY },
} as const;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const QUERY_NAME = '^[a-z][A-Za-z0-9-]{0,40}$';
const HANDLER = '^[a-z][a-z0-9-]{0,62}$';
const kept = {
  type: 'object',
  required: ['seconds'],
  additionalProperties: false,
  properties: {
    tags: { type: 'array', maxItems: 20, items: text(100) },
    seconds: { type: 'integer', minimum: 1, maximum: 31_536_000 },
  },
} as const;
const fields = {
  type: 'array',
  maxItems: 30,
  uniqueItems: true,
  items: { type: 'string', pattern: '^[a-z][A-Za-z0-9_]{0,40}(\\.[A-Za-z0-9_]{1,40}){0,3}$' },
} as const;
const capability = { type: 'string', pattern: '^[a-z][a-z0-9_]{0,62}$' } as const;
const fileOf = (ending: string) => ({
  type: 'string',
  pattern: `^[a-z0-9][a-z0-9-]{0,60}(/[a-z0-9][a-z0-9-]{0,60}){0,3}\\.${ending}$`,
});
const schemas = { type: 'object', maxProperties: 30, additionalProperties: { type: 'object' } } as const;

function group(pattern: string, required: readonly string[], properties: Record<string, unknown>) {
  const item = { type: 'object', required, additionalProperties: false, properties };
  return { type: 'object', maxProperties: 50, additionalProperties: false, patternProperties: { [pattern]: item } };
}

/** The schema of `galley.contained`. */
export const CONTAINED_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    hooks: group('^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$', [], {
      input: fields,
      cache: kept,
      priority: { type: 'integer', minimum: -1000, maximum: 1000 },
    }),
    routes: group(HANDLER, ['path', 'access'], {
      method: { enum: ['GET', 'POST'] },
      path: { type: 'string', pattern: '^/[A-Za-z0-9_:()/|.-]{0,150}$', not: { pattern: '\\.\\.|//' } },
      access: capability,
      query: schemas,
      body: { type: 'object' },
      wellKnown: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{0,60}$' },
      cache: kept,
    }),
    blocks: group('^[a-z][a-z0-9-]{0,62}$', ['title', 'template'], {
      title: text(100),
      description: text(300),
      icon: text(50),
      attributes: schemas,
      template: text(20_000),
      entry: fields,
      cache: kept,
    }),
    panels: group(HANDLER, ['title'], {
      title: text(100),
      icon: text(50),
      capability,
      query: { type: 'array', maxItems: 10, uniqueItems: true, items: { type: 'string', pattern: QUERY_NAME } },
      items: { type: 'boolean' },
      can: { type: 'array', maxItems: 20, uniqueItems: true, items: capability },
    }),
    frames: group(HANDLER, ['script'], { script: fileOf('js'), style: fileOf('css') }),
    cron: group(HANDLER, ['schedule', 'summary'], { schedule: text(100), summary: text(200) }),
    jobs: group(HANDLER, ['summary'], { summary: text(200) }),
    tables: group('^[a-z][a-z0-9_]{0,39}$', ['fields'], {
      fields: {
        type: 'object',
        minProperties: 1,
        maxProperties: 30,
        additionalProperties: false,
        patternProperties: { '^(?!(id|version)$)[a-z][A-Za-z0-9_]{0,40}$': { type: 'object', required: ['type'] } },
      },
      required: { type: 'array', maxItems: 30, items: { type: 'string' } },
    }),
    keys: group('^[a-z][a-z0-9-]{0,30}$', ['label', 'host'], {
      label: text(100),
      help: text(300),
      url: { type: 'string', maxLength: 300, pattern: '^https://' },
      host: { type: 'string', maxLength: 80, pattern: `^${HOST}$` },
    }),
    settings: {
      type: 'object',
      maxProperties: 50,
      additionalProperties: false,
      patternProperties: { '^[a-z][A-Za-z0-9_]{0,40}$': { type: 'object', required: ['type', 'default'] } },
    },
  },
} as const;

/** The declared parts, all of them there. */
export function readContained(raw: Partial<ContainedManifest> | undefined): ContainedManifest | undefined {
  if (!raw) return undefined;
  const { hooks = {}, routes = {}, blocks = {}, panels = {}, frames = {} } = raw;
  const { cron = {}, jobs = {}, tables = {}, keys = {}, settings = {} } = raw;
  const withMethod = Object.entries(routes).map(([name, route]) => [name, { ...route, method: route.method ?? 'GET' }]);
  return { hooks, routes: Object.fromEntries(withMethod), blocks, panels, frames, cron, jobs, tables, keys, settings };
}
