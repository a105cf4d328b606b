// The README's program, run as it stands: it must be short, train, and print what the README says.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the library example runs in at most 15 lines', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const program = /```js\n(import [\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(program).toContain("from 'nabla'");
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(15);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'nabla'));
    writeFileSync(join(folder, 'example.mjs'), program);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, timeout: 50_000 });
    expect(stderr).toBe('');
    const accuracy = Number(/([\d.]+) %/.exec(stdout.trim().split('\n').at(-1) ?? '')?.[1]);
    expect(accuracy).toBeGreaterThan(85);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
