# Prints what zsh offers, a line each: offer.zsh SCRIPT LINE. A zsh in a terminal of its own takes the line and a Tab, and
# notes every match that a completion function adds (offered.zsh).
zmodload zsh/zpty
export SCRIPT=$1 HITS=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "source ${(q)0:A:h}/offered.zsh"
while zpty -r shell line; do [[ $line == *'<READY>'* ]] && break; done
zpty -w -n shell "$2"$'\t'
while zpty -r shell line; do :; done
cat $HITS
rm $HITS
