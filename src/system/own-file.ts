// The files of this package that are read while it runs, instead of being imported: the worker that each thread loads, the compiled
// kernels, package.json. What puts all imports into one file, a bundler, leaves them behind, and then the place where they should be is
// wrong as well; so whoever reads one asks here, and whoever has bundled the package hears of that.

import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asError, NablaError } from '../errors.js';
import { forbidden } from './permission.js';

/** This file from the package's folder, once compiled. */
const HERE = 'dist/src/system/own-file.js';
/** Its address; that of a bundle, if it has any, where it was bundled. */
const here: string | undefined = import.meta.url;

/**
 * The URL of a file that comes with the package.
 * @param path from the package's folder: 'dist/workers/gradient.js'
 * @throws {NablaError} INCOMPLETE where it is not there or may not be read, with its path and what to do
 */
export function ownFile(path: string): URL {
  if (!here?.endsWith('/own-file.js')) {
    throw unreadable(
      path,
      "a bundler has packed nabla's code without its files. Mark 'nabla' as external there, and install it where the bundle runs.",
    );
  }
  const url = new URL(`${'../'.repeat(HERE.split('/').length - 1)}${path}`, here);
  const place = fileURLToPath(url);
  const permission = forbidden('fs.read', place);
  if (permission !== undefined) throw unreadable(place, permission);
  try {
    accessSync(place, constants.R_OK);
  } catch (error) {
    const why = asError(error).message.split(',')[0];
    throw unreadable(place, `${why}. Install nabla again, or in a checkout build it: npm run build.`);
  }
  return url;
}

function unreadable(file: string, why: string): NablaError {
  return new NablaError('INCOMPLETE', `${file}, a file of nabla's own, cannot be read: ${why}`);
}
