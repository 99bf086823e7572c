#!/bin/sh
# hide.sh PLACE COMMAND…: takes a mount away in this mount namespace, and goes on.
umount "$1"
shift
exec "$@"
