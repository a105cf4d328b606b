// A field for a whole number from 1 on. What someone is typing into it stays while the rest of the page is drawn anew, as it is many times a
// second while a network trains; what is beyond its range, or no number, becomes one that is right when it is left.

import { html, type TemplateResult } from 'lit-html';

/** @param value what it shows; undefined: nothing */
export function numberField(name: string, value: number | undefined, most: number, act: (n: number) => void): TemplateResult {
  const shown = value === undefined ? '' : String(value);
  const changed = ({ target }: Event): void => {
    const field = target as HTMLInputElement;
    const given = field.valueAsNumber;
    if (Number.isNaN(given)) {
      field.value = shown;
      return;
    }
    const within = Math.min(most, Math.max(1, Math.round(given)));
    field.value = String(within);
    act(within);
  };
  return html`<label>${name} <input type="number" inputmode="numeric" min="1" max=${most} .value=${shown} @change=${changed} /></label>`;
}
