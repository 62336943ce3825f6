import type { HookInfo } from '../kernel/hooks.ts';

const INTRO = `# Hooks

Every hook of the kernel and of the plugins that come with Galley, made by \`bin/galley hook docs\`. Do not edit it by
hand: run \`bin/galley hook docs > docs/hooks.md\`. How to use hooks stands in [the guide](guides/plugin-author.md).

| kind | add by | fired by | what happens |
|---|---|---|---|
| action | \`addAction\` | \`doAction\` | listeners run in order; one that throws is logged under its owner and the rest run |
| filter | \`addFilter\` | \`applyFilters\` | a value passes through the listeners, awaited where one returned a promise |
| filterSync | \`addFilter\` | \`applyFiltersSync\` | the same in places that cannot wait |
| collect | \`addCollector\` | \`collect\` | all get the same input at once; what they return is joined in order of priority |
| first | \`addResponder\` | \`first\` | asked in order until one answers with anything but undefined |
`;

const REMARKS = {
  skip: 'A listener that throws is passed over.',
  stop: 'A listener that throws stops the operation.',
  once: 'Fires once; who listens later is called at once.',
};

function remarksOf({ kind, onError = 'stop', once }: HookInfo): string[] {
  const isFilter = kind === 'filter' || kind === 'filterSync';
  return [...(isFilter ? [REMARKS[onError]] : []), ...(once ? [REMARKS.once] : [])];
}

function sectionOf(hook: HookInfo): string {
  const args = Object.entries(hook.args ?? {}).map(([name, meaning]) => `- \`${name}\`: ${meaning}`);
  const facts = [`*${hook.kind}*`, ...remarksOf(hook)].join(' · ');
  return [`### \`${hook.name}\``, facts, hook.summary, ...(args.length > 0 ? [args.join('\n')] : [])].join('\n\n');
}

/** The kernel first, then the plugins by name. */
function ownersOf(hooks: readonly HookInfo[]): string[] {
  const plugins = [...new Set(hooks.map((hook) => hook.definedBy))].filter((owner) => owner !== 'core').sort();
  return ['core', ...plugins];
}

/**
 * The catalogue as Markdown: the same text for the same plugins.
 * @param hooks as `site.hooks.list()` gives them, in order of name
 */
export function hookDocs(hooks: readonly HookInfo[]): string {
  const chapters = ownersOf(hooks).map((owner) => {
    const title = owner === 'core' ? 'The kernel' : `The plugin ${owner}`;
    const sections = hooks.filter((hook) => hook.definedBy === owner).map(sectionOf);
    return [`## ${title}`, ...sections].join('\n\n');
  });
  return [INTRO.trim(), ...chapters].join('\n\n');
}
