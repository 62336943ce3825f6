import { compileFields } from '../content/fields.ts';
import type { Site } from '../kernel/site.ts';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import { LoadedTheme } from './loaded-theme.ts';
import type { TemplateFolder } from './template-files.ts';
import type { TemplateProblem } from './template-problem.ts';
import type { ThemeManifest } from './theme-manifest.ts';

const REQUIRED = ['index'];
const WISHED = ['singular', 'error'];

/** Everything that is wrong with a theme whose manifest could be read. */
export async function checkTheme(
  site: Site,
  manifest: ThemeManifest,
  folders: TemplateFolder[],
): Promise<TemplateProblem[]> {
  const problems = manifestProblems(manifest);
  const theme = await loadOrReport(site, { manifest, folders, problems });
  if (!theme) return problems;
  const file = (path: string): string => `${manifest.name}/${path}`;
  for (const { file: path, message } of theme.translations.problems)
    problems.push({ level: 'error', file: path, line: 0, message });
  for (const name of REQUIRED) {
    if (!theme.templates.has(name))
      problems.push({
        level: 'error',
        file: file(`templates/${name}.hbs`),
        line: 0,
        message: 'Every theme needs this template: it shows what no other is for.',
      });
  }
  for (const name of WISHED) {
    if (!theme.templates.has(name))
      problems.push({ level: 'warning', file: file(`templates/${name}.hbs`), line: 0, message: 'It is missing.' });
  }
  for (const name of Object.keys(manifest.templates)) {
    if (!theme.templates.has(name))
      problems.push({
        level: 'error',
        file: file('theme.json'),
        line: 0,
        message: `"templates" names "${name}", but there is no templates/${name}.hbs.`,
      });
  }
  problems.push(...theme.templates.check().problems);
  return problems;
}

async function loadOrReport(
  site: Site,
  { manifest, folders, problems }: { manifest: ThemeManifest; folders: TemplateFolder[]; problems: TemplateProblem[] },
): Promise<LoadedTheme | undefined> {
  try {
    return await LoadedTheme.load(site, manifest, folders);
  } catch (error) {
    const details = isGalleyError(error)
      ? (error.details as { problems?: Omit<TemplateProblem, 'level'>[] } | undefined)
      : undefined;
    const found = details?.problems?.length
      ? details.problems
      : [{ file: `${manifest.name}/assets`, line: 0, message: messageOf(error) }];
    problems.push(...found.map((problem) => ({ level: 'error' as const, ...problem })));
    return undefined;
  }
}

/** What the schema of the manifest cannot say: that names lead somewhere. */
function manifestProblems(manifest: ThemeManifest): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report = (message: string): unknown =>
    problems.push({ level: 'error', file: `${manifest.name}/theme.json`, line: 0, message });
  for (const [name, { token }] of Object.entries(manifest.options)) {
    const [group = '', key = ''] = token?.split('.') ?? [];
    if (token && !manifest.tokens[group]?.[key])
      report(`The option "${name}" sets the token "${token}", which there is not.`);
  }
  for (const [name, { tokens }] of Object.entries(manifest.variations)) {
    for (const [group, values] of Object.entries(tokens ?? {})) {
      for (const key of Object.keys(values)) {
        if (!manifest.tokens[group]?.[key])
          report(`The variation "${name}" sets the token "${group}.${key}", which there is not.`);
      }
    }
  }
  try {
    compileFields(manifest.options);
  } catch (error) {
    report(`The options cannot be understood: ${messageOf(error)}`);
  }
  return problems;
}
