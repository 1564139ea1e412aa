#!/bin/sh
# Collects what 'netdiag analyze' reads from this node: captures of all interfaces, and what the node
# says of its network. Needs root, tcpdump and ip; reads only. Ping between the pods in question while
# it runs, then send the archive that it names at its end. Run it on both nodes at the same time.
#
#   sh collect.sh [SECONDS]      how long to capture; 30 without it
#
# Ctrl-C ends the capture sooner, and what was captured is kept; a second one skips the questions
# after it. Exit status: 0 all is there, 1 something is missing, 130 ended by Ctrl-C.
set -u
seconds=${1:-30}
case $seconds in
    *[!0-9]* | 0 | ????????*) echo "usage: sh collect.sh [SECONDS], at most 9999999" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "this needs root: sudo sh $0 $seconds" >&2; exit 3; }
for program in tcpdump ip tar; do
    command -v $program >/dev/null 2>&1 || { echo "$program is not installed" >&2; exit 3; }
done

umask 077
node=$(uname -n | tr -cd 'A-Za-z0-9._-' | sed 's/^[.-]*//')
node=${node:-node}
archive=netdiag-$node-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
(set -C; : >"$archive") 2>/dev/null || { echo "cannot write $archive into $(pwd)" >&2; exit 2; }
captures=""
stops=0
status=0
work=""
end() {
    trap '' INT TERM HUP
    # shellcheck disable=SC2086
    [ -z "$captures" ] || kill $captures 2>/dev/null
    [ -z "$work" ] || rm -rf "$work"
    [ -z "$archive" ] || rm -f "$archive"
}
trap end EXIT
trap 'stops=$((stops + 1))' INT TERM HUP
work=$(mktemp -d) || exit 1
mkdir "$work/$node" "$work/said" "$work/processes" || exit 1

# Programs that hang are ended; a Ctrl-C does not reach them, and so not the captures either.
within=""
! timeout 1 true >/dev/null 2>&1 || within="timeout"

say() {
    printf '%s\n' "$*" | tr -cd '[:print:]\n' >&2
}

has() {
    command -v "$1" >/dev/null 2>&1
}

ask() {
    document=$1
    shift
    [ "$stops" -lt 2 ] && has "$1" || return 0
    case $1 in
        rules | settings | wireguard) "$@" ;; # functions, which no other program can run
        *) ${within:+"$within" 20} "$@" ;;
    esac >"$facts/$document" 2>/dev/null </dev/null || true
    [ -s "$facts/$document" ] || rm -f "$facts/$document"
}

. ./questions.sh

secret() {
    [ "${facts##*/}" != facts ] || say "$1 is left out: it seems to hold a secret."
}

ask_all() {
    facts=$work/$node/$1
    mkdir -p "$facts"
    ask_node
    for file in $(files_of ""); do
        mkdir -p "$facts/files${file%/*}"
        cp "$file" "$facts/files$file"
    done
}

# reason INTERFACE: the last that its tcpdump said of trouble.
reason() {
    sed -n 's/^tcpdump: //p' "$work/said/$1" |
        grep -v -e '^listening on' -e '^verbose output' -e '^WARNING' | tail -n 1
}

# start: captures on all interfaces that are up, each into a file of this shell's.
start() {
    limit=$(expr "$seconds" + 600)
    for path in /sys/class/net/*; do
        interface=${path##*/}
        [ "$interface" != lo ] && [ -e "$path/ifindex" ] || continue
        [ $(($(cat "$path/flags") & 1)) = 1 ] || continue
        ${within:+"$within" "$limit"} tcpdump -p -n -U -s 256 -i "$interface" -w - \
            >"$work/$node/$interface.pcap" 2>"$work/said/$interface" </dev/null &
        captures="$captures $!"
        echo $! >"$work/processes/$interface"
    done
}

# await INTERFACE: until its capture has begun or failed; not for ever, nor after a Ctrl-C.
await() {
    for second in 1 2 3 4 5 6 7 8 9 10; do
        [ ! -s "$work/$node/$1.pcap" ] && [ "$stops" = 0 ] && [ -z "$(reason "$1")" ] &&
            kill -0 "$(cat "$work/processes/$1")" 2>/dev/null || return 0
        sleep 1
    done
}

# look: tells of captures that have not begun, and forgets their files.
look() {
    begun=0
    for path in "$work/said"/*; do
        [ -e "$path" ] || continue
        interface=${path##*/}
        file=$work/$node/$interface.pcap
        await "$interface"
        [ ! -s "$file" ] || { begun=$((begun + 1)); continue; }
        why=$(reason "$interface")
        say "$interface is not captured: ${why:-tcpdump says nothing}"
        rm -f "$file" "$path"
        status=1
    done
}

start
ask_all facts
look
if [ "$begun" = 0 ]; then
    say "No interface is captured: there will be no more than what $node says of itself."
    status=1
elif [ "$stops" = 0 ]; then
    say "Capturing on $node for $seconds seconds: ping between the pods now. Ctrl-C ends it sooner."
    sleep "$seconds" &
    wait $!
    kill $! 2>/dev/null
fi
interrupted=$stops
[ "$interrupted" = 0 ] || say "Ended: what was captured is kept."
sleep 2 # what the kernel still holds: it hands packets over once a second
# shellcheck disable=SC2086
[ -z "$captures" ] || kill $captures 2>/dev/null
for capture in $captures; do
    while wait "$capture"; [ $? -gt 128 ] && kill -0 "$capture" 2>/dev/null; do :; done
done
captures=""
for path in "$work/said"/*; do
    [ -e "$path" ] || continue
    why=$(reason "${path##*/}")
    [ -z "$why" ] || { say "${path##*/}: $why"; status=1; }
done
[ "$begun" = 0 ] || ask_all facts-after

trap '' INT TERM HUP
tar -C "$work" -czf - "$node" >"$archive" || { say "$archive cannot be written"; exit 1; }
echo "$archive"
archive=""
[ "$interrupted" = 0 ] || status=130
exit "$status"
