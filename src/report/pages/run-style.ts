// Rules of the pages of runs, beside those that all pages have.

export const RUN_STYLE = `
html { scroll-padding-top: 0.5rem; }
main { max-width: 80rem; }
html:has(.live) { scroll-padding-top: 8rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
a { color: var(--blue); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0.5rem 0; padding: 0; }
section > h2 { overflow-wrap: anywhere; }
ol, section > ul:not([class]) { padding-left: 1.5rem; max-width: 46rem; }
figure { margin: 0; min-width: 0; }
figcaption strong { font-size: 1.02rem; }
figcaption span { color: var(--soft); font-size: 0.9rem; margin-left: 0.35rem; }
#outcome dl:not(.headline) { grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); }
#outcome dl:not(.headline) > :first-child { grid-column: span 2; }
#outcome { margin: 0.5rem 0 1.5rem; }
.headline { display: flex; flex-wrap: wrap; gap: 1rem 3.5rem; margin: 1.25rem 0 1rem; }
.headline div { display: flex; flex-direction: column-reverse; }
.headline dd { font-size: clamp(1.9rem, 1.3rem + 2.6vw, 3.1rem); font-weight: 650; line-height: 1.1; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.headline dt { font-size: 0.95rem; margin-top: 0.25rem; }
@media (max-width: 30rem) {
  .headline { flex-direction: column; gap: 0.5rem; }
  .headline div { display: grid; grid-template-columns: 1fr 10rem; direction: rtl; align-items: baseline; column-gap: 0.75rem; }
  .headline div > * { direction: ltr; text-align: left; margin: 0; }
}
.verdict { font-size: clamp(1.05rem, 1rem + 0.4vw, 1.3rem); line-height: 1.4; max-width: 54rem; margin: 1rem 0 1.75rem; }
.note { color: var(--soft); font-size: 0.9rem; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; padding: 0.35rem 0; color: var(--blue); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); column-gap: 2.5rem; margin: 1rem 0 0; }
.charts > * { min-width: 0; }
.charts > * { grid-row: span 3; margin-bottom: 1rem; }
.charts > figure { display: grid; grid-template-rows: subgrid; row-gap: 0; }
.charts.unit > figure:only-child { max-width: 40rem; }
.charts figcaption { grid-row: 1; }
.charts .legend { grid-row: 2; }
.charts figure > .scroll, .charts .bars { grid-row: 3; min-width: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; list-style: none; margin: 0.5rem 0; padding: 0; font-size: 0.9rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; min-width: 0; }
.legend span { min-width: 0; }
svg.key { flex: none; display: block; width: 34px; min-width: 34px; height: 14px; }
figure .scroll > svg { max-width: 30rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 30rem)); gap: 0.5rem 2.5rem; margin: 1rem 0; }
.beside > * { min-width: 0; }
.plot { min-width: 17rem; }
.plot svg { overflow: visible; min-width: 0; max-width: none; }
.plot path { vector-effect: non-scaling-stroke; }
svg .stroke { stroke-linejoin: round; }
svg .spots { fill: none; stroke: var(--series); stroke-width: 5; stroke-linecap: round; stroke-opacity: 0.8; }
svg .ideal { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 6 4; fill: none; }
svg .best { stroke: var(--ink); }
svg .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
svg .occasion { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 4; fill: none; }
.bars { list-style: none; margin: 0.75rem 0; padding: 0; display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.45rem 0.9rem; align-items: center; }
.bars li { display: contents; }
.bars .track { height: 1.35rem; background: var(--band); }
.bars .bar { display: block; height: 100%; min-width: 2px; background: var(--series); }
.bars .figure { font-variant-numeric: tabular-nums; text-align: right; }
.bars .blue { --series: var(--blue); }
.bars .vermilion { --series: var(--vermilion); }
.bars .green { --series: var(--green); }
svg .strip { fill: transparent; }
svg .strip:hover { fill: var(--ink); fill-opacity: 0.08; }
svg .frame { fill: none; stroke: var(--soft); }
svg .cell { text-anchor: middle; font-size: 12px; }
.prose th, .prose td { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 7rem; vertical-align: top; }
section > .fold { margin: 0; border-top: 1px solid var(--line); }
.fold > summary { padding: 0.7rem 0; }
.fold > summary h2 { display: inline; border: 0; margin: 0; padding: 0; font-size: 1.1rem; }
.fold[open] { padding-bottom: 1.5rem; }
.ranking th[scope="row"] { position: sticky; left: 0; background: var(--ground); text-align: left; white-space: normal; }
.ranking tr:nth-child(even) th[scope="row"] { background: var(--band); }
.ranking caption span { display: block; max-width: calc(100vw - 2rem); }
.ranking .who { display: flex; align-items: center; gap: 0.5rem; min-width: 13rem; max-width: 20rem; overflow-wrap: anywhere; }
.ranking .word { text-align: left; }
@media (max-width: 30rem) { .ranking .who { flex-direction: column; align-items: flex-start; gap: 0.15rem; min-width: 6.5rem; max-width: 9rem; } }
.notice { border: 1px solid var(--line); border-left: 4px solid var(--vermilion); background: var(--band); padding: 0.25rem 1rem; margin: 1rem 0; max-width: 46rem; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(4.9rem, 1fr)); gap: 0.75rem 0.5rem; list-style: none; margin: 0.75rem 0; padding: 0; }
.gallery img { display: block; width: 4.5rem; height: 4.5rem; margin: 0 auto 0.2rem; image-rendering: pixelated; border: 1px solid var(--soft); }
.gallery figcaption { text-align: center; font-size: 0.85rem; line-height: 1.3; }
.scale { display: flex; align-items: center; gap: 0.6rem; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.ramp { width: 12rem; height: 0.9rem; border: 1px solid var(--soft); background: linear-gradient(to right, #1c86c8, transparent, #e0641a); }
.live { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line); padding: 0.5rem 0; }
.live p { margin: 0.25rem 0; }
@media print { .live, .skip, nav { display: none; } figure, li, tr { break-inside: avoid; } h2 { break-after: avoid; } .bars .bar { print-color-adjust: exact; } }
progress { width: 100%; height: 0.75rem; accent-color: var(--blue); }
`;
