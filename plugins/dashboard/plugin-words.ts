import type { ChangeOutcome, ScreenContext } from 'galley';

/** What was said of a change, sentence by sentence where several were put together. */
export function saidWords(page: Pick<ScreenContext, 't'>, text: string): string {
  const whole = page.t(text);
  return whole === text
    ? text
        .split(/(?<=[.!?]) (?=\p{Lu})/u)
        .map((sentence) => page.t(sentence))
        .join(' ')
    : whole;
}

/** What became of a plugin, in a sentence. */
export function outcomeWords(page: ScreenContext, { name, status, version, previous }: ChangeOutcome): string {
  const facts = { plugin: page.t(page.site.plugins.get(name)?.title ?? name), version, previous };
  switch (status) {
    case 'installed':
      return page.t('{plugin} {version} is installed.', facts);
    case 'updated':
      return page.t('{plugin} is updated from {previous} to {version}. The site takes it over within seconds.', facts);
    case 'reinstalled':
      return page.t(
        '{plugin} {version} is in its place again, with its data. The site takes it over within seconds.',
        facts,
      );
    case 'unchanged':
      return page.t('{plugin} {version} is installed already.', facts);
    case 'rolled back':
      return page.t('{plugin} is {version} again. The site takes it over within seconds.', facts);
    case 'removed':
      return page.t('{plugin} is deleted. The site leaves it out within seconds.', facts);
    default:
      return page.t('{plugin} was left as it was.', facts);
  }
}
