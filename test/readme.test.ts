// The README's program, run as it stands: it must be short, train, and print what the README says.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { train } from '#src/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The programs of the README, each to the end of its code block. */
function programs(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/```js\n(import [\s\S]*?)```/g)].map((match) => match[1]);
}

async function run(program: string): Promise<string> {
  expect(program).toContain("from 'nabla'");
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(15);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'nabla'));
    writeFileSync(join(folder, 'example.mjs'), program);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, timeout: 50_000 });
    expect(stderr).toBe('');
    return stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the library example runs in at most 15 lines', async () => {
  const accuracy = Number(/([\d.]+) %/.exec((await run(programs()[0])).split('\n').at(-1) ?? '')?.[1]);
  expect(accuracy).toBeGreaterThan(85);
});

test('so does the regression, and it learns the sine', async () => {
  const [, is, says, cost] = /is ([\d.]+), the network says ([\d.]+); test cost ([\d.]+)/.exec(await run(programs()[1])) ?? [];
  expect(Math.abs(Number(is) - Number(says))).toBeLessThan(0.05);
  expect(Number(cost)).toBeLessThan(0.002);
});

test('the module with functions of one’s own trains', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, name, text] = /```js\n\/\/ ([\w.]+), for: [^\n]*\n([\s\S]*?)```/.exec(readme) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'nabla-readme-'));
  try {
    writeFileSync(join(folder, name), text);
    const { testAccuracy } = await train({ functions: join(folder, name), activation: 'arctan', epochs: 2 });
    expect(testAccuracy).toBeGreaterThan(0.85);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
