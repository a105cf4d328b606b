// Rules of the panel of a step.

export const STEP_STYLE = `
.step .row { display: flex; flex-wrap: wrap; gap: 0.35rem; border: 0; margin: 1rem 0 0.5rem; padding: 0; align-items: stretch; }
.step .row legend { color: var(--soft); font-size: 0.85rem; padding: 0 0 0.35rem; }
.step .row label { position: relative; display: flex; flex: 1 1 6.5rem; flex-direction: column; justify-content: center; border: 1px solid var(--soft); border-radius: 4px; padding: 0.35rem 0.6rem; cursor: pointer; background: var(--band); line-height: 1.25; }
.step .row label span { font-size: 0.8rem; color: var(--soft); }
.step .row input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.step .row label:has(:checked) { border-color: var(--ink); box-shadow: inset 0 -3px 0 var(--blue); font-weight: 600; }
.step .row label:has(:focus-visible) { outline: 2px solid var(--blue); outline-offset: 2px; }
.step .turn { display: flex; gap: 0.5rem; margin: 0.5rem 0; }
.step .stage { border-left: 3px solid var(--blue); padding: 0.1rem 0 0.1rem 1rem; margin: 0.75rem 0; }
.step .stage h3 { margin: 0 0 0.25rem; }
.step math { font-size: 1.2rem; margin: 0.35rem 0; }
.step .formulas { display: flex; flex-wrap: wrap; gap: 0.25rem 2.5rem; margin: 0.5rem 0; overflow-x: auto; }
.step .tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; align-items: start; }
.step .tables > * { min-width: 0; }
.step td button, .step th button { padding: 0 0.5rem; min-height: 1.6rem; font-variant-numeric: tabular-nums; }
.step tr.chosen > * { box-shadow: inset 0 2px 0 var(--blue), inset 0 -2px 0 var(--blue); }
.step .mark { border-bottom: 2px solid var(--vermilion); font-weight: 600; white-space: nowrap; text-align: left; }
.step .pictures { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; margin: 0.75rem 0; }
.step figure { margin: 0; flex: 0 1 10rem; min-width: 7.5rem; }
.step figcaption { font-size: 0.85rem; line-height: 1.35; color: var(--soft); }
.step figure canvas { width: calc(100% - 2px); height: auto; aspect-ratio: 1; }
.step .sample canvas { width: 5.6rem; height: 5.6rem; }
.step .sample { display: flex; gap: 1rem; align-items: center; }
@media (prefers-color-scheme: dark) { .step canvas.ink { filter: invert(1); } }
.step .found { list-style: none; padding: 0; margin: 0.5rem 0; display: grid; gap: 0.75rem; max-width: 56rem; }
.step .found li { border: 1px solid var(--line); border-left: 4px solid var(--line); background: var(--band); padding: 0.5rem 0.9rem; }
.step .found li.is { border-left-color: var(--vermilion); }
.step .found p { margin: 0.25rem 0; }
.step .found h4 { margin: 0; font-size: 1rem; }
.step .costs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); gap: 0.5rem 1.5rem; margin: 0.75rem 0; }
.step .costs dd { font-variant-numeric: tabular-nums; font-size: 1.15rem; }
@media (max-width: 30rem) { .step .stage { padding-left: 0.6rem; } .step .pictures { gap: 0.75rem; } .step td, .step th { padding: 0.25rem 0.3rem; font-size: 0.85rem; } .step table .play-bar { width: 40px; } }
`;
