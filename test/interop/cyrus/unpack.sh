#!/bin/sh
# Unpacks Debian's Cyrus IMAP into FOLDER without installing it: its packages and Dovecot's exclude each other, and nothing of the system is to be changed.
# Libraries that are not installed come along. Needs apt's package lists and no rights. `unpack.sh FOLDER`
set -eu
folder=$1
packages='cyrus-common cyrus-imapd cyrus-pop3d sasl2-bin'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

depends() {
  apt-cache depends "$@" --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances
}
# What of the libraries is missing, then what these need in turn.
libraries() {
  sed -n 's/^ *|\{0,1\}Depends: \(lib[^ ]*\)$/\1/p; /^lib[^ ]*$/p' | sort -u >"$scratch/wanted"
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u | comm -13 - "$scratch/wanted"
}
first=$(depends $packages | libraries)
[ -z "$first" ] || first=$(depends --recurse $first | libraries | grep -v -e '-perl$' || true)

cd "$scratch"
apt-get download -q $packages $first >/dev/null 2>&1 || apt-get download -q $packages $first
mkdir "$scratch/root"
for package in *.deb; do dpkg-deb -x "$package" "$scratch/root"; done
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
cp -a "$scratch/root" "$folder"
