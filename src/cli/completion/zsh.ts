// Completion for zsh, with descriptions: a script to be sourced, or kept as _nabla in a folder of $fpath.

import { type CompletableCommand, type CompletableOption, type Values, wordsIn } from './completable.js';
import { quoted } from './quoted.js';

/** @param called the command as it is typed here, for what the script says of itself */
export function zshScript(program: string, commands: readonly CompletableCommand[], called = program): string {
  const branches = commands.flatMap((command) => [
    `    ${quoted(command.name)})`,
    `      _arguments ${[...command.options.flatMap(specs), ...argumentSpecs(command)].map(quoted).join(' \\\n        ')}`,
    '      ;;',
  ]);
  const described = commands.filter((one) => wordsIn(one).length === 1).map(({ name, description }) => quoted(`${name}:${description}`));
  const within = commands.flatMap((one) => (wordsIn(one).length > 1 ? quoted(one.name) : []));
  return `#compdef ${program}
# ${program} in zsh, also behind npx: source <(${called} complete zsh), after compinit

_${program}_list() { compset -P '*,'; compadd -S '' -- "$@" }

_${program}_runs() {
  local -a runs=(runs/*(N/)) best=(runs/*/checkpoints/best.safetensors(N:h:h))
  # The network of the best epoch, where an @ has been typed.
  if [[ $PREFIX == *@* ]]; then runs=(\${^best}@best); fi
  compadd -a -- runs || _files
}

_${program}() {
  if (( CURRENT == 2 )); then
    local -a commands=(
      ${described.join('\n      ')}
    )
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  # A command within another one.
  if (( CURRENT > 2 )); then
    case "$words[1] $words[2]" in
${within.map((name) => `      ${name}) words=("$words[1] $words[2]" "\${(@)words[3,-1]}"); (( CURRENT-- )) ;;`).join('\n')}
    esac
  fi
  case $words[1] in
${branches.join('\n')}
  esac
}

# Behind npx the words begin with its own: npx [options] ${program} …; what is not of ${program} is left to what completed npx before.
_${program}_npx() {
  local k=2
  while (( k < CURRENT )) && [[ $words[k] == -* ]]; do (( k++ )); done
  if (( k < CURRENT )) && [[ $words[k] == ${program} ]]; then
    words=("\${(@)words[k,-1]}")
    (( CURRENT -= k - 1 ))
    _${program}
  elif [[ -n $_${program}_npx_before ]]; then $_${program}_npx_before
  elif (( k == CURRENT )); then compadd -- ${program}
  else _default
  fi
}

if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"
else
  [[ $_comps[npx] == _${program}_npx ]] || typeset -g _${program}_npx_before=$_comps[npx]
  compdef _${program} ${program}
  compdef _${program}_npx npx
fi
`;

  /** --help[text], --eta=[text]:value:action; those that can be given again begin with a star. */
  function specs({ flags, description, values, again }: CompletableOption): string[] {
    const text = `[${description.replace(/[[\]\\:]/g, '\\$&')}]`;
    return flags.map(
      (flag) => `${again ? '*' : ''}${flag}${values ? '=' : ''}${text}${values ? `:${flag.replace(/^-+/, '')}:${action(values)}` : ''}`,
    );
  }

  /** 1:argument:action, or a star for those that can be given again. */
  function argumentSpecs(command: CompletableCommand): string[] {
    return command.arguments.map(({ values, again }, k) => `${again ? '*' : k + 1}:argument:${action(values)}`);
  }

  function action({ names, list, paths }: Values): string {
    const own = names.map(quoted).join(' ');
    if (list) return `{_${program}_list ${own}}`;
    if (paths === 'runs') return `_${program}_runs`;
    const files = { files: '_files', folders: '_files -/' };
    if (paths && names.length > 0) return `{compadd -- ${own}; ${files[paths]}}`;
    if (paths) return files[paths];
    return names.length > 0 ? `(${own})` : ' ';
  }
}
