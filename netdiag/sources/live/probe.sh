# Stands in for the probe on a node without Python: some of its commands, with its arguments, and
# lines on stdout and stderr as it has them, by tcpdump, ip and ping. Plain POSIX shell; writes no
# files, changes nothing, and ends when its standard input does.
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
lines='
'

say() {
    printf 'netdiag-probe: %s\n' "$*" >&2
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# number NAME VALUE: refuses what is no number.
number() {
    case $2 in
        '' | *[!0-9.]*) say "$1 $2 is no number"; exit 2 ;;
    esac
}

command=${1-}
shift
deadline=300 count=3 interval=0.2 timeout=1 size=56 snaplen=256 identifier=0
netns="" destination="" source="" expression="" root="" is_ours="" forbids="" ends="" ports=""
while [ $# -gt 0 ]; do
    case $1 in
        --df | --places | --node-root | --promiscuous | --all | --sweep | --pods) option=$1 value=1 ;;
        --*=*) option=${1%%=*} value=${1#*=} ;;
        *) option=$1 value=${2-}; shift ;;
    esac
    [ $# = 0 ] || shift
    case $option in
        --deadline) number "$option" "$value"; deadline=${value%.*} ;;
        --count) number "$option" "$value"; count=$value ;;
        --interval) number "$option" "$value"; interval=$value ;;
        --timeout) number "$option" "$value"; timeout=$value ;;
        --size) number "$option" "$value"; size=$value ;;
        --snaplen) number "$option" "$value"; snaplen=$value ;;
        --id) number "$option" "$value"; identifier=$value ;;
        --netns) netns=$netns$value$lines ;;
        --destination) destination=$value ;;
        --source) source=$value ;;
        --end) ends="$ends $value" ;;
        --tunnel-port) number "$option" "$value"; ports="$ports $value" ;;
        --expression) expression=$value ;;
        --node-root) root=/proc/1/root ;;
        --token) is_ours=1 ;;
        --df) forbids=1 ;;
        --sweep | --places) command=$option ;;
    esac
done

within=""
! timeout 1 true >/dev/null 2>&1 || within=timeout

# find_pod WORDS: the lowest id of a process that is the pod's, in another network namespace.
find_pod() {
    own=$(readlink /proc/self/ns/net)
    for word in $(echo "$1" | tr ',' ' '); do
        case $word in
            @*:*) wanted=/proc/[0-9]*/net/if_inet6 pattern="" ;;
            @*) wanted=/proc/[0-9]*/net/fib_trie pattern="|-- $(echo "${word#@}" | sed 's/\./[.]/g')\$" ;;
            *) wanted=/proc/[0-9]*/cgroup pattern="$(echo "$word" | tr '_-' '..')" ;;
        esac
        [ -n "$pattern" ] || continue
        # shellcheck disable=SC2086
        for process in $(grep -ls -e "$pattern" $wanted | cut -d/ -f3 | sort -n); do
            where=$(readlink "/proc/$process/ns/net") && [ "$where" != "$own" ] || continue
            case $word in
                @*) grep -s -A 1 -e "$pattern" "/proc/$process/net/fib_trie" |
                    grep -q '/32 host LOCAL' || continue ;;
            esac
            echo "$process"
            return
        done
    done
    return 1
}

# enter PLACE: sets 'into', the words that lead into a network namespace: none, or nsenter's.
enter() {
    place=$1
    case $place in
        '') into="" ; return ;;
        pod:*) place=$(find_pod "${place#pod:}") || { say "the pod's network is not found"; return 1; } ;;
    esac
    case $place in
        *[!0-9]*) into="nsenter --net=$place" ;;
        *) into="nsenter -t $place -n" ;;
    esac
}

