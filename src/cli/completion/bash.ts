// Completion for bash 3.2 and later, as a script that needs nothing else: no package of completions, and no start of Node.

import { type CompletableCommand, flagsWithValue, type Values, wordsIn } from './completable.js';
import { quoted } from './quoted.js';

/** @param called the command as it is typed here, for what the script says of itself */
export function bashScript(program: string, commands: readonly CompletableCommand[], called = program): string {
  const branches = commands.flatMap((command) => [
    `    ${quoted(command.name)})`,
    `      options=${quoted(command.options.flatMap(({ flags }) => flags).join(' '))}`,
    '      case $prev in',
    ...byReply(command).map(([words, flags]) => `        ${flags.join('|')}) ${words}; return ;;`),
    '      esac',
    '      if [[ $cur != -* ]]; then',
    ...argumentLines(command).map((line) => `        ${line}`),
    '        return',
    '      fi',
    '      ;;',
  ]);
  const within = commands.flatMap((one) => (wordsIn(one).length > 1 ? quoted(one.name) : []));
  return `# ${program} in bash, also behind npx: source <(${called} complete bash)

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
    # The network of its best epoch, where an @ has been typed.
    if [[ $cur == *@* && -f $path/checkpoints/best.safetensors && $path@best == "$cur"* ]]; then COMPREPLY+=("$path@best"); fi
  done
  if (( \${#COMPREPLY[@]} == 0 )); then _${program}_paths -f; fi
}

# Counts the arguments between the command and the word at hand into $place; $1 has the options that a value follows.
_${program}_count() {
  local i word
  place=0
  for (( i = first; i < COMP_CWORD; i++ )); do
    word="\${COMP_WORDS[i]}"
    if [[ $word == @ ]]; then i=$(( i + 1 ))
    elif [[ $word != -?* ]]; then place=$(( place + 1 ))
    elif [[ \${COMP_WORDS[i + 1]} == = ]]; then i=$(( i + 2 ))
    elif [[ " $1 " == *" $word "* ]]; then i=$(( i + 1 ))
    fi
  done
}

_${program}() {
  local place cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" options= command="\${COMP_WORDS[1]}" first=2
  COMPREPLY=()
  # bash takes --option=value apart.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  # And RUN@best.
  if [[ $cur == @ || $prev == @ ]]; then
    if [[ $cur == @ ]]; then cur=; fi
    _${program}_names '' best
    return
  fi
  if (( COMP_CWORD == 1 )); then
    _${program}_names '' ${commands.flatMap((one) => (wordsIn(one).length === 1 ? one.name : [])).join(' ')} --help --version
    return
  fi
  # A command within another one.
  if (( COMP_CWORD > 2 )); then
    case "$command \${COMP_WORDS[2]}" in
${within.map((name) => `      ${name}) command+=" \${COMP_WORDS[2]}" first=3 ;;`).join('\n')}
    esac
  fi
  case $command in
${branches.join('\n')}
  esac
  _${program}_names '' $options
}

complete -F _${program} ${program}

# Behind npx the words begin with its own: npx [options] ${program} …; what is not of ${program} is left to what completed npx before.
_${program}_npx() {
  local k=1 words=("\${COMP_WORDS[@]}") word=$COMP_CWORD
  while (( k < word )) && [[ \${words[k]} == -* ]]; do k=$(( k + 1 )); done
  if (( k < word )) && [[ \${words[k]} == ${program} ]]; then
    compopt +o default +o bashdefault 2>/dev/null
    local COMP_WORDS=("\${words[@]:k}") COMP_CWORD=$(( word - k ))
    _${program}
  elif (( k == word )) && [[ \${words[k]} == ?* && ${program} == "\${words[k]}"* ]]; then COMPREPLY=(${program})
  elif [[ -n $_${program}_npx_before ]]; then "$_${program}_npx_before" "$@"
  else COMPREPLY=()
  fi
}

_${program}_npx_before=
if [[ $(complete -p npx 2>/dev/null) =~ \\ -F\\ ([^\\ ]+) && \${BASH_REMATCH[1]} != _${program}_npx ]]; then _${program}_npx_before=\${BASH_REMATCH[1]}; fi
complete -o default -o bashdefault -F _${program}_npx npx
`;

  /** What is replied for an argument, by how many stand before it. */
  function argumentLines(command: CompletableCommand): string[] {
    if (command.arguments.length === 0) return [];
    const branches = command.arguments.map(({ values, again }, place) => `  ${again ? '*' : place}) ${reply(values)} ;;`);
    return [`_${program}_count ${quoted(flagsWithValue(command).join(' '))}`, 'case $place in', ...branches, 'esac'];
  }

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
