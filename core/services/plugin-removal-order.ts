import type { Site } from '../kernel/site.ts';

/** Plugins in an order in which they can be switched off: each comes before those that it requires. */
export function removalOrder({ plugins }: Pick<Site, 'plugins'>, names: readonly string[]): string[] {
  const left = new Set(names);
  const isNeeded = (name: string): boolean => {
    const gives = [name, ...(plugins.get(name)?.provides ?? [])];
    return [...left].some(
      (other) => other !== name && plugins.get(other)?.requires.some((wanted) => gives.includes(wanted)),
    );
  };
  const ordered: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((name) => !isNeeded(name));
    // Where they require each other in a circle, no order helps.
    for (const name of free.length > 0 ? free : [...left]) {
      ordered.push(name);
      left.delete(name);
    }
  }
  return ordered;
}
