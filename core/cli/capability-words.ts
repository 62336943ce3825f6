/** What a plugin can ask for, as its manifest writes it, and what it may then do. */
export const CAPABILITY_WORDS: Readonly<Record<string, string>> = {
  settings: 'Reads its own settings, which get a page of the admin made from the manifest.',
  kv: 'Keeps values of its own: 1,000 of 16 KB. Counters (`add`) and lists (`append`) change at once, all else where nobody was faster (`swap`).',
  tables:
    'Keeps records in the tables that the manifest declares: 10,000 in all, found by the fields with `"index": true`.',
  log: 'Writes to the log of the site: 100 lines a minute.',
  'content:read:<type>': 'Reads what is published of a type.',
  'content:read:<type>:<status>': 'Reads what has another status, such as `draft`.',
  'content:write:<type>':
    'Writes drafts of a type: 60 saves a minute, and 10,000 entries of its own making. HTML is sanitised.',
  'content:write:<type>:<status>':
    'Writes what has another status; `publish` to publish, `trash` to move to the trash.',
  'content:author:<type>': 'Writes entries of a type in the name of people who may write it themselves.',
  'content:check:<type>':
    'Sees entries of a type before they are saved, drafts too, and may refuse them with a reason or change title, excerpt and slug (`entry:saving`).',
  'terms:read': 'Reads the terms that everybody sees.',
  'media:read': 'Reads of files that everybody sees the name, kind, address, alternative text and size.',
  'media:check':
    'Is told name, kind and size of files that come in, and may refuse them with a reason (`file:received`).',
  'notes:read': 'Is told of the notes that editors write on entries that it may read (`note:added`).',
  'users:read': 'Reads what everybody sees of people.',
  frames: 'Draws parts of its screens in the browser by a script of its own, in a sandbox without origin and network.',
  'comments:read':
    'Reads comments with what their writers are called, and may hold back those that are about to be saved.',
  render: 'Gets the HTML that visitors would see of block markup, sanitised; blocks of contained plugins are left out.',
  'well-known:<file>': 'Answers as a file of `/.well-known/` of the site, such as `security.txt`.',
  'fetch:<host>': 'Fetches from a host: https, public addresses, 64 KB. `fetch:*.example.org` means the hosts below.',
  'key:<host>':
    'Has a key sent to a host, which an administrator enters and the plugin never sees: `{key:name}` in a header of `galley.fetch`.',
  jobs: 'Runs the jobs that the manifest declares, and enqueues them.',
  cron: 'Runs by the clock what the manifest declares.',
  'mail:send':
    'Writes to people of the site, whom it names by id: plain text, 20 mails an hour in all. People may do without.',
  'mail:words':
    'Reads and changes the words of mails that people may do without (`mail:writing`), with places such as `{name}` and `{link}` in place of what will stand there: it sees neither addresses nor names. Mails about accounts and of plugins it is not asked about.',
};

/** What a handler of a panel gets. */
export const PANEL_INPUT: Readonly<Record<string, string>> = {
  action: 'What was sent: the `action` of the button or form; null where the panel is only looked at.',
  values: 'The fields that were sent, as texts; a checkbox is `1` or `0`.',
  query: 'The parameters of the query that `query` of the manifest names, as texts of at most 500 characters.',
  item: 'What stands behind the panel in the address, where the manifest says `"items": true`; null in the panel itself.',
  viewer:
    'Who looks: `id`, `name`, and `can`, which says of each capability in `can` of the manifest whether he has it.',
  language: 'The language in which the admin is read, such as `de`.',
};

/** What each part of a panel is made of. */
export const PART_WORDS: Readonly<Record<string, string>> = {
  heading: '`text`',
  text: '`text`; empty lines part the paragraphs',
  notice: '`text`, `tone`: `info`, `success`, `warning`, `danger`',
  table:
    '`caption`, `columns`, `rows`: lists of cells, each a text, `{ text, to }`, a badge `{ text, tone }`, or `{ number }`',
  list: '`items`: texts or `{ text, url, to }`; `ordered`',
  chart: '`title`, `type`: `line`, `bar`, `doughnut`; `labels`, `series`: `{ label, values }`; `heading`, `labelKind`',
  image: '`src` within the site, `alt`',
  button: '`label`, and `action` with `values`, or `url`, or `to`; `danger`; `confirm`: a question that is asked first',
  form: '`action`, `submit`, `fields`: `{ name, label, kind, value, help, required, choices }`',
  tabs: '`tabs`: `{ label, blocks }`',
  accordion: '`items`: `{ label, blocks, open }`',
  columns: '`columns`: two to four lists of parts; one below the other on a phone',
  stats: '`items`: `{ label, value, change, tone, url, to }`',
  values: '`title`, `items`: `{ label, value, tone, url, to }`',
  meter: '`label`, `value`, `max` (100), `text`: what it says in words',
  code: '`text`, `label`',
  divider: 'nothing',
  empty: '`title`, `text`, and a button: `label`, `url` or `to`',
  frame: '`name`, `title`, `text`, `data`',
};

/** What a hook gives, by the names that `input` of the manifest may take, and what may be answered. */
export const HOOK_FIELDS: Readonly<Record<string, string>> = {
  'view:head': '`template`, `page.title` and the like, `site.title`, `entry.title`; answers with tags',
  'entries:presenting': '`id`, `title`, `excerpt`, `fields` and the like; answers with a record for each',
  'admin:dashboard': 'nothing; answers with widgets',
  'admin:notices': 'nothing; answers with notices',
  'entry:saving':
    '`id`, `type`, `status`, `from`, `title`, `slug`, `excerpt`, `content`, `fields`; answers `{ refuse: reason }`, or `{ set: { title, slug, excerpt } }` for those that `input` names. May call nothing but `galley.log`',
  'entry:saved':
    '`entry.title` and the like, `from`: the status before; of what it may not read any more id, type and status',
  'entry:removed': '`entry.title` and the like',
  'entry:moved': '`entry.id`, `entry.type`, `entry.status`, `entry.title`, `entry.slug`, `stage`, `isReturned`',
  'user:saved': '`user.id`, `user.name`, `user.slug`, `isNew`; only where one of these has changed',
  'term:saved': '`term.id`, `term.name`, `term.slug`, `term.taxonomy`',
  'term:removed': 'as `term:saved`',
  'comment:saving':
    '`entryId`, `parentId`, `isMember`, `authorName`, `authorUrl`, `content`, `status`; answers `{ status }`: a worse one',
  'comment:saved': 'the same below `comment`, with `comment.id`; `from`: the status before',
  'file:received': '`name`, `type`, `bytes`; answers `{ refused: reason }`',
  'mail:writing':
    '`template`, `language`, `subject`, `text`; answers `{ set: { subject, text } }` for those that `input` names',
  'note:added': '`entry.title` and the like, `note.id`, `note.threadId`, `note.authorId`, `note.text`, `note.on`',
};

/** What a capability of a manifest allows, in words; empty for one that nobody knows. */
export function capabilityWords(capability: string): string {
  const parts = capability.split(':');
  const known = Object.keys(CAPABILITY_WORDS).find((pattern) => {
    const wanted = pattern.split(':');
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith('<') || part === parts[at]);
  });
  return known === undefined ? '' : (CAPABILITY_WORDS[known] ?? '');
}
