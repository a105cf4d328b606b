// Completion for fish, with descriptions: a script to be sourced, or kept as nabla.fish in ~/.config/fish/completions.

import { type CompletableCommand, flagsWithValue, type Values, wordsIn } from './completable.js';
import { fishQuoted } from './quoted.js';

/** @param called the command as it is typed here, for what the script says of itself */
export function fishScript(program: string, commands: readonly CompletableCommand[], called = program): string {
  const lines = commands.flatMap((command) => {
    const { name, description, options } = command;
    const names = wordsIn(command);
    const within = commands.filter((one) => one.name.startsWith(`${name} `)).map((one) => wordsIn(one)[names.length]);
    const inside = `__${program}_in ${[...names, ...within.map((one) => `not ${one}`)].join(' ')}`;
    const place = (k: number, again: boolean): string =>
      `__${program}_place ${again ? '-ge' : '-eq'} ${k + names.length - 1} ${flagsWithValue(command).join(' ')}`;
    return [
      ...(names.length > 1 ? [] : [`complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${fishQuoted(description)}`]),
      ...command.arguments.map(({ values, again }, k) => `complete -c ${program} -n '${inside}; and ${place(k, again)}' ${follows(values)}`),
      ...options.map(
        (option) => `complete -c ${program} -n '${inside}' ${flagsOf(option.flags)} ${follows(option.values)} -d ${fishQuoted(option.description)}`,
      ),
    ];
  });
  return `# ${program} in fish, also behind npx: ${called} complete fish | source

# Names behind those that have been typed, with commas between them.
function __${program}_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,'; or echo)
    printf '%s\\n' $before$argv
end

# Whether the command is this one: data get; train; data not get, where none of those within it follows.
function __${program}_in
    set -l words (commandline -opc)
    set -l at 2
    set -l not no
    for name in $argv
        if test $name = not
            set not yes
        else if test $not = yes
            set not no
            if test "$words[$at]" = $name
                return 1
            end
        else if test "$words[$at]" != $name
            return 1
        else
            set at (math $at + 1)
        end
    end
end

# Whether the arguments before the word at hand are so many: -eq 1 --options --that --a --value --follows.
function __${program}_place
    # The program and its command are no arguments.
    set -l place -2
    set -l value no
    for word in (commandline -opc)
        if test $value = yes
            set value no
        else if not string match -qr -- '^-.' $word
            set place (math $place + 1)
        else if contains -- $word $argv
            set value yes
        end
    end
    test $place $argv[1] $argv[2]
end

function __${program}_runs
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l runs runs/*/
    # The network of the best epoch, where an @ has been typed.
    if string match -q '*@*' -- "$word"
        set -l best runs/*/checkpoints/best.safetensors
        set runs (string replace -r '/checkpoints/best.safetensors$' '@best' -- $best)
    end
    string trim -r -c / -- $runs | string match -r -- '^'(string escape --style=regex -- "$word")'.*'
    or __fish_complete_path "$word"
end

# The line without npx and its options: npx [options] ${program} …; none where another program stands there.
function __${program}_behind_npx
    commandline -cp | string match -rq -- '^\\s*npx\\s+(-\\S+\\s+)*(?<line>${program}\\s.*)$'
    and echo $line
end

function __${program}_npx
    complete -C (__${program}_behind_npx)
end

complete -c npx -n __${program}_behind_npx -f -a '(__${program}_npx)'
complete -c ${program} -f
${lines.map((line) => line.trimEnd()).join('\n')}
`;

  function flagsOf(flags: readonly string[]): string {
    return flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  }

  /** What follows: -x one of these and nothing else, -r -F a file, or one of these beside it, nothing at all without a value. */
  function follows(values: Values | undefined): string {
    if (!values) return '';
    const { names, list, paths } = values;
    const words = names.map(fishQuoted);
    if (paths === 'files') return words.length === 0 ? '-r -F' : `-r -F -a ${fishQuoted(words.join(' '))}`;
    const own = list ? [`(__${program}_list ${words.join(' ')})`] : words;
    const found = { runs: [`(__${program}_runs)`], folders: ['(__fish_complete_directories)'] };
    const all = [...own, ...(paths ? found[paths] : [])];
    return all.length === 0 ? '-x' : `-x -a ${fishQuoted(all.join(' '))}`;
  }
}
