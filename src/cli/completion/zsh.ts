// Completion for zsh, with descriptions: a script to be sourced, or kept as _nabla in a folder of $fpath.

import type { CompletableCommand, CompletableOption, Values } from './completable.js';
import { quoted } from './quoted.js';

export function zshScript(program: string, commands: readonly CompletableCommand[]): string {
  const branches = commands.flatMap((command) => [
    `    ${command.name})`,
    `      _arguments ${[...command.options.flatMap(specs), ...argumentSpecs(command)].map(quoted).join(' \\\n        ')}`,
    '      ;;',
  ]);
  const described = commands.map(({ name, description }) => quoted(`${name}:${description}`));
  return `#compdef ${program}
# ${program} in zsh: source <(${program} complete zsh), after compinit

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
  case $words[1] in
${branches.join('\n')}
  esac
}

if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
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
