#!/bin/bash
# The lower bound without Docker: the same parts as the native engine's, driven by hand. It knows its stack beforehand,
# checks, reports and records nothing, and does at once what may happen at once.
#
#   floor.sh up|down STACK PROJECT
#
# FLOOR_TEMPLATE: folder with config.json (@ID@ the container, @SHORT@ its first digits, @DIR@ its folder), words by
#   which crun finds control groups that it accepts (wrap), and the layer below all containers (lower)
# FLOOR_RUN, FLOOR_DISK: folders in memory and on a disk
# STACK: a line for each service: NAME HEALTHY NEEDED…, where HEALTHY is 1 when who needs it waits until it is healthy
set -eu
operation=$1 stack=$2 project=$3
template=$FLOOR_TEMPLATE run=$FLOOR_RUN/$project disk=$FLOOR_DISK/$project
mapfile -t lines < "$stack"
names=() && declare -A needs healthy ids isNeeded
for line in "${lines[@]}"; do
  read -r name isHealthy needed <<< "$line"
  for other in $needed; do isNeeded[$other]=1; done
  names+=("$name") needs[$name]=$needed healthy[$name]=$isHealthy
  ids[$name]=f100d$(printf '%059x' "${name#s}")
done

network() {
  local number=0 name outside inside=""
  outside="netns add flnet
link add flup type veth peer name uplink netns flnet
addr add 169.254.9.1/32 dev flup
link set flup up
route add 10.231.0.0/16 via 169.254.9.2 dev flup onlink"
  for name in "${names[@]}"; do
    outside+=$'\n'"netns add fl$name"
    inside+=$'\n'"link add name p$name master br0 up type veth peer name eth0 netns fl$name"
  done
  ip -batch - <<< "$outside"
  ip -n flnet -batch - <<< "link set lo up
addr add 169.254.9.2/32 dev uplink
link set uplink up
route add default via 169.254.9.1 dev uplink onlink
link add name br0 up type bridge
addr add 10.231.0.1/16 dev br0$inside"
  for name in "${names[@]}"; do
    number=$((number + 1))
    ip -n "fl$name" -batch - <<< "link set lo up
addr add 10.231.1.$number/16 dev eth0
link set eth0 up
route add default via 10.231.0.1" &
  done
  wait
}

firewall() {
  nft -f - <<< 'add table inet floor
add chain inet floor post { type nat hook postrouting priority srcnat; }
add rule inet floor post oifname != "flup" ip saddr 10.231.0.0/16 masquerade
add chain inet floor forward { type filter hook forward priority filter; }
add rule inet floor forward oifname != "flup" accept
add rule inet floor forward ct state established,related accept
add rule inet floor forward drop'
}

# One command for the folders, one for the mounts.
files() {
  local folders=() name id dir text fstab="" lower config
  config=$(< "$template/config.json") lower=$(< "$template/lower")
  for name in "${names[@]}"; do folders+=("$run/$name/rootfs" "$run/$name/exits" "$disk/$name/upper" "$disk/$name/work"); done
  mkdir -p "${folders[@]}" "$run/state"
  for name in "${names[@]}"; do
    id=${ids[$name]} dir=$run/$name
    text=${config//@ID@/$id} text=${text//@SHORT@/${id:0:12}} text=${text//@NET@//run/netns/fl$name}
    printf '%s' "${text//@DIR@/$dir}" > "$dir/config.json"
    printf '127.0.0.1\tlocalhost\n' > "$dir/hosts"
    printf 'nameserver 127.0.0.11\n' > "$dir/resolv.conf"
    printf '%s\n' "${id:0:12}" > "$dir/hostname"
    fstab+="overlay $dir/rootfs overlay lowerdir=$lower,upperdir=$disk/$name/upper,workdir=$disk/$name/work 0 0"$'\n'
  done
  printf '%s' "$fstab" > "$run/fstab"
  mount -a -T "$run/fstab"
}

create() {
  local name=$1 id=${ids[$1]} dir=$run/$1 line
  cd "$dir"
  read -r line < <(_OCI_SYNCPIPE=3 conmon --api-version 1 --full-attach --no-sync-log -c "$id" -u "$id" -n "$id" \
    -r /usr/bin/crun --runtime-arg "--root=$run/state" -b "$dir" -p "$dir/pid" -P "$dir/conmon.pid" \
    --exit-dir "$dir/exits" -l "k8s-file:$disk/$name/log" 3>&1 > /dev/null)
  case $line in *'"data": -'*) echo "$name: $line" >&2; return 1 ;; esac
}

start() {
  local name=$1
  printf '%s' "$EPOCHREALTIME" > "$run/$name/started"
  crun --root "$run/state" start "${ids[$name]}"
  [ "${healthy[$name]}" = 1 ] || return 0
  until crun --root "$run/state" exec "${ids[$name]}" true; do :; done
  printf '%s' "$EPOCHREALTIME" > "$run/$name/healthy"
}

# Waits until the file is there; the pause needs no process.
await() {
  until [ -e "$1" ]; do read -r -t 0.001 <> <(:) || true; done
}

case $operation in
  up)
    network & firewall & files &
    for job in %1 %2 %3; do wait "$job"; done
    # Mounts are to be seen by everybody; only what crun sees is hidden from it.
    exec $(< "$template/wrap") "$BASH" "$0" run "$stack" "$project"
    ;;
  run)
    for name in "${names[@]}"; do create "$name" & creating[${name#s}]=$!; done
    # In the order in which they need each other; who needs nobody and is needed by nobody starts beside the others.
    starting=()
    for name in "${names[@]}"; do
      wait "${creating[${name#s}]}"
      if [ -n "${isNeeded[$name]:-}${needs[$name]}" ]; then start "$name"; else start "$name" & starting+=($!); fi
    done
    for job in "${starting[@]}"; do wait "$job"; done
    ;;
  down)
    points=() groups=() spaces=""
    for ((index = ${#names[@]} - 1; index >= 0; index -= 1)); do
      name=${names[index]}
      # Who is needed stops after who needs it.
      for other in "${names[@]}"; do
        [ "${needs[$other]}" != "$name" ] || await "$run/$other/exits/${ids[$other]}"
      done
      kill -9 "$(< "$run/$name/pid")"
    done
    for name in "${names[@]}"; do
      await "$run/$name/exits/${ids[$name]}"
      points+=("$run/$name/rootfs") groups+=(/sys/fs/cgroup/*/flotilla/floor/"${ids[$name]}")
      spaces+="netns delete fl$name"$'\n'
    done
    nft delete table inet floor &
    umount -l "${points[@]}" &
    ip -batch - <<< "${spaces}link delete flup
netns delete flnet" &
    # A group goes some moments after its last process.
    until rmdir "${groups[@]}" 2> /dev/null; do
      left=() && for group in "${groups[@]}"; do [ ! -e "$group" ] || left+=("$group"); done
      groups=("${left[@]}")
      [ ${#groups[@]} -gt 0 ] || break
    done
    wait
    rm -rf "$run" "$disk"
    ;;
esac
