#!/bin/sh
# Assembles the files of a container image in a new folder: one static program, what TLS
# and time zones need, and one user. An engine copies the folder as it is (Containerfile).
#
#   deploy/rootfs.sh bin/host-example rootfs
set -eu
program=$1
root=$2
if [ -e "$root" ]; then
	echo "rootfs.sh: $root is there already; remove it, or name another folder" >&2
	exit 2
fi
certificates=${CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt}
zones=${ZONES:-/usr/share/zoneinfo}
for file in "$program" "$certificates" "$zones/UTC"; do
	if [ ! -f "$file" ]; then
		echo "rootfs.sh: there is no $file; name another by CERTIFICATES or ZONES, install ca-certificates or tzdata, or build the program" >&2
		exit 2
	fi
done
umask 022
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/usr/share" "$root/dev" "$root/proc"
# Mount points: the catalog, the plugins, the sales, and sockets.
mkdir -p "$root/etc/paysocket" "$root/opt/paysocket/bin" "$root/var/lib/paysocket" "$root/tmp"
chmod 700 "$root/var/lib/paysocket"
chmod 1777 "$root/tmp"
install -m 755 "$program" "$root/usr/bin/host-example"
install -m 644 "$certificates" "$root/etc/ssl/certs/ca-certificates.crt"
cp -R "$zones" "$root/usr/share/zoneinfo"
echo 'paysocket:x:65532:65532:paysocket:/var/lib/paysocket:/sbin/nologin' > "$root/etc/passwd"
echo 'paysocket:x:65532:' > "$root/etc/group"
