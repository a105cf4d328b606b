// Where the four files of the full MNIST lie, if they are on this machine: NABLA_MNIST, else ../shared/mnist beside the
// repository. They are not part of the project: a test that needs them is skipped where they are missing.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needs } from './needs.js';

const folder = process.env.NABLA_MNIST || fileURLToPath(new URL('../../../shared/mnist', import.meta.url));

/** The folder of the full MNIST, or undefined where there is none. */
export const mnistFolder: string | undefined = ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'].some((name) =>
  existsSync(join(folder, name)),
)
  ? folder
  : undefined;

export const NEEDS_MNIST = needs(mnistFolder, 'the full MNIST is not here (NABLA_MNIST names its folder)');
