// `nabla play`: the page in which the trainer runs in a browser, served on this machine until Ctrl-C, or written for static hosting.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { checkInteger } from '../../check.js';
import { asError, NablaError, wrongValue } from '../../errors.js';
import { checkFolder, makeFolder, namesIn } from '../../system/folders.js';
import { count, plural } from '../../text.js';
import { openWindow } from '../browser-window.js';
import { numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { LocalServer } from '../local-server.js';
import { PAGE, PlayFiles } from '../play-files.js';
import { filesOfRun } from '../play-run.js';

interface Flags {
  readonly port?: number;
  readonly open: boolean;
  readonly out?: string;
}

export function playCommand(): Command {
  return new Command('play')
    .description('Open a page in which a network is trained in the browser, on all of its cores, and can be looked into while it learns.')
    .addArgument(new Argument('[run]', "a saved network of the digits to begin with: the folder of a run, RUN@best, or a file in the book's JSON"))
    .addOption(numberOption('--port', 'port of the page on this machine (default: any that is free)'))
    .addOption(new Option('--no-open', 'say the address, and open no browser'))
    .addOption(new Option('--out <folder>', 'write the page into a new or empty folder, for any web server, and serve nothing'))
    .action(play);
}

async function play(path: string | undefined, { port, open, out }: Flags): Promise<void> {
  const checkedPort = port === undefined ? 0 : checkInteger('port', port, 1, 65_535);
  if (out !== undefined && port !== undefined) throw wrongValue('port', 'none beside --out, which serves nothing', port);
  if (out !== undefined) checkFolder('out', out);
  const files = new PlayFiles(path === undefined ? undefined : await filesOfRun(path));
  if (out === undefined) await serve(files, checkedPort, open);
  else writePage(files, out);
}

async function serve(files: PlayFiles, port: number, opens: boolean): Promise<void> {
  const server = await LocalServer.open(port, 'port', (path, response) => {
    const name = path === '' ? PAGE : path;
    if (!files.names.includes(name)) return false;
    const content = files.content(name);
    response.writeHead(200, { ...files.headers(name), 'Content-Length': content.length }).end(content);
    return true;
  });
  const { signal, release } = onInterrupt();
  process.stdout.write(`play      ${server.url}\nCtrl-C ends it.\n`);
  if (opens) openWindow(server.url);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  server.close();
  release();
}

function writePage(files: PlayFiles, folder: string): void {
  const other = namesIn(folder).find((name) => !files.names.includes(name));
  if (other !== undefined) throw wrongValue('out', 'a new or an empty folder', folder, `There is ${other} in it.`);
  let bytes = 0;
  try {
    makeFolder(folder);
    for (const name of files.names) {
      const content = files.content(name);
      writeFileSync(join(folder, name), content);
      bytes += content.length;
    }
  } catch (error) {
    throw new NablaError('NOT_SAVED', `The page cannot be written to ${folder}: ${asError(error).message}`);
  }
  process.stdout.write(`${folder}: ${plural(files.names.length, 'file')}, ${count(Math.ceil(bytes / 1024))} kB\n`);
}
