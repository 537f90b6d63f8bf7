#!/bin/sh
# Follow the README in a bare Debian, as root: `make run`, then `make test`.
#
#   debian-root.sh sid /tmp/sid          sid has Python 3.14, trixie 3.13
#
# The second argument is a folder for the system, kept for the next time. It needs debootstrap. Apt and pip are set up in
# it as they are here; D2LMX_DATA, where it is set, is there too.
set -eu
suite=$1
root=$2
here=$(cd "$(dirname "$0")/.." && pwd)

mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase "$suite" "$root" "$mirror"

for path in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/apt/apt.conf.d /etc/pip.conf /etc/xdg/pip; do
    if [ -e "$path" ] && [ ! -e "$root$path.copied" ]; then
        mkdir -p "$root$(dirname "$path")"
        cp -rL "$path" "$root$(dirname "$path")"
    fi
done

# What is bound into the system: devices, and the folders that pip and the tests read.
folders="/proc /dev /dev/shm ${D2LMX_DATA:-} $(env | sed -n 's/^PIP_FIND_LINKS=//p')"
folders="$folders $(pip config list 2>/dev/null | grep -o 'file://[^ '"'"']*' | sed 's|file://||' || true)"
leave() {
    for folder in $folders; do umount -l "$root$folder" 2>/dev/null || true; done
}
trap leave EXIT INT TERM
for folder in $folders; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done

rm -rf "$root/root/d2lmx"
git clone --quiet "$here" "$root/root/d2lmx"
chroot "$root" /bin/sh -euc '
    export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    apt-get update -q
    apt-get install -q -y --no-install-recommends ca-certificates git make python3 python3-venv
    cd /root/d2lmx
    make run || [ -e /usr/lib/x86_64-linux-gnu/libgomp.so.1 ] || {
        # What the message asks for.
        apt-get install -q -y --no-install-recommends libgomp1 libquadmath0
        make run
    }
    make test
'
