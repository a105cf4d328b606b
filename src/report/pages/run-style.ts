// Rules of the pages of runs, beside those that all pages have.

export const RUN_STYLE = `
html { scroll-padding-top: 0.5rem; }
html:has(.live) { scroll-padding-top: 8rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
a { color: var(--blue); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0.5rem 0; padding: 0; }
section > h2 { overflow-wrap: anywhere; }
ol, section > ul:not([class]) { padding-left: 1.5rem; max-width: 46rem; }
figure { margin: 0; min-width: 0; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; padding: 0.35rem 0; color: var(--blue); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem 2rem; margin: 0.75rem 0; }
.charts > * { min-width: 0; }
.charts > figure { align-self: end; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; list-style: none; margin: 0.5rem 0; padding: 0; font-size: 0.9rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; min-width: 0; }
.legend span { min-width: 0; }
svg.key { flex: none; display: block; width: 34px; min-width: 34px; height: 14px; }
figure .scroll svg { max-width: 29rem; }
svg .strip { fill: transparent; }
svg .strip:hover { fill: var(--ink); fill-opacity: 0.08; }
svg .frame { fill: none; stroke: var(--soft); }
svg .cell { text-anchor: middle; font-size: 12px; }
.prose th, .prose td { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 7rem; vertical-align: top; }
.notice { border: 1px solid var(--line); border-left: 4px solid var(--vermilion); background: var(--band); padding: 0.25rem 1rem; margin: 1rem 0; max-width: 46rem; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(4.9rem, 1fr)); gap: 0.75rem 0.5rem; list-style: none; margin: 0.75rem 0; padding: 0; }
.gallery img { display: block; width: 4.5rem; height: 4.5rem; margin: 0 auto 0.2rem; image-rendering: pixelated; border: 1px solid var(--soft); }
.gallery figcaption { text-align: center; font-size: 0.85rem; line-height: 1.3; }
.scale { display: flex; align-items: center; gap: 0.6rem; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.ramp { width: 12rem; height: 0.9rem; border: 1px solid var(--soft); background: linear-gradient(to right, #1c86c8, transparent, #e0641a); }
.live { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line); padding: 0.5rem 0; }
.live p { margin: 0.25rem 0; }
progress { width: 100%; height: 0.75rem; accent-color: var(--blue); }
`;
