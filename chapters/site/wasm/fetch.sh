#!/usr/bin/env bash
# Fetches the sources of the libraries that a page's programs link: chapters/site/wasm/fetch.sh FOLDER.
#
# They come from the distribution, as its own archives: zlib, jansson and protobuf-c are compiled for
# WebAssembly unchanged. The system's lists of packages stay as they are; this uses lists of its own
# in FOLDER. Running it again changes nothing.
set -euo pipefail
mkdir -p "$1"
cd "$1"
[ ! -e fetched ] || exit 0

here=$PWD
mkdir -p apt/lists/partial apt/sources
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -e "$list" ] || sed -n 's/^deb /deb-src /p' "$list"
done >apt/sources/all.list
for list in /etc/apt/sources.list.d/*.sources; do
    [ ! -e "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"apt/sources/$(basename "$list")"
done
own=(-qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$here/apt/sources"
    -o "Dir::State::lists=$here/apt/lists" -o APT::Sandbox::User=)
apt-get "${own[@]}" update

for name in zlib jansson protobuf-c; do
    (cd apt && apt-get "${own[@]}" source --download-only "$name")
    archive=(apt/"$name"_*.orig.tar.*[zZ2])
    rm -rf "$name"
    mkdir "$name"
    tar -xf "${archive[0]}" -C "$name" --strip-components 1
done
: >jansson/src/jansson_private_config.h # configure would write what compilers lack
rm -rf apt
touch fetched
