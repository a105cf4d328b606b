// Hooks of Node's module loader that keep a list: of every module that is asked for, its address is added to the file MODULES.

import { appendFileSync } from 'node:fs';

export async function load(url, context, next) {
  appendFileSync(process.env.MODULES, `${url}\n`);
  return next(url, context);
}
