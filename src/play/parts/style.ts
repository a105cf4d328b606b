// Rules that panels share, beside those of all pages, and how a panel brings its own: as a style sheet of the document, which the page's policy needs not
// allow. Colours are those of the report's pages.

const SHARED = `
.play-controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: end; margin: 0.75rem 0; padding: 0; border: 0; min-width: 0; }
.play-controls fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.play-controls legend, .play-controls label > span { display: block; padding: 0; color: var(--soft); font-size: 0.85rem; }
.play-controls label { min-width: 0; }
.play-controls > label { display: grid; gap: 0.2rem; color: var(--soft); font-size: 0.9rem; }
.play-controls > label > :is(input, select) { color: var(--ink); }
.play-panel select, .play-panel button, .play-panel input { font: inherit; color: inherit; }
.play-panel select, .play-panel button, .play-panel input[type="number"] {
  background: var(--band); border: 1px solid var(--soft); border-radius: 4px; padding: 0.25rem 0.6rem; min-height: 2rem; max-width: 100%;
}
.play-panel input[type="number"] { width: 6.5rem; }
.play-panel button:not(:disabled) { cursor: pointer; }
.play-panel button:disabled { color: var(--soft); border-color: var(--line); }
.play-panel input[type="radio"] { accent-color: var(--blue); }
.play-panel :is(button, select, input, .pad, .pixels):focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.play-bar { display: inline-block; min-width: 0; width: 72px; vertical-align: middle; }
.play-bar path { stroke: var(--soft); fill: none; }
.play-bar .negative { fill: var(--blue); }
.play-bar .positive { fill: var(--vermilion); }
.play-panel .unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.play-panel canvas { image-rendering: pixelated; display: block; border: 1px solid var(--soft); box-sizing: content-box; }
.play-panel .pixels { position: relative; width: 100%; aspect-ratio: 1; border: 1px solid var(--soft); background: #000; }
.play-panel .pixels canvas { width: 100%; height: 100%; border: 0; }
.play-panel .pixels svg { position: absolute; inset: 0; min-width: 0; max-width: none; width: 100%; height: 100%; overflow: visible; pointer-events: none; }
.play-panel .note { color: var(--soft); font-size: 0.9rem; }
.play-panel .scroll { position: relative; }
.play-scale { display: flex; align-items: center; gap: 0.6rem; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.play-ramp { width: 9rem; height: 0.9rem; border: 1px solid var(--soft); background: linear-gradient(to right, #1c86c8, transparent, #e0641a); }
`;

const brought = new Set<string>();

/** Adds rules to the document, each text once. */
export function bringStyle(...texts: readonly string[]): void {
  for (const text of [SHARED, ...texts]) {
    if (brought.has(text)) continue;
    brought.add(text);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets.push(sheet);
  }
}
