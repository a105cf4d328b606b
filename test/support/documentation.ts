// What the READMEs hold that can be wrong: links, headings, code blocks, command lines. Only reading; documentation.test.ts judges.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Block {
  /** What stands after the three back-ticks: 'sh', 'js', … */
  readonly language: string;
  readonly text: string;
}

export interface Document {
  /** Its path from the project's folder. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Targets of links and pictures outside the code. */
  readonly links: readonly string[];
  /** What GitHub makes of its headings, for links such as '#how-to-add'. */
  readonly anchors: readonly string[];
  /** The pieces of `code` within its lines. */
  readonly inline: readonly string[];
}

const BLOCK = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Every README.md of the project. */
export function readDocuments(root: string): Document[] {
  const below = ['src', 'workers', 'test', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return ['README.md', ...below.filter((name) => /(^|\/)README\.md$/.test(name))].map((path) =>
    documentOf(path, readFileSync(join(root, path), 'utf8')),
  );
}

export function documentOf(path: string, text: string): Document {
  const prose = text.replace(BLOCK, '');
  const plain = prose.replace(/`[^`\n]*`/g, '``');
  return {
    path,
    text,
    blocks: [...text.matchAll(BLOCK)].map(([, language, content]) => ({ language, text: content })),
    links: [...plain.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map((match) => match[1] ?? match[2]),
    anchors: anchorsOf(prose),
    inline: [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]),
  };
}

/** GitHub's: lower case, without punctuation, hyphens for spaces; a second one alike gets a number. */
function anchorsOf(prose: string): string[] {
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Command lines of `nabla` in a piece of code, each as its words after `nabla`. What follows a '#' is a comment, and '|' ends a command. */
export function nablaLines(code: string): string[][] {
  return code
    .split('\n')
    .map((line) => line.replace(/(^|\s)#(\s.*)?$/, ''))
    .flatMap((line) => [...line.matchAll(/(?:^|[\s(])nabla ([a-z-][^|)]*)/g)].map((match) => match[1].trim().split(/\s+/).map(unquoted)));
}

/** A word as a shell passes it on. */
const unquoted = (word: string): string => word.replace(/^"(.*)"$/, '$1');

/** Scripts that `npm run X`, `npm start` and `npm test` call. */
export function npmScripts(code: string): string[] {
  return [...code.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2]);
}
