# Read by keep.sh after an engine on the machine's network has ended: removes the bridges that its database names
# and its firewall rules. While another engine is on this network the rules stay, because the two share them.
docker_rules='DOCKER\| br-[0-9a-f]\{12\}'

other_engine_runs() {
  for process in $(grep -lx dockerd /proc/[0-9]*/comm 2>/dev/null); do
    if [ "$(readlink "${process%comm}ns/net")" = "$(readlink /proc/self/ns/net)" ]; then return 0; fi
  done
  return 1
}

for bridge in $(ip -o link show type bridge | sed -n 's/^[0-9]*: \(br-[0-9a-f]*\):.*/\1/p'); do
  if grep -qa "${bridge#br-}" "$folder/data/network/files/local-kv.db" 2>/dev/null; then
    ip link delete "$bridge"
  fi
done

if ! other_engine_runs && ! grep -q DOCKER "$folder/network-before"; then
  policy='s/^:FORWARD DROP/:FORWARD ACCEPT/'
  if grep -q '^:FORWARD DROP' "$folder/network-before"; then policy=; fi
  iptables-save 2>/dev/null | grep -v "$docker_rules" | sed "$policy" | iptables-restore
  ip6tables-save 2>/dev/null | grep -v "$docker_rules" | ip6tables-restore
  cat "$folder/forward-before" >/proc/sys/net/ipv4/ip_forward
fi
