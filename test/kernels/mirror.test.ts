// The plain kernels and those in AssemblyScript mirror each other: a file of scalar/ and the file of the same name in assembly/ hold
// the same kernels under the same names. Computed from what the plain files make and what the compiled module exports.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MATCHED_PAIRS } from '#src/functions/costs.js';
import type { Kernels } from '#src/kernels/kernels.js';

const folder = fileURLToPath(new URL('../../src/kernels', import.meta.url));
const compiled = fileURLToPath(new URL('../../dist/src/kernels/simd.wasm', import.meta.url));

/** The instance's own memory and tile are no kernels. */
const WITHOUT = ['setScratch', 'setTileRows'];

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const capital = (name: string): string => name[0].toUpperCase() + name.slice(1);

/** A kernel's name in the module: of a table's row the row's name, and what it does: `leaky-relu`, `forward` is leakyReluForward. */
function exportsOf(name: string, kernel: unknown): string[] {
  if (typeof kernel === 'function') return [name];
  return Object.entries(kernel as object).flatMap(([part, inner]) => {
    if (name === 'activations' || name === 'costs') return exportsOf(camelCase(part), inner);
    if (name === 'updates') return [`${camelCase(part)}Update`];
    if (name === 'sparseUpdates') return [`${camelCase(part)}SparseUpdate`];
    // Their gradient is a - y, one kernel for all of them.
    const pair = name === 'matched' && MATCHED_PAIRS.find(({ cost }) => cost === part);
    if (pair) return [camelCase(`${pair.output}-${pair.cost}-cost`), 'difference'];
    return [name + (part === 'value' ? 'Cost' : capital(part))];
  });
}

/** By file: the kernels that its function makes. */
async function plainKernels(): Promise<Map<string, string[]>> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const files = readdirSync(join(folder, 'scalar')).filter((file) => file !== 'index.ts');
  const kernels = files.map(async (file): Promise<[string, string[]]> => {
    const name = basename(file, '.ts');
    const module = (await import(`#src/kernels/scalar/${name}.js`)) as Record<string, unknown>;
    const make = module[`scalar${capital(name)}`] as (memory: WebAssembly.Memory) => Partial<Kernels>;
    const names = Object.entries(make(memory)).flatMap(([key, kernel]) => exportsOf(key, kernel));
    return [name, [...new Set(names)]];
  });
  return withoutUncommon(new Map(await Promise.all(kernels)));
}

/** By file: the functions in it that the compiled module exports. */
function assemblyKernels(): Map<string, string[]> {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(compiled))).map(({ name }) => name);
  const files = readdirSync(join(folder, 'assembly')).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const kernels = files.map((file): [string, string[]] => {
    const text = readFileSync(join(folder, 'assembly', file), 'utf8');
    const functions = [...text.matchAll(/^export function (\w+)/gm)].map((match) => match[1]);
    return [basename(file, '.ts'), functions.filter((name) => exported.includes(name))];
  });
  return withoutUncommon(new Map(kernels));
}

function withoutUncommon(kernels: Map<string, string[]>): Map<string, string[]> {
  const common = [...kernels].map(([file, names]): [string, string[]] => [file, names.filter((name) => !WITHOUT.includes(name)).sort()]);
  return new Map(common.filter(([, names]) => names.length > 0));
}

const plain = await plainKernels();
const assembly = assemblyKernels();

describe('the plain kernels and those in AssemblyScript', () => {
  test('stand in files of the same names', () => {
    expect([...plain.keys()].sort()).toEqual([...assembly.keys()].sort());
  });

  test.each([...plain.keys()])('%s: the same kernels on both sides', (file) => {
    expect(plain.get(file)).toEqual(assembly.get(file));
  });
});
