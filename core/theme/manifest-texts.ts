type Json = Record<string, unknown>;

const textsIn = (value: unknown): string[] =>
  typeof value === 'string' && value !== '' ? [value] : Object.values((value ?? {}) as Json).flatMap(textsIn);

const membersOf = (things: unknown, ...names: string[]): string[] =>
  Object.values((things ?? {}) as Record<string, Json>).flatMap((thing) =>
    names.flatMap((name) => textsIn(thing[name])),
  );

/** What a theme.json says to people: its places, its sizes of pictures, its options and its variations. Titles of themes and variations are names. */
export function themeTexts({ description, menus, widgets, images, options, variations }: Json): string[] {
  const own = [description, menus, widgets].flatMap(textsIn);
  return [
    ...own,
    ...membersOf(images, 'label'),
    ...membersOf(options, 'label', 'help', 'choices'),
    ...membersOf(variations, 'description'),
  ];
}

/** What the package.json of a plugin says to people. */
export function pluginTexts({ description, galley }: Json): string[] {
  if (galley === undefined) return [];
  const { title, contained = {} } = galley as { title?: unknown; contained?: Json };
  const brought = Object.values(contained).flatMap((things) =>
    membersOf(things, 'title', 'description', 'label', 'summary'),
  );
  return [title, description, ...brought].flatMap(textsIn);
}
