// Node's permission model, where a process runs under it (`node --permission`): whether something is allowed, and what allows it.

type Scope = 'fs.read' | 'worker';

/** The flag that allows it, and what it is. */
const FLAGS: Readonly<Record<Scope, readonly [what: string, flag: (reference: string) => string]>> = {
  'fs.read': ['reading it', (reference) => `--allow-fs-read=${reference}`],
  worker: ['worker threads', () => '--allow-worker'],
};

/** Why something is not allowed, and what to do, as a sentence; undefined where it is. Without the permission model all is. */
export function forbidden(scope: Scope, reference?: string): string | undefined {
  const permission = process.permission as NodeJS.Process['permission'] | undefined;
  if (!permission || permission.has(scope, reference)) return undefined;
  const [what, flag] = FLAGS[scope];
  return `Node's permission model forbids ${what}. Start Node with ${flag(reference ?? '*')} as well.`;
}
