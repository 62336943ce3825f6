// Rows of figures as text.
/** A row of a table. The first column names what was measured. */
export type Row = Record<string, string | number>;

/** A value as it is shown. */
export function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isNaN(value)) return '–';
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

/** Rows as a table of text, numbers to the right. */
export function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const width = (column: string): number => Math.max(column.length, ...rows.map((row) => cell(row[column]).length));
  const line = (cells: (column: string) => string, isHead = false): string =>
    columns
      .map((column) => {
        const isNumber = !isHead && typeof rows[0]?.[column] === 'number';
        return isNumber ? cells(column).padStart(width(column)) : cells(column).padEnd(width(column));
      })
      .join('  ')
      .trimEnd();
  return [line((column) => column, true), ...rows.map((row) => line((column) => cell(row[column])))].join('\n');
}
