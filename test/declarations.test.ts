// The declarations of the library in a project that has no types of Node and checks all that it imports, in every way that the
// compiler finds modules.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from './support/idx-folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `import { type Training, train as trainInPage } from 'nabla/browser';
import { type Answer, type Dataset, type DatasetLike, datasetFrom, loadModel, type TrainEvent, train } from 'nabla';

const page: Training = trainInPage({ data: { inputs: 2, classes: 2, training: { values: [0, 1], labels: [1] } }, epochs: 2 });
page.stop();
// @ts-expect-error A page has no folders.
trainInPage({ data: { inputs: 2, training: { values: [0, 1], labels: [1] } }, run: 'run' });
const sum: number[] = (await page.ended).predict([0, 1]);
const data: Dataset = datasetFrom({ inputs: [[0, 1], Float64Array.of(1, 0)], labels: ['a', 'b'] });
const own: DatasetLike = { inputs: 2, classes: 2, training: { values: [[0, 1]], labels: [1] } };
const onEvent = (event: TrainEvent) => (event.event === 'epoch' && event.epoch > 3 ? 'stop' : undefined);
const result = await train({ data, layers: [2, 2], onEvent, signal: new AbortController().signal });
await train({ data: own, onEvent: (event) => console.log(event.event) });
const model = await loadModel('run');
const one: Answer = model.predict([0, 1]);
const many: Answer[] = model.predict([[0, 1], Uint8Array.of(1, 0)]);
const outputs: number[] = result.predict(Float32Array.of(0, 1));
// @ts-expect-error No text is a sample.
model.predict('01');
export { many, one, outputs, sum };
`;

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'nabla'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
});

/** What the compiler complains of. */
async function compiled(module: string, moduleResolution: string): Promise<string> {
  const name = `tsconfig.${moduleResolution}.json`;
  const compilerOptions = { module, moduleResolution, target: 'es2022', types: [], strict: true, skipLibCheck: false, noEmit: true };
  writeFileSync(join(folder, name), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', name], { cwd: folder }).catch((error) => error);
  return stdout;
}

it('compile as Node finds them', async () => expect(await compiled('node16', 'node16')).toBe(''));
it('compile as a bundler finds them', { tags: ['slow'] }, async () => expect(await compiled('esnext', 'bundler')).toBe(''));

it('older resolution finds the same files', () => {
  const { main, types, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect([main, types]).toEqual([exports['.'].default, exports['.'].types]);
});
