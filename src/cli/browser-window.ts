// Opens a page in the browser of whoever sits here, where there is one: a screen, and a program that knows the browser.

import { spawn } from 'node:child_process';
import type { Environment } from './terminal.js';

/** What opens an address, by system, with what comes before it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['xdg-open'],
  darwin: ['open'],
  // `start` takes the first text in quotes for a title.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Whether a window can be seen from here: not over ssh, not in CI, not where Linux has no display. */
export function haveScreen(environment: Environment = process.env, system: NodeJS.Platform = process.platform): boolean {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = environment;
  if (CI || SSH_CONNECTION) return false;
  return system !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Asks the system to open an address. Where it cannot, whoever reads the address opens it. */
export function openWindow(url: string): void {
  const [command, ...before] = OPENERS[process.platform] ?? [];
  if (command === undefined || !haveScreen()) return;
  const opener = spawn(command, [...before, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}
