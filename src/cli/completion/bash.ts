// Completion for bash 3.2 and later, as a script that needs nothing else: no package of completions, and no start of Node.

import type { CompletableCommand, Values } from './completable.js';
import { quoted } from './quoted.js';

export function bashScript(program: string, commands: readonly CompletableCommand[]): string {
  const branches = commands.flatMap((command) => [
    `    ${command.name})`,
    `      options=${quoted(command.options.flatMap(({ flags }) => flags).join(' '))}`,
    '      case $prev in',
    ...byReply(command).map(([words, flags]) => `        ${flags.join('|')}) ${words}; return ;;`),
    '      esac',
    `      if [[ $cur != -* ]]; then ${reply(command.values ?? { names: [] })}; return; fi`,
    '      ;;',
  ]);
  return `# ${program} in bash: source <(${program} complete bash)

# Names, of which $1 separates those that have been typed from the one at hand; it is empty where one alone may stand.
_${program}_names() {
  local before= word
  if [[ -n $1 && $cur == *"$1"* ]]; then before="\${cur%"$1"*}$1"; fi
  shift
  for word in "$@"; do
    if [[ $before$word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
  done
}

_${program}_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
}

_${program}_runs() {
  local path
  compopt -o filenames 2>/dev/null
  for path in runs/*/; do
    path="\${path%/}"
    if [[ -d $path && $path == "$cur"* ]]; then COMPREPLY+=("$path"); fi
  done
  if (( \${#COMPREPLY[@]} == 0 )); then _${program}_paths -f; fi
}

_${program}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" options=
  COMPREPLY=()
  # bash takes --option=value apart.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  if (( COMP_CWORD == 1 )); then
    _${program}_names '' ${commands.map(({ name }) => name).join(' ')} --help --version
    return
  fi
  case \${COMP_WORDS[1]} in
${branches.join('\n')}
  esac
  _${program}_names '' $options
}

complete -F _${program} ${program}
`;

  /** What is replied after which options. */
  function byReply({ options }: CompletableCommand): [words: string, flags: string[]][] {
    const replies = new Map<string, string[]>();
    for (const { flags, values } of options) {
      if (values) replies.set(reply(values), [...(replies.get(reply(values)) ?? []), ...flags]);
    }
    return [...replies];
  }

  function reply({ names, list, paths }: Values): string {
    const parts = [
      ...(names.length > 0 ? [`_${program}_names ${list ? ',' : "''"} ${names.map(quoted).join(' ')}`] : []),
      ...(paths === 'runs' ? [`_${program}_runs`] : []),
      ...(paths === 'files' ? [`_${program}_paths -f`] : []),
      ...(paths === 'folders' ? [`_${program}_paths -d`] : []),
    ];
    return parts.length === 0 ? ':' : parts.join('; ');
  }
}
