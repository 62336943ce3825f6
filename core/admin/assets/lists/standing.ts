/** A row that the page brought, with its cells as they are. */
export interface StandingRow {
  id: string;
  cells: readonly HTMLTableCellElement[];
}

/** The rows that stand in a table. */
export function standingRows({ tBodies }: HTMLTableElement): StandingRow[] {
  return [...(tBodies[0]?.rows ?? [])].map(({ dataset, cells }) => ({ id: dataset['id'] ?? '', cells: [...cells] }));
}

/** Makes a cell the one that stood there: what is in it moves, with what was chosen in it. */
export function takeOver(td: HTMLTableCellElement, standing: HTMLTableCellElement | undefined): void {
  if (!standing) return;
  td.className = standing.className;
  if (standing.scope) td.setAttribute('scope', standing.scope);
  td.replaceChildren(...standing.childNodes);
}