# attend COMMAND...: runs it until it ends, or standard input does, which is file 3 by now.
attend() {
    cat <&3 >/dev/null 2>&1 &
    line=$!
    (
        job=""
        trap '[ -z "$job" ] || kill "$job" 2>/dev/null; job=over' TERM HUP INT
        for again in "" "-Z root"; do
            [ "$job" != over ] || break
            # shellcheck disable=SC2086
            case $1 in
                sniff) sniff $again 3<&- & ;;
                *) "$@" 3<&- & ;;
            esac
            [ "$job" = over ] && kill $! || job=$!
            while wait $!; status=$?; [ $status -gt 128 ] && kill -0 $! 2>/dev/null; do :; done
            [ "$1" = sniff ] && [ $status = 1 ] || break
        done
        kill "$line" 2>/dev/null
        exit $status
    ) &
    worker=$!
    wait "$line"
    kill "$worker" 2>/dev/null
    while wait "$worker"; status=$?; [ $status -gt 128 ] && kill -0 "$worker" 2>/dev/null; do :; done
    return "$status"
}

# pings: the expression for pings to an end, bare or in a tunnel, for what is told of them, and ARP.
pings() {
    inner="udp[28:2] = 0x0806 or udp[28:2] = 0x86dd or (udp[28:2] = 0x0800 and udp[39] = 1)"
    tunnels="udp port 8472 or udp port 4789"
    for port in $ports; do
        tunnels="$tunnels or udp port $port"
    done
    hosts=""
    for end in $ends; do
        hosts="${hosts:+$hosts or }host $end"
    done
    echo "arp or icmp6 or (icmp and (icmp[0] != 0 and icmp[0] != 8${hosts:+ or $hosts}))" \
        "or (ip and ($tunnels) and ($inner)) or (ip6 and ($tunnels)) or (ip and udp port 8285)" \
        "or (ip proto 4 and ip[29] = 1) or udp port 6081 or udp port 51820" \
        "or ip proto 41 or ip proto 47 or ip proto 50 or ip[6:2] & 0x1fff != 0"
}

# sniff [-Z root]: replaces this shell by tcpdump; the option is for those that would give up root.
sniff() {
    # shellcheck disable=SC2086
    exec $into ${within:+$within "$deadline"} tcpdump "$@" -p -n -U --immediate-mode -i any -y LINUX_SLL2 \
        -s "$snaplen" --time-stamp-precision=nano -w - $expression >&4
}

# tell_of_capture: reads what tcpdump says, and says it as the probe does.
tell_of_capture() {
    is_armed=""
    while IFS= read -r said; do
        case $said in
            *'listening on'*) [ -n "$is_armed" ] || say armed; is_armed=1 ;;
            *'data link type LINUX_SLL2 invalid'* | *"LINUX_SLL2 is not"*)
                say 'this tcpdump is too old: it does not tell interfaces apart (4.99 does)' ;;
            *'data link type'* | *'packets captured'* | *'received by filter'*) ;;
            0' packets dropped'* | *'Warning:'* | *"Couldn't "* | '') ;;
            *) say "${said#tcpdump: }" ;;
        esac
    done
    [ -n "$is_armed" ] || exit 3
}

capture() {
    [ -z "$is_ours" ] || expression=$(pings)
    enter "${netns%"$lines"}" || exit 3
    { attend sniff 2>&1 | tell_of_capture; } 4>&1
}

