# The watchdog of a sandbox: waits until its owner has ended, then stops the servers that still run.
# Argument: the folder with the servers' folders. Standard input: a pipe only the owner (and a server that is just
# being started) holds open. Standard output: the sandbox's lock, never written to; it is released when this ends.
trap '' HUP INT TERM
postgres=$1/postgres
nats=$1/nats

read -r _

# Sets pid to the live server of a folder. The pid may have been reused since it was written; it is the server's if
# its command line names the folder.
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

signal() {
    if alive "$2"; then kill -s "$1" "$pid"; fi
}

# Paused servers do not handle signals. The children of a stopped postmaster keep their pids, because it cannot reap them.
if alive "$postgres" && [ -r "$postgres/frozen" ]; then
    while read -r child; do kill -s CONT "$child"; done <"$postgres/frozen"
fi
signal CONT "$postgres"
signal CONT "$nats"

signal INT "$postgres"
signal TERM "$nats"
tenths=0
while alive "$postgres" || alive "$nats"; do
    tenths=$((tenths + 1))
    case $tenths in
        # On QUIT the postmaster ends its children at once, and kills them after 5 s.
        70) signal QUIT "$postgres"; signal KILL "$nats" ;;
        130) signal KILL "$postgres" ;;
        140) exit 1 ;;
    esac
    sleep 0.1
done
rm -f "$postgres/frozen"
exit 0
