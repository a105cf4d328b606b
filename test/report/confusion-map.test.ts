// Classes that have names stand by their names on a page: beside the map and in it, in words, and in the tables; long ones are cut
// only where the drawing has no room.

import { expect, it } from 'vitest';
import { Tally } from '#src/inference/assessment.js';
import { specifyNetwork } from '#src/model/specification.js';
import { classTable, commonest, confusionMap, confusionTable } from '#src/report/charts/confusion-map.js';
import { mistakeTable } from '#src/report/charts/mistake-gallery.js';

const NAMES = ['setosa', 'versicolor', 'a class with a name that is far too long for a drawing'];

function assessed(names: readonly string[] | undefined) {
  const network = specifyNetwork({ layers: [1, 3], output: 'softmax', cost: 'log-likelihood' });
  const tally = new Tally(network, 3, { mistakes: 3, names });
  for (const [s, label] of [0, 1, 2].entries()) tally.add(s, [label], Float32Array.of(0.1, 0.2, 0.7));
  return tally.assessment;
}

it('names the classes everywhere', () => {
  const of = assessed(NAMES);
  expect(commonest(of)).toEqual([`setosa named ${NAMES[2]}: once`, `versicolor named ${NAMES[2]}: once`]);
  const map = confusionMap(of, 'iris', 'map').text;
  expect(map).toContain(`<title>setosa, named ${NAMES[2]}: 1 of 1</title>`);
  expect([...map.matchAll(/<text class="end"[^>]*>([^<]*)</g)].map(([, name]) => name)).toEqual(['setosa', 'versicolor', 'a class wit…']);
  for (const { text } of [classTable(of, 'iris'), confusionTable(of, 'iris'), mistakeTable({ ...of, split: 'test', data: 'iris.csv' }, 'iris')])
    for (const name of NAMES) expect(text).toContain(name);
});

it('numbers those without names', () => {
  expect(commonest(assessed(undefined))).toEqual(['0 named 2: once', '1 named 2: once']);
});
