// HTML and SVG as template strings that cannot forget to escape: whatever is put in is escaped, unless it is markup itself.

/** A piece of a page. Only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = string | number | Markup | readonly Markup[];

/** A template whose strings are escaped, whose numbers are coordinates, rounded to hundredths, and whose markup stays as it is. */
export function html(template: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(template.map((text, i) => (i === 0 ? text : `${written(contents[i - 1])}${text}`)).join(''));
}

/** Nothing, where a template may have something. */
export const NOTHING = html``;

function written(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(Math.round(content * 100) / 100);
  return content.map(({ text }) => text).join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
