// How the part with the paths looks. The frame around a pixel stands on a picture that is black in light and dark pages alike.

export const STYLE = `
.paths .choice { display: grid; grid-template-columns: minmax(9rem, 14rem) minmax(0, 1fr); gap: 0.5rem 1.5rem; align-items: start; }
@media (max-width: 36rem) { .paths .choice { grid-template-columns: minmax(0, 1fr); } .paths .pixels { max-width: 14rem; } }
.paths .pixels { cursor: crosshair; }
.paths .marker { fill: none; stroke: #ff8a4c; stroke-width: 0.5; }
.paths .marker.below { stroke: #000; stroke-width: 0.9; }
.paths .three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.paths .three dd { font-size: 1.2rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.paths .agrees::before { content: "✓ "; color: var(--green); font-weight: 700; }
.paths .differs::before { content: "! "; color: var(--vermilion); font-weight: 700; }
.paths svg .route { fill: none; stroke-linejoin: round; stroke-linecap: butt; }
.paths svg .raises { stroke: var(--blue); }
.paths svg .lowers { stroke: var(--vermilion); stroke-dasharray: 9 3; }
.paths svg .neuron { fill: var(--ground); stroke: var(--ink); stroke-width: 1.5; }
.paths svg .small { font-size: 12px; }
.paths thead th:first-child, .paths tbody th { text-align: left; }
.paths .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0.5rem 2.5rem; }
.paths .columns > * { min-width: 0; }
.paths .drawing { max-width: 44rem; }
.paths input[type="range"] { width: min(100%, 30rem); padding: 0; accent-color: var(--blue); }
.paths .move { flex: 0 1 30rem; }
.paths .moved { min-height: 3em; }
`;
