// Rules that a part of the page brings with it, added by its script: so the page's policy has nothing to allow for them.

export function addStyle(rules: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}

/** What the parts about one digit share: fields and buttons, and pictures of digits. Colours are those of the report's pages. */
export const DIGIT_STYLE = `
.row-fields { display: flex; flex-wrap: wrap; align-items: end; gap: 0.6rem 1rem; margin: 0.75rem 0; padding: 0; border: 0; min-width: 0; }
.row-fields legend { padding: 0; margin-bottom: 0.35rem; font-weight: 600; }
.row-fields label { display: grid; gap: 0.2rem; font-size: 0.9rem; color: var(--soft); min-width: 0; }
.row-fields button, .row-fields input, .row-fields select { font: inherit; min-height: 2.5rem; padding: 0.3rem 0.7rem; max-width: 100%; color: var(--ink); background: var(--band); border: 1px solid var(--soft); border-radius: 0.3rem; }
.row-fields input[type="number"] { width: 6rem; }
.row-fields button { cursor: pointer; }
.row-fields button:disabled { color: var(--soft); cursor: default; }
.row-fields :focus-visible, .pad:focus-visible, .pixels:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.pixels { position: relative; width: 100%; aspect-ratio: 1; border: 1px solid var(--soft); background: #000; }
.pixels canvas { display: block; width: 100%; height: 100%; image-rendering: pixelated; }
.pixels svg { position: absolute; inset: 0; min-width: 0; max-width: none; width: 100%; height: 100%; overflow: visible; pointer-events: none; }
`;
