#!/bin/sh
# Keeps one Docker Engine and leaves nothing of it behind, however it ends.
#
#   keep.sh FOLDER NETWORK LIFE [SUBNET]
#
#   FOLDER   everything of this engine is below it: socket, data, log
#   NETWORK  private: a network namespace of its own, joined to the machine by one cable
#            host:    the machine's network, as Docker's users know it
#   LIFE     tied:    until standard input ends, that is until the process that started us ends, even by SIGKILL
#            free:    until SIGTERM
#   SUBNET   first three numbers of the cable's addresses, such as 10.213.7; the engine's end is SUBNET.2
#
#   keep.sh FOLDER sweep     only removes what an engine left behind whose keeper was killed
#
# The engine, containerd, the shims and all containers live in one process namespace: ending its first process
# ends them all at once, and their mounts and private network go with them. What is left to us: files, control
# groups and, on the machine's network, bridges and firewall rules.
set -u
folder=$1 network=$2 life=${3:-} subnet=${4:-}
group=$(basename "$folder")
here=$(dirname "$0")

sweep() {
  if [ -f "$folder/network-before" ]; then . "$here/restore-network.sh"; fi
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    find /sys/fs/cgroup -depth -type d -path "*/$group*" -exec rmdir {} + 2>/dev/null
    rm -rf "$folder" 2>/dev/null
    if [ ! -e "$folder" ] && [ -z "$(find /sys/fs/cgroup -type d -path "*/$group*")" ]; then return; fi
    sleep 0.1
  done
}

if [ "$network" = sweep ]; then
  sweep
  exit
fi

unshare_network=--net
if [ "$network" = host ]; then
  unshare_network=
  cat /proc/sys/net/ipv4/ip_forward >"$folder/forward-before"
  iptables-save >"$folder/network-before" 2>/dev/null
fi

finish() {
  trap '' TERM
  kill -KILL "$engine" ${reader:+"$reader"} 2>/dev/null
  wait "$engine"
  sweep
  exit
}
reader=
trap finish TERM
trap '' INT HUP

# Descriptor 9 is the machine's network namespace: the inside hangs its cable there.
# shellcheck disable=SC2086
setpriv --pdeathsig KILL unshare --fork --kill-child --pid --mount-proc --mount $unshare_network \
  sh "$here/inside.sh" "$folder" "$network" "$group" "$subnet" 9</proc/self/ns/net </dev/null &
engine=$!
if [ "$life" = tied ]; then
  exec 3<&0
  { read -r _; kill -TERM $$; } <&3 &
  reader=$!
fi
wait "$engine"
finish
