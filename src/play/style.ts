// Rules of the page beside those of the reports' pages, whose colours and charts it has.

export const PLAY_STYLE = `
button, input, select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: 0.3rem; padding: 0.35rem 0.6rem; min-width: 0; }
button { cursor: pointer; background: var(--band); }
button:disabled { opacity: 0.55; cursor: default; }
button.main { background: var(--blue); border-color: var(--blue); color: var(--ground); font-weight: 600; }
button:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1rem 0; }
.choices { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.5rem 0; padding: 0; border: 0; }
.choices legend { padding: 0; margin-bottom: 0.35rem; color: var(--soft); font-size: 0.9rem; }
.choices button[aria-pressed="true"] { border-color: var(--blue); box-shadow: inset 0 -3px 0 var(--blue); }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: 0.75rem 1rem; margin: 1rem 0; }
.fields label { display: grid; gap: 0.2rem; font-size: 0.9rem; color: var(--soft); }
.fields input, .fields select { width: 100%; color: var(--ink); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); margin: 0.5rem 0; min-height: 3.4rem; }
.figures dd { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.command { display: block; overflow-x: auto; white-space: pre; padding: 0.6rem 0.8rem; background: var(--band); border: 1px solid var(--line); font-size: 0.9rem; }
.state { min-height: 1.5em; }
#panels :is(thead th:first-child, tbody th) { text-align: left; white-space: normal; min-width: 9rem; }
.charts > div { display: contents; }
.charts > div > figure { grid-row: span 3; margin-bottom: 1rem; min-width: 0; display: grid; grid-template-rows: subgrid; row-gap: 0; }
@media screen { #panels > section { content-visibility: auto; contain-intrinsic-size: auto 50rem; overflow-clip-margin: 0.5rem; } }
section > h2:first-child { scroll-margin-top: 0.5rem; }
`;
