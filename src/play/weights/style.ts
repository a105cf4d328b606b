// Rules of the panel of weights.

export const WEIGHTS_STYLE = `
.weights .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 2rem; align-items: start; }
.weights .sides > * { min-width: 0; }
.weights .tiles { border: 0; margin: 0; padding: 0; min-width: 0; }
.weights .tiles legend { color: var(--soft); font-size: 0.85rem; padding: 0 0 0.35rem; }
.weights .mosaic { position: relative; display: grid; grid-template-columns: repeat(var(--columns, auto-fill), var(--tile, 56px)); gap: var(--gap, 4px); margin: 3px; }
.weights .mosaic canvas { position: absolute; border: 0; }
.weights .mosaic label { position: relative; height: var(--tile, 56px); }
.weights .mosaic input { appearance: none; background: none; border: 0; position: absolute; inset: 0; min-height: 0; padding: 0; margin: 0; outline: 1px solid var(--soft); cursor: pointer; }
.weights .mosaic input:checked { outline: 3px solid var(--ink); outline-offset: -1px; }
.weights .mosaic input:focus-visible { outline: 3px solid var(--blue); outline-offset: 0; }
.weights .one h3 { margin-top: 0; }
@media (min-width: 48rem) { .weights .one { position: sticky; top: 1rem; } }
@media (max-width: 48rem) { .weights .tiles { max-height: 15rem; overflow-y: auto; } }
.weights .one h4 { font-size: 0.95rem; margin: 1rem 0 0.35rem; }
.weights .enlarged { width: min(100%, 17.5rem); height: auto; aspect-ratio: 1; }
.weights .onward { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0.15rem 1.5rem; white-space: nowrap; font-size: 0.9rem; }
.weights .onward li { display: grid; grid-template-columns: 5rem 72px 1fr; gap: 0.5rem; align-items: center; font-variant-numeric: tabular-nums; }
`;
