// How the part with the pad looks: the pad, the outputs and what the network is given beside each other where there is room, in this order below each
// other where there is not: on a telephone pad and outputs are seen at once.

export const STYLE = `
.digit .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem 2rem; margin: 1rem 0; align-items: start; }
.digit .sides > * { min-width: 0; }
.digit h3 { margin-top: 0; }
.digit .pad { width: 100%; min-width: 0; max-width: 20rem; aspect-ratio: 1; border: 2px solid var(--soft); background: var(--band); touch-action: none; cursor: crosshair; user-select: none; -webkit-user-select: none; }
.digit .ink { fill: none; stroke: var(--ink); stroke-linecap: round; stroke-linejoin: round; }
.digit .pen { display: none; fill: var(--ground); stroke: var(--blue); stroke-width: 1; }
.digit .pen.down { fill: var(--blue); }
.digit .pad:focus-visible .pen { display: inline; }
.digit .given { max-width: 9rem; }
.digit .name { font-weight: 400; }
.digit .bar { --series: var(--soft); min-width: 0; }
.digit .foremost .bar { --series: var(--blue); }
.digit .foremost .name, .digit .foremost .figure { font-weight: 700; }
.digit .figure { min-width: 3.5rem; }
.digit .likely { font-size: 1.1rem; min-height: 3em; margin: 0 0 0.5rem; }
.digit .bars { margin: 0; gap: 0.3rem 0.9rem; }
.digit .track { height: 1.1rem; }
`;
