// Every setting: what it does, its type, bounds, default and environment variable. A value is taken from, in this
// order: the environment, config/local.ts, config/<environment>.ts, the default here. `galley config list` shows all.
import { boolean, choice, integer, list, type SettingTable, text } from '../core/services/config-setting.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const settings = {
  environment: {
    name: choice({
      default: 'production',
      choices: ['development', 'test', 'uat', 'production'],
      env: 'GALLEY_ENV',
      doc: 'What the site is for; detected from the platform where it is not given. Only the environment sets it.',
    }),
  },

  http: {
    port: integer({
      default: 8080,
      min: 0,
      max: 65_535,
      env: 'PORT',
      doc: 'Port to listen on; 0 lets the system choose.',
    }),
    host: text({ default: '127.0.0.1', env: 'HOST', doc: 'Address to listen on; 0.0.0.0 or :: for all.' }),
    url: text({
      default: '',
      env: 'GALLEY_URL',
      pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$',
      allowed: 'an address such as https://example.org',
      doc: 'Public address of the site. Required in production and uat; else taken from the request where it is empty.',
    }),
    hosts: list({
      default: [],
      env: 'GALLEY_HOSTS',
      pattern: '^(\\*\\.)?[A-Za-z0-9.:\\[\\]-]+$',
      allowed: 'host names',
      doc: 'Further host names that the site answers to; *.example.org takes all subdomains. Unknown hosts get 421.',
    }),
    trustProxy: list({
      default: [],
      env: 'GALLEY_TRUST_PROXY',
      pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$',
      allowed: 'addresses or CIDR ranges',
      doc: 'Addresses of the reverse proxies whose X-Forwarded-* headers are believed.',
    }),
    forceHttps: boolean({
      default: false,
      env: 'GALLEY_FORCE_HTTPS',
      doc: 'Sends plain-http pages to https by redirect and refuses plain-http API calls.',
    }),
    hstsSeconds: integer({
      default: 31_536_000,
      min: 0,
      max: 63_072_000,
      env: 'GALLEY_HSTS_SECONDS',
      doc: 'max-age of Strict-Transport-Security on https answers, in seconds; 0 leaves the header out.',
    }),
    jsonLimit: integer({
      default: MIB,
      min: KIB,
      max: 64 * MIB,
      env: 'GALLEY_JSON_LIMIT',
      doc: 'Largest JSON body, in bytes.',
    }),
    formLimit: integer({
      default: 256 * KIB,
      min: KIB,
      max: 64 * MIB,
      env: 'GALLEY_FORM_LIMIT',
      doc: 'Largest form body, in bytes.',
    }),
    textLimit: integer({
      default: 4 * MIB,
      min: KIB,
      max: 64 * MIB,
      env: 'GALLEY_TEXT_LIMIT',
      doc: 'Largest form or JSON body in bytes where people who are logged in write long texts, as in the form of an entry.',
    }),
    uploadLimit: integer({
      default: 64 * MIB,
      min: KIB,
      max: 64 * 1024 * MIB,
      env: 'GALLEY_UPLOAD_LIMIT',
      doc: 'Largest uploaded file, in bytes.',
    }),
    headersTimeoutMs: integer({
      default: 10_000,
      min: 100,
      max: 600_000,
      env: 'GALLEY_HEADERS_TIMEOUT_MS',
      doc: 'Time for a client to send its headers, in milliseconds.',
    }),
    requestTimeoutMs: integer({
      default: 30_000,
      min: 100,
      max: 3_600_000,
      env: 'GALLEY_REQUEST_TIMEOUT_MS',
      doc: 'Time for a client to send the whole request, in milliseconds.',
    }),
    sendTimeoutMs: integer({
      default: 30_000,
      min: 100,
      max: 3_600_000,
      env: 'GALLEY_SEND_TIMEOUT_MS',
      doc: 'Time in which a client has to take something of an answer, in milliseconds; as much again for each 120 KB that wait for it.',
    }),
    keepAliveTimeoutMs: integer({
      default: 75_000,
      min: 0,
      max: 3_600_000,
      env: 'GALLEY_KEEP_ALIVE_TIMEOUT_MS',
      doc: "How long an idle connection stays open, in milliseconds; keep it above the proxy's own (nginx: 60 s).",
    }),
    shutdownSeconds: integer({
      default: 10,
      min: 0,
      max: 600,
      env: 'GALLEY_SHUTDOWN_SECONDS',
      doc: 'How long requests in flight may take to finish when the process stops, in seconds.',
    }),
    maxLagMs: integer({
      default: 200,
      min: 0,
      max: 60_000,
      env: 'GALLEY_MAX_LAG_MS',
      doc: 'Event-loop lag in milliseconds above which uncached requests get 503; 0 switches this off.',
    }),
    maxInFlight: integer({
      default: 200,
      min: 0,
      max: 100_000,
      env: 'GALLEY_MAX_IN_FLIGHT',
      doc: 'Uncached requests of strangers that one process answers at the same time; more wait or get 503. 0 for no bound.',
    }),
    queueLength: integer({
      default: 100,
      min: 0,
      max: 10_000,
      env: 'GALLEY_QUEUE_LENGTH',
      doc: 'How many requests wait up to a second for such a peak to end; more get 503 at once.',
    }),
    maxLagLoggedInMs: integer({
      default: 1000,
      min: 0,
      max: 60_000,
      env: 'GALLEY_MAX_LAG_LOGGED_IN_MS',
      doc: 'The same for people who are logged in; what they save is taken up to twice of it. Less than maxLagMs counts as that.',
    }),
    rateLimit: integer({
      default: 600,
      min: 0,
      max: 1_000_000,
      env: 'GALLEY_RATE_LIMIT',
      doc: 'Uncached requests per minute from one network (/24 or /64); 0 switches this off.',
    }),
    accessLog: boolean({ default: true, env: 'GALLEY_ACCESS_LOG', doc: 'Logs each request.' }),
    healthToken: text({
      default: '',
      secret: true,
      env: 'GALLEY_HEALTH_TOKEN',
      pattern: '^\\S{16,}$',
      allowed: 'at least 16 characters without blanks',
      doc: 'Bearer token that may see the details of /health/ready and /metrics.',
    }),
  },

  database: {
    url: text({
      default: 'sqlite:galley.sqlite',
      secret: true,
      env: 'DATABASE_URL',
      pattern: '^(sqlite:.+|(mysql|mariadb)://.+)$',
      allowed: 'sqlite:PATH or mysql://user:password@host1,host2/name',
      doc: 'The store. A relative SQLite path counts from the content folder. On other machines add ?ssl=verify.',
    }),
    poolMax: integer({ default: 10, min: 1, max: 200, doc: 'Connections of one process to the store, at most.' }),
    slowQueryMs: integer({
      default: 1000,
      min: 0,
      max: 600_000,
      doc: 'Queries that take longer than this, in milliseconds, are logged; 0 logs all.',
    }),
    timeoutMs: integer({
      default: 10_000,
      min: 100,
      max: 600_000,
      doc: 'How long to wait for a connection, in milliseconds.',
    }),
  },

  redis: {
    url: text({
      default: '',
      secret: true,
      env: 'REDIS_URL',
      pattern: '^(rediss?|redis\\+sentinel|rediss\\+sentinel)://.+$',
      allowed: 'redis://, rediss://, several with commas for a cluster, redis+sentinel://',
      doc: 'The shared cache; without it the cache lives in the process.',
    }),
    prefix: text({
      default: 'galley',
      pattern: '^[A-Za-z0-9_.-]{1,32}$',
      allowed: 'letters, digits, "_", ".", "-"',
      doc: 'What every key begins with.',
    }),
    timeoutMs: integer({
      default: 250,
      min: 10,
      max: 60_000,
      doc: 'How long one command may take, in milliseconds, before the site goes on without Redis.',
    }),
  },

  cache: {
    memoryBytes: integer({
      default: 32 * MIB,
      min: 0,
      max: 64 * 1024 * MIB,
      doc: 'Memory for the object cache of one process, in bytes; 0 keeps nothing.',
    }),
    pageMemoryBytes: integer({
      default: 64 * MIB,
      min: MIB,
      max: 64 * 1024 * MIB,
      doc: 'Memory for the page cache of one process, in bytes.',
    }),
    ttlSeconds: integer({
      default: 3600,
      min: 1,
      max: 31_536_000,
      doc: 'How long a value is kept where nothing else is said, in seconds.',
    }),
    pageTtlSeconds: integer({
      default: 3600,
      min: 1,
      max: 31_536_000,
      doc: 'How long a page is kept, in seconds; a change of what it shows ends it sooner.',
    }),
    pages: boolean({ default: true, doc: 'Keeps finished pages for anonymous visitors.' }),
    warmPages: integer({
      default: 20,
      min: 0,
      max: 1000,
      doc: 'How many pages that a change put out of date are made anew ahead of visitors, most visited first.',
    }),
    surrogateKeys: boolean({
      default: false,
      doc: 'Names what a page shows in Surrogate-Key, for a CDN that purges by it; a proxy should take the header away.',
    }),
  },

  content: {
    dir: text({
      default: 'wp-content',
      env: 'GALLEY_CONTENT_DIR',
      doc: 'Folder with all that the site owns: uploads, plugins, themes, the SQLite file. Relative to the project.',
    }),
  },

  security: {
    secret: list({
      default: [],
      secret: true,
      env: 'GALLEY_SECRET',
      allowed: 'secrets of at least 32 random bytes, newest first',
      doc: 'Ring of secrets from which all keys are derived. Required in production and uat; made elsewhere.',
    }),
    adminPassword: text({
      default: '',
      secret: true,
      env: 'GALLEY_ADMIN_PASSWORD',
      doc: 'The first start makes the user `admin` with it, instead of a set-up link; in production to be changed at the first log-in.',
    }),
    passwordMinLength: integer({ default: 15, min: 8, max: 128, doc: 'Shortest password that people may choose.' }),
    passwordHashers: integer({
      default: 4,
      min: 1,
      max: 32,
      doc: 'Passwords checked at the same time in one process; each takes 19 MiB and a thread.',
    }),
    passwordQueue: integer({
      default: 32,
      min: 0,
      max: 1000,
      doc: 'Log-ins that may wait for their turn; more are answered 503.',
    }),
    sessionIdleMinutes: integer({
      default: 1440,
      min: 1,
      max: 525_600,
      doc: 'A session unused for so long ends, in minutes.',
    }),
    sessionAbsoluteHours: integer({
      default: 720,
      min: 1,
      max: 8760,
      doc: 'A session ends after so long, used or not, in hours.',
    }),
    adminSessionIdleMinutes: integer({
      default: 60,
      min: 1,
      max: 525_600,
      doc: 'As sessionIdleMinutes, for people who may manage options.',
    }),
    adminSessionAbsoluteHours: integer({
      default: 12,
      min: 1,
      max: 8760,
      doc: 'As sessionAbsoluteHours, for people who may manage options.',
    }),
    setupLinkHours: integer({ default: 24, min: 1, max: 168, doc: 'Life of the one-time set-up link, in hours.' }),
    resetLinkMinutes: integer({
      default: 30,
      min: 5,
      max: 1440,
      doc: 'Life of a password reset link, in minutes.',
    }),
    adminAllow: list({
      default: [],
      pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$',
      allowed: 'addresses or CIDR ranges',
      doc: 'Addresses from which the admin can be reached; empty for all.',
    }),
    adminDeny: list({
      default: [],
      pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$',
      allowed: 'addresses or CIDR ranges',
      doc: 'Addresses from which the admin cannot be reached, also where adminAllow has them.',
    }),
    unfilteredHtml: boolean({
      default: true,
      doc: 'Whether administrators may store HTML that is not sanitised; off in production and uat.',
    }),
  },

  log: {
    level: choice({
      default: 'info',
      choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      doc: 'The least important level that is logged.',
    }),
    levels: list({
      default: [],
      pattern: '^[a-z][a-z0-9-]*=(trace|debug|info|warn|error|fatal|silent)$',
      allowed: 'part=level, such as database=debug',
      doc: 'Levels of single parts and plugins, where they differ from log.level.',
    }),
    format: choice({
      default: 'auto',
      choices: ['auto', 'json', 'pretty'],
      doc: 'auto: lines for people on a terminal in development, JSON elsewhere.',
    }),
    file: text({
      default: '',
      doc: 'File to log to, besides the console; outside the content folder. Access, security, audit and error get their own.',
    }),
    maxMegabytes: integer({ default: 50, min: 1, max: 10_000, doc: 'A log file of this size, in MB, is rotated.' }),
    rotate: choice({ default: 'daily', choices: ['hourly', 'daily', 'never'], doc: 'When files are rotated.' }),
    keep: integer({ default: 14, min: 1, max: 1000, doc: 'Rotated files that are kept of each kind.' }),
    recent: integer({
      default: 200,
      min: 0,
      max: 10_000,
      doc: 'Warnings and errors kept in memory for the admin.',
    }),
  },

  plugins: {
    default: list({
      default: [
        'posts',
        'blocks',
        'users',
        'comments',
        'menus',
        'widgets',
        'theme-editor',
        'media',
        'feeds',
        'search',
        'importer',
        'dashboard',
        'editor',
        'content-types',
        'records',
        'preview',
        'workflow',
        'health',
        'admin-bar',
        'autosave',
        'revisions',
        'system',
        'profiler',
        'mail',
      ],
      pattern: '^[a-z][a-z0-9-]*$',
      allowed: 'names of plugins',
      doc: 'Plugins that are active on a new site.',
    }),
    safeMode: boolean({
      default: false,
      env: 'GALLEY_SAFE_MODE',
      doc: 'Starts with the first-party plugins only, so that an administrator can repair the site.',
    }),
    registry: text({
      default: '',
      pattern: '^(https?://\\S+|/.*)$',
      allowed: 'an address that begins with https:// or http://, or the path of a folder',
      doc: 'Where plugins are looked for by name: an address or a folder that `galley registry build` made. Nowhere where it is empty.',
    }),
    npmRegistry: text({
      default: '',
      pattern: '^https?://\\S+$',
      allowed: 'an address that begins with https:// or http://',
      doc: 'Where plugins with an npm name come from; what npm itself is set to where it is empty.',
    }),
    minimumReleaseAge: integer({
      default: 72,
      min: 0,
      max: 8760,
      doc: 'Hours that a release must have been out before it is installed from a registry, so that a stolen one is noticed first.',
    }),
    revoked: choice({
      default: 'switch-off',
      choices: ['tell', 'switch-off'],
      doc: 'What becomes of a plugin of which the registry says by its signature that it does harm: switch-off stops it, tell only tells. All else that is revoked is only told.',
    }),
    breakerFailures: integer({
      default: 10,
      min: 0,
      max: 10_000,
      doc: 'So often a plugin fails in one hook, in at least half of its calls, before it is left out of that hook for a while; 0 leaves none out.',
    }),
    breakerSeconds: integer({
      default: 60,
      min: 1,
      max: 86_400,
      doc: 'The time within which those failures count, in seconds.',
    }),
    breakerRestSeconds: integer({
      default: 60,
      min: 1,
      max: 86_400,
      doc: 'How long the plugin is left out of the hook before it is tried once again, in seconds.',
    }),
  },

  themes: {
    default: text({
      default: 'default',
      pattern: '^[a-z][a-z0-9-]*$',
      allowed: 'name of a theme',
      doc: 'Theme of a new site, and the one to fall back on.',
    }),
    editor: boolean({
      default: true,
      env: 'GALLEY_THEME_EDITOR',
      doc: 'Lets people with the right change templates and styles in the admin, in a child theme; false only shows them.',
    }),
  },

  process: {
    workers: integer({
      default: 0,
      min: 0,
      max: 128,
      env: 'GALLEY_WORKERS',
      doc: 'Processes that serve pages under a supervisor; 0 serves from one process without.',
    }),
    role: choice({
      default: 'all',
      choices: ['web', 'worker', 'all'],
      env: 'GALLEY_ROLE',
      doc: 'What `galley serve` does: pages, jobs and cron (worker), or both.',
    }),
    startSeconds: integer({
      default: 60,
      min: 1,
      max: 3600,
      doc: 'How long a process under a supervisor may take to start, in seconds.',
    }),
    hangSeconds: integer({
      default: 4,
      min: 1,
      max: 3600,
      doc: 'Seconds without a sign of life after which a process under a supervisor is replaced.',
    }),
    stallMs: integer({
      default: 500,
      min: 0,
      max: 60_000,
      doc: 'Milliseconds that code may hold the whole process up before it is looked for which plugin does; 0 never looks.',
    }),
    memoryMb: integer({
      default: 600,
      min: 0,
      max: 1_000_000,
      doc: 'Resident memory above which a process under a supervisor is replaced, in MiB; 0 is never.',
    }),
  },

  cron: {
    enabled: boolean({ default: true, doc: 'Whether this process runs scheduled jobs.' }),
    keepRuns: integer({ default: 50, min: 1, max: 10_000, doc: 'Runs of each job that are remembered.' }),
  },

  jobs: {
    enabled: boolean({ default: true, doc: 'Whether this process takes jobs from the queue.' }),
    concurrency: integer({ default: 2, min: 1, max: 64, doc: 'Jobs that one process runs at the same time.' }),
    pollMs: integer({
      default: 1000,
      min: 10,
      max: 60_000,
      doc: 'How often a process looks for jobs, in milliseconds.',
    }),
    keepDays: integer({
      default: 7,
      min: 1,
      max: 3650,
      doc: 'Days until jobs that are done are forgotten; failed ones stay four times as long.',
    }),
  },

  services: {
    keys: list({
      default: [],
      secret: true,
      env: 'GALLEY_SERVICE_KEYS',
      pattern: '^([a-z][a-z0-9-]*\\.)?[a-z][a-z0-9-]*=\\S+$',
      allowed: 'keys such as maps=…, by the names that Settings, Keys of services, shows',
      doc: 'Keys of services that plugins call. They win over what an administrator stored, who cannot change them then.',
    }),
  },

  mail: {
    url: text({
      default: '',
      secret: true,
      env: 'SMTP_URL',
      pattern: '^smtps?://[^\\s]+$',
      allowed: 'an address such as smtps://user:password@mail.example.org',
      doc: 'The mail server: smtps:// with TLS from the start, smtp:// with STARTTLS. No mail is sent where it is empty.',
    }),
    from: text({
      default: '',
      pattern: '^[^\\r\\n]{3,254}$',
      allowed: 'an address such as news@example.org',
      doc: 'Address that mails come from; no-reply@ and the host of GALLEY_URL where it is empty.',
    }),
    plaintext: boolean({
      default: false,
      doc: 'Lets mail and the password of the mail server go unencrypted: only for a server of your own network without TLS.',
    }),
    folder: text({
      default: '',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      allowed: 'the name of a folder',
      doc: 'Where there is no mail server: the folder of the content folder that mails are written to as .eml files.',
    }),
  },

  fetch: {
    connectTimeoutMs: integer({
      default: 5000,
      min: 100,
      max: 60_000,
      doc: 'Time to connect to another host, in milliseconds.',
    }),
    timeoutMs: integer({
      default: 15_000,
      min: 100,
      max: 600_000,
      doc: 'Time for a whole outward request, in milliseconds.',
    }),
    maxBytes: integer({
      default: 10 * MIB,
      min: KIB,
      max: 4096 * MIB,
      doc: 'Largest answer read from another host, in bytes after decompression.',
    }),
    privateHosts: list({
      default: [],
      pattern: '^[A-Za-z0-9.:_-]+$',
      allowed: 'host names or addresses',
      doc: 'Hosts of your own network that services (LDAP, SMTP, S3) may be on. Never for what people type.',
    }),
  },
} as const satisfies SettingTable;
