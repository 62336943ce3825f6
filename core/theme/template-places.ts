import { says } from '../lib/told-texts.ts';
import type { HelperDefinition } from './helper-types.ts';
import type { HtmlContext } from './html-context.ts';
import type { HtmlTag } from './html-place.ts';

const URL_ATTRIBUTES = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'poster',
  'cite',
  'data',
  'background',
  'longdesc',
  'manifest',
  'ping',
  'usemap',
  'codebase',
  'xlink:href',
]);
const SRCSET_ATTRIBUTES = new Set(['srcset', 'imagesrcset']);
const ANIMATIONS = new Set(['animate', 'set', 'animatetransform', 'animatemotion']);
const NO_VALUE_IN: Partial<Record<HtmlContext['mode'], string>> = {
  'tag-open': says('A value may not be the name of a tag.'),
  'tag-name': says('A value may not be the name of a tag.'),
  tag: says('A value may not be the name of an attribute. Write {{#if x}}hidden{{/if}}.'),
  'attribute-name': says('A value may not be the name of an attribute. Write {{#if x}}hidden{{/if}}.'),
  'after-name': says('A value may not be the name of an attribute. Write {{#if x}}hidden{{/if}}.'),
  boundary: says('A value may not be the name of an attribute. Write {{#if x}}hidden{{/if}}.'),
  'before-value': says('A value in an attribute needs quotes: name="{{x}}".'),
  'value-unquoted': says('A value in an attribute needs quotes: name="{{x}}".'),
  comment: says('A value may not stand in an HTML comment. Write {{!-- … --}} to comment out.'),
  bogus: says('A value may not stand in a declaration.'),
  markup: says('A value may not stand in a declaration.'),
};

/** Whether an address is being written. */
export function isUrlPlace(html: HtmlContext): boolean {
  return html.isQuotedValue && URL_ATTRIBUTES.has(html.attribute);
}

/** Why a value (of `helper`, where one makes it) may not stand here, or undefined where it may. */
export function placeProblem(html: HtmlContext, helper: HelperDefinition | undefined): string | undefined {
  if (html.mode === 'raw') return rawProblem(html, helper);
  const problem = NO_VALUE_IN[html.mode];
  if (problem) return problem;
  if (!html.isSettled) return says('A value may not stand in the middle of a tag.');
  if (html.isQuotedValue) return attributeProblem(html, helper);
  if (helper?.returns === 'json')
    return says('JSON may only stand in <script type="application/json"> or in a quoted attribute.');
  return undefined;
}

function rawProblem(html: HtmlContext, helper: HelperDefinition | undefined): string | undefined {
  if (html.isDataScript && html.isSettled) {
    return helper?.returns === 'json' ? undefined : says('Write {{json x}}: a data script holds JSON.');
  }
  return says(
    `A value may not stand in <${html.element}>. Hand data over by <script type="application/json">{{json x}}</script> or by an attribute.`,
  );
}

function attributeProblem(html: HtmlContext, helper: HelperDefinition | undefined): string | undefined {
  const name = html.attribute;
  if (name.startsWith('on')) return says(`A value may not stand in "${name}": it would be a script.`);
  if (name === 'style' || name === 'srcdoc')
    return says(`A value may not stand in "${name}". Use a class or an attribute.`);
  if (ANIMATIONS.has(html.element)) return says('A value may not stand in an animation: it could change an address.');
  if (SRCSET_ATTRIBUTES.has(name)) {
    return helper?.returns === 'srcset' && html.url === 'start' ? undefined : says(`Write ${name}="{{srcset image}}".`);
  }
  if (!URL_ATTRIBUTES.has(name) || html.url === 'fixed') return undefined;
  if (html.url === 'start' && helper?.returns === 'url') return undefined;
  return html.url === 'start'
    ? says(`"${name}" needs a safe address: {{url x}}, {{asset 'x'}} or {{route 'x'}}.`)
    : says(`The text before the value in "${name}" does not say where it leads. Write the whole address by {{url x}}.`);
}

/** What is wrong with a tag as such, most of it because the content security policy blocks it. */
export function tagProblems({ element, attributes }: HtmlTag): { level: 'error' | 'warning'; message: string }[] {
  const problems: { level: 'error' | 'warning'; message: string }[] = [];
  const error = (message: string): unknown => problems.push({ level: 'error', message });
  for (const name of attributes.keys()) {
    if (name.startsWith('on'))
      error(
        says(
          `"${name}" never runs: the content security policy blocks scripts in the page. Listen from a file in assets/.`,
        ),
      );
  }
  const type = attributes.get('type') ?? '';
  if (element === 'script' && !attributes.has('src') && !/^application\/(ld\+)?json$/i.test(type)) {
    error(says('A script in the page never runs: the content security policy blocks it. Put it into assets/.'));
  }
  if (element === 'style')
    error(says('<style> is blocked by the content security policy. Put it into a stylesheet in assets/.'));
  if ((attributes.get('http-equiv') ?? '').toLowerCase() === 'refresh')
    error(says('<meta http-equiv="refresh"> is not allowed.'));
  if (element === 'img' && !attributes.has('alt')) {
    problems.push({
      level: 'warning',
      message: says('<img> without alt: write alt="" where the image only decorates, or use {{image x}}.'),
    });
  }
  if (element === 'iframe' && !attributes.has('title'))
    problems.push({ level: 'warning', message: says('<iframe> without title.') });
  return problems;
}
