import { join } from 'node:path';
import { compileFields } from '../content/fields.ts';
import type { Site } from '../kernel/site.ts';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import { says } from '../lib/told-texts.ts';
import type { AssetProblem } from './asset-build.ts';
import { LoadedTheme } from './loaded-theme.ts';
import type { TemplateFolder } from './template-files.ts';
import type { TemplateProblem } from './template-problem.ts';
import type { ThemeManifest } from './theme-manifest.ts';

/** Everything that is wrong with a theme whose manifest could be read. */
export async function checkTheme(
  site: Site,
  manifest: ThemeManifest,
  folders: TemplateFolder[],
): Promise<TemplateProblem[]> {
  const problems = [...manifestProblems(manifest), ...(await assetProblems(site, folders))];
  const theme = await LoadedTheme.load(site, manifest, folders).catch((error: unknown) => {
    const isTold = problems.some(({ level, file }) => level === 'error' && file.startsWith(`${manifest.name}/assets/`));
    if (!isTold)
      problems.push({ level: 'error', file: `${manifest.name}/theme.json`, line: 0, message: messageOf(error) });
    return undefined;
  });
  if (!theme) return problems;
  for (const { file, message } of theme.translations.problems)
    problems.push({ level: 'error', file, line: 0, message });
  return [...problems, ...missingTemplates(theme), ...theme.templates.check().problems];
}

async function assetProblems(site: Site, folders: readonly TemplateFolder[]): Promise<TemplateProblem[]> {
  const [folder] = folders;
  if (!folder) return [];
  const placed =
    (level: TemplateProblem['level']) =>
    ({ file, line, message: told }: AssetProblem): TemplateProblem => {
      const detail = told.replace(/\.$/, '');
      const message =
        level === 'error' ? says(`This cannot be built: ${detail}.`) : says(`This may be meant otherwise: ${detail}.`);
      return { level, file: `${folder.name}/assets/${file}`, line, message, detail };
    };
  try {
    const [own = '', ...behind] = folders.map(({ directory }) => join(directory, 'assets'));
    return (await site.assets.check(own, behind)).map(placed('warning'));
  } catch (error) {
    const details = isGalleyError(error) ? (error.details as { problems?: AssetProblem[] } | undefined) : undefined;
    return (details?.problems ?? []).map(placed('error'));
  }
}

function missingTemplates({ name, manifest, templates }: LoadedTheme): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report = (level: TemplateProblem['level'], file: string, message: string): unknown =>
    problems.push({ level, file: `${name}/${file}`, line: 0, message });
  if (!templates.has('index')) {
    report('error', 'templates/index.hbs', says('Every theme needs this template: it shows what no other is for.'));
  }
  for (const wished of ['singular', 'error']) {
    if (!templates.has(wished)) report('warning', `templates/${wished}.hbs`, says('It is missing.'));
  }
  for (const custom of Object.keys(manifest.templates)) {
    if (templates.has(custom)) continue;
    report('error', 'theme.json', says(`"templates" names "${custom}", but there is no templates/${custom}.hbs.`));
  }
  return problems;
}

/** What the schema of the manifest cannot say: that names lead somewhere. */
function manifestProblems(manifest: ThemeManifest): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report = (message: string): unknown =>
    problems.push({ level: 'error', file: `${manifest.name}/theme.json`, line: 0, message });
  for (const [name, { token }] of Object.entries(manifest.options)) {
    const [group = '', key = ''] = token?.split('.') ?? [];
    if (token && !manifest.tokens[group]?.[key])
      report(says(`The option "${name}" sets the token "${token}", which there is not.`));
  }
  for (const [name, { tokens }] of Object.entries(manifest.variations)) {
    for (const [group, values] of Object.entries(tokens ?? {})) {
      for (const key of Object.keys(values)) {
        if (!manifest.tokens[group]?.[key])
          report(says(`The variation "${name}" sets the token "${group}.${key}", which there is not.`));
      }
    }
  }
  try {
    compileFields(manifest.options)({});
  } catch (error) {
    report(says(`The options cannot be understood: ${messageOf(error)}`));
  }
  return problems;
}
