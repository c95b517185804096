# The watchdog of one sandbox: waits until its owner is gone, then stops what the owner left running.
# Argument: the folder with the servers' folders. Standard input: a pipe only the owner (and a server that is just
# being started) holds open. Standard output: the sandbox's lock, never written to; it is free when this ends.
trap '' HUP INT TERM
postgres=$1/postgres
nats=$1/nats

read -r _

# Sets pid to the live server of a folder. A pid may have been taken over by a stranger since it was written down:
# it is ours when its command line names the folder.
alive() {
    pid=
    [ -r "$1/pid" ] && read -r pid <"$1/pid"
    [ -n "$pid" ] || return 1
    if [ -d /proc/self ]; then
        line=$(tr '\0' ' ' <"/proc/$pid/cmdline")
    else
        line=$(ps -o command= -p "$pid")
    fi
    case $line in
        *"$1"*) return 0 ;;
        *) return 1 ;;
    esac
}

tell() {
    if alive "$2"; then kill -s "$1" "$pid"; fi
}

# Paused servers hear nothing. The children of a stopped postmaster keep their pids, because it cannot reap them.
if alive "$postgres" && [ -r "$postgres/frozen" ]; then
    while read -r child; do kill -s CONT "$child"; done <"$postgres/frozen"
fi
tell CONT "$postgres"
tell CONT "$nats"

tell INT "$postgres"
tell TERM "$nats"
tenths=0
while alive "$postgres" || alive "$nats"; do
    tenths=$((tenths + 1))
    case $tenths in
        # On QUIT the postmaster ends its children at once, by force after 5 s: nothing of it stays behind.
        70) tell QUIT "$postgres"; tell KILL "$nats" ;;
        130) tell KILL "$postgres" ;;
        140) exit 1 ;;
    esac
    sleep 0.1
done
rm -f "$postgres/frozen"
exit 0
