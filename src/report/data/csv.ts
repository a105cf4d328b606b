// Comma-separated values as RFC 4180 has them: lines end with CR LF, and a field with a comma, a quote or a line break is quoted.

export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${csvLine(row)}\r\n`).join('');
}

/** A line of it without its end. */
export const csvLine = (row: readonly (string | number)[]): string => row.map(field).join(',');

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
