// Builds the three kernel modules with the AssemblyScript compiler, unless they are newer than their sources. Plain
// JavaScript, because it runs before anything is compiled: `npm run build` calls it.

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../../../dist/src/kernels/', import.meta.url));
const compiler = fileURLToPath(new URL('../../../node_modules/assemblyscript/bin/asc.js', import.meta.url));

const newest = Math.max(...readdirSync(here).map((name) => statSync(here + name).mtimeMs));

/** @param {string} target */
function isFresh(target) {
  const stat = statSync(`${out}${target}.wasm`, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs > newest;
}

/**
 * What the compiler says is shown when it fails. When it does not fail, its only message is a remark that its optimiser could go on for ever.
 * @param {string} target
 */
function build(target) {
  return new Promise((resolve) => {
    const stdio = /** @type {const} */ (['ignore', 'inherit', 'pipe']);
    const child = spawn(process.execPath, [compiler, '--config', `${here}asconfig.json`, '--target', target], { stdio });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(said);
      resolve(code);
    });
  });
}

mkdirSync(out, { recursive: true });
const stale = ['simd', 'relaxed', 'wide'].filter((target) => !isFresh(target));
const codes = await Promise.all(stale.map(build));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
