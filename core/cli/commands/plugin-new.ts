import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { linkPublicApi } from '../../kernel/plugin-link.ts';
import { GalleyError } from '../../lib/errors.ts';
import { type CommandOutput, defineCommand } from '../../services/commands.ts';
import { splitList } from '../arguments.ts';
import { newPluginFiles } from '../scaffold/new-plugin.ts';
import { type NewPlugin, PARTS, type Part, TRUSTED_ONLY } from '../scaffold/plugin-part.ts';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const TITLE_MAX = 100;
const TIERS = ['trusted', 'contained'] as const;

/** What is asked for. */
interface Question<T> {
  question: string;
  fallback: string;
  /** What can be chosen, where that is a list. */
  from?: readonly string[];
  many?: boolean;
  read(answer: string): T;
}

/** Asks until the answer is one; where nobody can be asked, the first answer counts and is refused if it is none. */
async function ask<T>(output: CommandOutput, { question, fallback, from, many, read }: Question<T>): Promise<T> {
  for (;;) {
    const answer = await (from
      ? output.choose(question, { from, fallback, ...(many ? { many } : {}) })
      : output.ask(question, fallback));
    try {
      return read(answer);
    } catch (error) {
      if (!output.canAsk || !(error instanceof GalleyError)) throw error;
      output.warn(error.message);
    }
  }
}

function refuse(message: string): never {
  throw new GalleyError('GALLEY_COMMAND_USAGE', message);
}

function readName(text: string): string {
  return NAME.test(text) ? text : refuse(`"${text}" cannot name a plugin: lower-case letters, digits and "-".`);
}

function readTitle(text: string): string {
  const title = text.replace(/\s+/g, ' ').trim();
  return title !== '' && title.length <= TITLE_MAX ? title : refuse(`A title has 1 to ${TITLE_MAX} characters.`);
}

function readTier(text: string): NewPlugin['tier'] {
  return TIERS.find((tier) => tier === text) ?? refuse(`"${text}" is no tier: ${TIERS.join(' or ')}.`);
}

function readParts(texts: readonly string[], tier: NewPlugin['tier']): Part[] {
  return [...new Set(texts)].map((text) => {
    const part = PARTS.find((known) => known === text) ?? refuse(`"${text}" is none of ${PARTS.join(', ')}.`);
    if (tier === 'contained' && TRUSTED_ONLY.has(part)) refuse(`A contained plugin cannot bring a ${part}.`);
    return part;
  });
}

const titleOf = (name: string): string => name.replaceAll('-', ' ').replace(/^./, (letter) => letter.toUpperCase());

function authorName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'Somebody';
  }
}

export const newCommands = {
  'plugin new': defineCommand({
    summary: 'Makes a plugin to begin with, with its test.',
    description: 'On a terminal it asks for what was not given; in a pipe and with --yes it never does.',
    arguments: [{ name: 'name', summary: 'Lower-case letters, digits and "-".', optional: true }],
    options: {
      title: { type: 'text', summary: 'What people call it.' },
      adds: { type: 'list', summary: 'What it begins with.', choices: [...PARTS] },
      tier: { type: 'text', summary: 'How it is written to run.', choices: [...TIERS] },
    },
    examples: ['galley plugin new', 'galley plugin new reading-time --title="Reading time" --adds=block,route --yes'],
    needs: 'config',
    async run({ config, args, options, output, session }) {
      if (args.name === undefined && !output.canAsk) refuse('Name the plugin: galley plugin new reading-time.');
      const asked = { question: 'Its name, for machines?', fallback: 'my-plugin', read: readName };
      const name = args.name === undefined ? await ask(output, asked) : readName(args.name);
      const folder = join(config.content.dir, 'plugins', name);
      const title =
        options.title === undefined
          ? await ask(output, { question: 'Its name, for people?', fallback: titleOf(name), read: readTitle })
          : readTitle(options.title);
      const tier = await (options.tier === undefined
        ? ask(output, { question: 'How does it run?', from: TIERS, fallback: 'trusted', read: readTier })
        : readTier(options.tier));
      const possible = PARTS.filter((part) => tier === 'trusted' || !TRUSTED_ONLY.has(part));
      const parts =
        options.adds === undefined
          ? await ask(output, {
              question: 'What does it add?',
              from: possible,
              many: true,
              fallback: 'block',
              read: (answer) => readParts(splitList(answer), tier),
            })
          : readParts(options.adds, tier);
      await mkdir(dirname(folder), { recursive: true });
      await mkdir(folder).catch(() => {
        throw new GalleyError('GALLEY_PLUGIN_INVALID', `${folder} is there already.`);
      });
      const { root } = session.place;
      const files = newPluginFiles({ name, title, parts, tier, author: authorName() }, relative(folder, root));
      for (const [file, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text);
      }
      // Its test runs before the site has ever started.
      await linkPublicApi(config.content.dir, root);
      output.info(`Activate it with: galley plugin activate ${name}`);
      output.value(folder);
    },
  }),
};
