# Prints what bash offers, a line each: offer.bash SCRIPT WORD…, the words as bash takes a line apart, the last one under the cursor.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
[[ $(complete -p "$1") =~ \ -F\ ([^\ ]+) ]] && "${BASH_REMATCH[1]}"
if ((${#COMPREPLY[@]})); then printf '%s\n' "${COMPREPLY[@]}"; fi