# heard: what ping prints -> the probe's lines, one for each thing that happened.
heard() {
    awk -v now="$(date +%s)000000000" -v size="$size" -v first="" '
        function tell(event, seq, more) {
            print "{\"event\": \"" event "\", \"seq\": " seq ", \"time_ns\": " now more "}"
            fflush()
        }
        function after(word) { return match($0, word) ? substr($0, RSTART + RLENGTH) + 0 : -1 }
        / bytes from / && /seq=/ {
            from = $4; sub(/:$/, "", from); gsub(/[()]/, "", from)
            if (!/DUP/) received += 1
            tell("reply", after("seq="), ", \"rtt_us\": " after("time=") * 1000 ", \"ttl\": " \
                after("ttl=") ", \"from\": \"" from "\"" (/DUP/ ? ", \"duplicate\": true" : ""))
            next
        }
        /^From .*seq=|[Ll]ocal error|unreachable$|not permitted|sendto|sendmsg/ {
            gsub(/["\\]/, ""); gsub(/[^ -~]/, "")
            seq = after("seq="); mtu = after("mtu *= *")
            kind = /mtu/ ? "fragmentation-needed" : /Time to live/ ? "time-exceeded" : \
                /^From/ ? "destination-unreachable" : "local"
            text = $0; sub(/^From [^ ]* (icmp_)?seq=[0-9]* /, "", text); sub(/^ping: /, "", text)
            from = "null"
            if (/^From/) { from = $2; sub(/:$/, "", from); from = "\"" from "\"" }
            tell("error", seq < 0 ? "null" : seq, ", \"from\": " from ", \"kind\": \"" kind \
                "\", \"code\": null, \"mtu\": " (mtu < 0 ? "null" : mtu) ", \"text\": \"" text "\"")
            next
        }
        / packets transmitted/ {
            for (seq = 1; seq <= $1; seq++) tell("sent", seq, ", \"size\": " size)
            print "{\"event\": \"end\", \"sent\": " $1 + 0 ", \"received\": " received + 0 \
                ", \"time_ns\": " now "}"
            is_over = 1
        }
        END { exit is_over ? 0 : 1 }'
}

ping_there() {
    enter "${netns%"$lines"}" || exit 3
    seconds=$(echo "$timeout" | awk '{ print int($1 + 0.999) }')
    set -- -n -c "$count" -i "$interval" -s "$size" -W "$seconds"
    [ -z "$source" ] || set -- "$@" -I "$source"
    [ -z "$forbids" ] || set -- "$@" -M do
    printf '{"event": "ready", "source": %s, "destination": "%s", "id": %s}\n' \
        "$([ -z "$source" ] && echo null || echo "\"$source\"")" "$destination" "$identifier"
    # shellcheck disable=SC2086
    attend $into ${within:+$within "$deadline"} ping "$@" "$destination" 2>&1 | heard ||
        { say "cannot ping: ping said nothing of packets"; exit 3; }
}

escape() {
    tr -cd '\t\n -~' |
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' -e 's/$/\\n/' | tr -d '\n'
}

# keep NAME TEXT: one more document of the answer.
keep() {
    [ -n "$2" ] || return 0
    printf '%s"%s": "' "$comma" "$1"
    printf '%s\n' "$2" | escape
    printf '"'
    comma=", "
}

# ask NAME COMMAND...: of packet filters the node's own programs know more than the image's.
ask() {
    document=$1
    shift
    case $1 in
        rules | settings | wireguard) keep "$document" "$("$@" 2>/dev/null)"; return ;;
        iptables* | ip6tables* | nft | ipset | ipvsadm | conntrack)
            # shellcheck disable=SC2016
            [ -z "$root" ] || ! chroot "$root" sh -c 'command -v "$0"' "$1" >/dev/null 2>&1 ||
                set -- chroot "$root" "$@" ;;
    esac
    has "$1" || return 0
    # shellcheck disable=SC2086
    keep "$document" "$($into ${within:+$within 10} "$@" 2>/dev/null </dev/null | head -c 16777216)"
}

. ./questions.sh

secret() {
    :
}

# describe LABEL=PLACE: what there is in a namespace.
describe() {
    enter "${1#*=}" || return 0
    [ -n "$pods" ] && printf ', '
    pods=1
    printf '{"label": "%s", "pid": null, "netns": null, "name": null, "uid": null, "containers": []' \
        "${1%%=*}"
    printf ', "hostname": null, "addresses": [], "documents": {'
    comma=""
    ask_ip
    ask ss.txt ss -lntu
    printf '}}'
}

facts() {
    into="" comma="" pods=""
    printf '{"hostname": "%s", "documents": {' "$(uname -n)"
    ask_node
    for file in $(files_of "$root"); do
        keep "files${file#"$root"}" "$(head -c 65536 "$file")"
    done
    printf '}, "pods": ['
    IFS=$lines
    for each in $netns; do
        unset IFS
        describe "$each"
    done
    printf '], "problems": []}\n'
}

exec 3<&0 </dev/null
case $command in
    capture) capture ;;
    ping) ping_there ;;
    facts) facts ;;
    *) say 'there is no Python 3.9 or newer for that'; exit 3 ;;
esac
