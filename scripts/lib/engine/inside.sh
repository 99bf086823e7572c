#!/bin/sh
# The first process of an engine's namespaces (see keep.sh): prepares them, runs dockerd, collects orphans.
set -eu
folder=$1 network=$2 group=$3 subnet=$4

# Hides the machine's own engine, its containerd and its settings from ours, and ours from them.
mount -t tmpfs tmpfs /run
if [ -d /etc/docker ]; then mount -t tmpfs tmpfs /etc/docker; fi
if ! grep -q ' /sys/fs/cgroup' /proc/mounts; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; fi

set -- --default-address-pool base=172.16.0.0/12,size=24
if [ "$network" = private ]; then
  cable=fl$(echo "$subnet" | tr -d .)
  outside='nsenter --net=/proc/self/fd/9'
  ip link set lo up
  ip link add eth0 type veth peer name "$cable" netns /proc/self/fd/9
  $outside ip address add "$subnet.1/30" dev "$cable"
  $outside ip link set "$cable" up
  ip address add "$subnet.2/30" dev eth0
  ip link set eth0 up
  # A new namespace takes the machine's setting over, and dockerd only guards what it has opened itself.
  echo 0 >/proc/sys/net/ipv4/ip_forward
  # Whatever listens on this namespace's loopback answers at the cable's address as well.
  echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
  iptables -t nat -A PREROUTING -i eth0 -p tcp -j DNAT --to-destination 127.0.0.1
  set -- "$@" --bip 172.31.255.1/24
else
  # The machine may have a docker0 already; Compose projects bring networks of their own.
  set -- "$@" --bridge none
fi
exec 9<&-

# A registry of a test is at the other end of the cable (engine/subnet.mjs), and has no certificate.
echo '{"insecure-registries": ["10.192.0.0/10"]}' >"$folder/daemon.json"
# It calls itself twice or more for each container, and would spend a third of that on collecting garbage.
export GOGC=400
# Ends with dockerd, unless somebody ended it to see it start again.
while :; do
  dockerd --config-file "$folder/daemon.json" --host "unix://$folder/docker.sock" --group root \
    --data-root "$folder/data" --exec-root /run/docker --pidfile /run/docker.pid \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$group" "$@" &
  wait $! || true
  [ -e "$folder/restart" ] || exit
  rm "$folder/restart"
done
