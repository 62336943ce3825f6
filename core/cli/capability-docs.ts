import { LIMITS } from '../contained/limits.ts';
import { FIELD_KINDS, PANEL_PARTS } from '../contained/panel-blocks.ts';
import { ALLOWED_HELPERS } from '../contained/template-rules.ts';
import type { Site } from '../kernel/site.ts';
import { CAPABILITY_WORDS, HOOK_FIELDS, PANEL_INPUT, PART_WORDS } from './capability-words.ts';

const INTRO = `# What contained plugins can ask for

Made by \`bin/galley plugin docs capabilities\`; do not edit it by hand: run
\`bin/galley plugin docs capabilities > docs/capabilities.md\`. How such a plugin is written stands in
[the guide](guides/plugin-author.md#contained-plugins).`;

/** `table.find` → `galley.table(name).find` */
function spoken(call: string): string {
  if (call === 'log') return '`galley.log.info/warn/error`';
  return `\`galley.${call.replace(/^table\./, 'table(name).')}\``;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The reference of capabilities, hooks, parts and limits of contained plugins as Markdown. */
export function capabilityDocs(site: Site): string {
  const calls = site.contained.calls.list();
  const capabilities = Object.entries(CAPABILITY_WORDS).map(([name, words]) => {
    const own = calls.filter(({ capability }) => capability === name).map((call) => spoken(call.name));
    return [`\`${name}\``, words, own.join(', ')];
  });
  const summaries = new Map(site.hooks.list().map(({ name, summary }) => [name as string, summary]));
  const hooks = [...site.contained.adapters].map(([name, { kind }]) => [
    `\`${name}\``,
    kind,
    summaries.get(name) ?? '',
    HOOK_FIELDS[name] ?? '',
  ]);
  const names = (list: Iterable<string>): string => [...list].map((name) => `\`${name}\``).join(', ');
  const { handlerMs, heapMb, maxChars, maxCalls, maxBundle, maxSaves, maxEntries } = LIMITS;
  return [
    INTRO,
    '## Capabilities',
    table(['`capabilities` of the manifest', 'what it allows', 'calls'], capabilities),
    '## Hooks',
    'A hook gets the fields that `input` names. What a plugin answers is added; it never gets or gives a whole page.',
    table(['hook', 'kind', 'when', 'fields of `input`, and the answer'], hooks),
    '## What a panel is told',
    table(
      ['name', 'what it is'],
      Object.entries(PANEL_INPUT).map(([name, words]) => [`\`${name}\``, words]),
    ),
    'It answers `{ blocks }`, a list of parts, or, where something was sent, `{ to, notice }`: where that leads, and what is said there.',
    '## Parts of a panel',
    table(
      ['`kind`', 'what else'],
      PANEL_PARTS.map((name) => [`\`${name}\``, PART_WORDS[name] ?? '']),
    ),
    'Where `to` stands, it is `{ panel, item, query }` of the plugin itself, each of which may be left out.',
    `Kinds of fields: ${names(FIELD_KINDS)}.`,
    '## Helpers of templates',
    `${names(ALLOWED_HELPERS)}.`,
    '## Limits',
    `A handler has ${handlerMs} ms of the processor, ${heapMb} MB of memory, ${maxChars / 1024} KB in and out, and ${maxCalls} calls; the code of a plugin ${maxBundle / 1024 ** 2} MB. It saves ${maxSaves} entries a minute, and has at most ${maxEntries.toLocaleString('en')} of its own making: what is more is refused with \`GALLEY_RATE_LIMITED\` or \`GALLEY_INPUT_TOO_LARGE\`, and stands among the failures on the page of the plugin.`,
  ].join('\n\n');
}
