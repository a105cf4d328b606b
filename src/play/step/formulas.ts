// The book's formulas as MathML, which browsers draw themselves: those of a forward pass, the four equations of backpropagation, and the update.

import { html, mathml, type TemplateResult } from 'lit-html';

type Piece = TemplateResult<3>;

const i = (name: string): Piece => mathml`<mi>${name}</mi>`;
const o = (sign: string): Piece => mathml`<mo>${sign}</mo>`;
const n = (text: string): Piece => mathml`<mn>${text}</mn>`;
const row = (...pieces: readonly Piece[]): Piece => mathml`<mrow>${pieces}</mrow>`;
const up = (base: Piece, above: Piece): Piece => mathml`<msup>${base}${above}</msup>`;
const down = (base: Piece, below: Piece): Piece => mathml`<msub>${base}${below}</msub>`;
const both = (base: Piece, below: Piece, above: Piece): Piece => mathml`<msubsup>${base}${below}${above}</msubsup>`;
const over = (above: Piece, below: Piece): Piece => mathml`<mfrac>${above}${below}</mfrac>`;

const [l, L, j, k] = [i('l'), i('L'), i('j'), i('k')];
const next = row(l, o('+'), n('1'));
const before = row(l, o('−'), n('1'));
const delta = i('δ');
const slope = (layer: Piece): Piece => row(up(i('σ'), o('′')), o('('), up(i('z'), layer), o(')'));
const slopeOf = (what: Piece): Piece => over(row(o('∂'), i('C')), row(o('∂'), what));

const formula = (...pieces: readonly Piece[]): TemplateResult => html`<math display="block">${row(...pieces)}</math>`;

export const FORMULAS = {
  z: formula(up(i('z'), l), o('='), up(i('w'), l), up(i('a'), before), o('+'), up(i('b'), l)),
  a: formula(up(i('a'), l), o('='), i('σ'), o('('), up(i('z'), l), o(')')),
  BP1: formula(up(delta, L), o('='), down(o('∇'), i('a')), i('C'), o('⊙'), slope(L)),
  matched: formula(up(delta, L), o('='), up(i('a'), L), o('−'), i('y')),
  BP2: formula(up(delta, l), o('='), o('('), up(row(o('('), up(i('w'), next), o(')')), i('T')), up(delta, next), o(')'), o('⊙'), slope(l)),
  BP3: formula(slopeOf(both(i('b'), j, l)), o('='), both(delta, j, l)),
  BP4: formula(slopeOf(both(i('w'), row(j, k), l)), o('='), both(i('a'), k, before), both(delta, j, l)),
  w: formula(
    i('w'),
    o('→'),
    i('w'),
    o('−'),
    over(i('η'), i('m')),
    down(o('∑'), i('x')),
    over(row(o('∂'), down(i('C'), i('x'))), row(o('∂'), i('w'))),
  ),
  b: formula(
    i('b'),
    o('→'),
    i('b'),
    o('−'),
    over(i('η'), i('m')),
    down(o('∑'), i('x')),
    over(row(o('∂'), down(i('C'), i('x'))), row(o('∂'), i('b'))),
  ),
  decay: formula(i('w'), o('→'), o('('), n('1'), o('−'), over(row(i('η'), i('λ')), i('n')), o(')'), i('w'), o('−'), i('…')),
};
