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

take() {  # files that are here and not part of Debian
    for path in "$@"; do
        if [ -e "$path" ]; then
            mkdir -p "$root$(dirname "$path")"
            cp -rL "$path" "$root$(dirname "$path")"
        fi
    done
}

inside() {
    chroot "$root" env DEBIAN_FRONTEND=noninteractive HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -euc "$1"
}

# What is bound into the system: devices, and the folders that pip and the tests read.
folders="/proc /sys /dev ${D2LMX_DATA:-} ${PIP_FIND_LINKS:-}"
folders="$folders $(pip config list 2>/dev/null | grep -o 'file://[^ '"'"']*' | sed 's|file://||' || true)"
leave() {
    for folder in $folders; do umount -l "$root$folder" 2>/dev/null || true; done
}
trap leave EXIT INT TERM
for folder in $folders; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done

take /etc/resolv.conf /etc/hosts /etc/apt/apt.conf.d
inside 'apt-get update -q
    apt-get install -q -y --no-install-recommends ca-certificates git make python3-venv libgomp1 libquadmath0'
take /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /etc/xdg/pip

rm -rf "$root/root/d2lmx"
git clone --quiet "$here" "$root/root/d2lmx"
inside 'cd /root/d2lmx
    python3 --version
    make run
    make test'
