# Read by keep.sh after an engine on the machine's network has ended: removes the bridges that its database names,
# and its firewall rules. While another engine runs the rules stay, because it may share them.
ours=$(ip -o link show type bridge | sed -n 's/^[0-9]*: br-\([0-9a-f]*\):.*/\1/p' | while read -r id; do
  if grep -qa "$id" "$folder/data/network/files/local-kv.db" 2>/dev/null; then echo "$id"; fi
done)
for id in $ours; do ip link delete "br-$id"; done

if ! grep -lx dockerd /proc/[0-9]*/comm >/dev/null 2>&1 && ! grep -q DOCKER "$folder/network-before"; then
  for tool in iptables ip6tables; do
    "$tool-save" 2>/dev/null | grep -v -e DOCKER -e ' br-' |
      if grep -q '^:FORWARD ACCEPT' "$folder/network-before" || [ "$tool" = ip6tables ] || [ ! -s "$folder/network-before" ]; then
        sed 's/^:FORWARD DROP/:FORWARD ACCEPT/'
      else
        cat
      fi | "$tool-restore" 2>/dev/null
  done
  cat "$folder/forward-before" >/proc/sys/net/ipv4/ip_forward
fi
