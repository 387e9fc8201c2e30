#!/bin/bash
# Installs the packages the project needs and finds or fetches Fashion-MNIST and, where npm is, the
# program that the tests and the benchmark run exported networks with; make setup calls it.
# Running it again changes nothing. Exit status 0, or 1 with what is missing and the remedy.
#
# MACHINES           if not empty, also what make test-builds wants: other compilers and processors
# SITE               if not empty, also what make site, book and site-test want
# MPI                if not empty, also what make train PROCESSES=4 wants
# STB_INCLUDE, ONNX_INCLUDE  where stb_image.h and onnx/onnx.proto are, if elsewhere
# FASHION_MNIST      a directory that holds the data already
# FASHION_MNIST_URL  where to download from (http, https or file)

set -u
cd "$(dirname "$0")/.." || exit 1

readonly LOCAL=datasets/fashion-mnist
readonly DEBIAN=/usr/share/datasets/fashion-mnist
readonly DEBIAN_PACKAGE=dataset-fashion-mnist
readonly URL=${FASHION_MNIST_URL:-http://fashion-mnist.s3-website.eu-central-1.amazonaws.com}
readonly LISTS=datasets/packages

# The published files, and the sha256 of what they unpack to.
readonly CHECKSUMS="\
train-images-idx3-ubyte c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888
train-labels-idx1-ubyte bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9
t10k-images-idx3-ubyte 5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b
t10k-labels-idx1-ubyte 0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"

failed=0
apt_updated=0
temporary=
trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT

fail() {
    echo "setup: $*" >&2
    failed=1
}

have() { command -v "$1" >/dev/null 2>&1; }

# ---- packages ----

listed() { sed 's/#.*//' "$LISTS/$1.txt" | tr -s ' \n' ' '; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env "$@"
    else
        sudo env "$@"
    fi
}

can_install() { have apt-get && { [ "$(id -u)" = 0 ] || have sudo; }; }

apt_install() {
    if [ $apt_updated = 0 ]; then
        as_root apt-get -qq update || echo "setup: the package lists are out of date" >&2
        apt_updated=1
    fi
    as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" \
        >/dev/null
}

missing() { # package...: those that are not installed
    local package
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
            echo "$package"
    done
}

setup_apt() { # list, packages...
    local list=$LISTS/$1.txt absent
    shift
    absent=$(missing "$@")
    if [ -z "$absent" ]; then
        echo "packages: all there ($list)"
    elif ! can_install; then
        fail "packages are missing; as root, run: apt-get install" $absent
    elif echo "packages: installing" $absent && apt_install $absent; then
        echo "packages: installed"
    else
        fail "apt-get could not install" $absent "(see its message above)"
    fi
}

# Debian's servers have the packages of all processors; others' refuse whoever asks for them.
has_arm64() {
    [ "$(dpkg --print-architecture)" = amd64 ] || return 1
    dpkg --print-foreign-architectures | grep -qx arm64 && return 0
    grep -qx 'ID=debian' /etc/os-release && can_install || return 1
    as_root dpkg --add-architecture arm64 && apt_updated=0
}

setup_machines() {
    local packages
    packages=$(listed machines)
    if ! has_arm64; then
        echo "packages for AArch64: left out, this system has those of its own processor alone"
        packages=$(tr ' ' '\n' <<<"$packages" | grep -v ':arm64$')
    fi
    setup_apt machines $packages
}

# Elsewhere the user installs; what counts is whether the tools answer.
setup_by_hand() {
    local tool absent=""
    for tool in gcc make pkg-config gnuplot dot protoc-c; do
        have "$tool" || absent="$absent $tool"
    done
    for tool in zlib jansson check libprotobuf-c; do
        pkg-config --exists "$tool" 2>/dev/null || absent="$absent $tool"
    done
    [ -z "${MPI:-}" ] || have mpirun || fail "missing: mpirun; install Open MPI, by your system's name"
    for tool in ${SITE:+node clang-19 wasm-ld-19}; do
        have "$tool" || fail "missing: $tool; install it, by your system's name"
    done
    [ -z "${MACHINES:-}" ] || fail "MACHINES=1: other machines are tested with apt-get's packages alone"
    if [ -z "$absent" ]; then
        echo "packages: all there"
    elif have dnf; then
        fail "missing:$absent; run: sudo dnf install $(listed dnf)"
    elif have pacman; then
        fail "missing:$absent; run: sudo pacman -S --needed $(listed pacman)"
    elif have brew; then
        fail "missing:$absent; run: brew install $(listed brew)"
    else
        fail "missing:$absent; install what $LISTS/apt.txt lists, by your system's names"
    fi
}

# Some packages of these names hold no such file.
setup_headers() {
    local stb=${STB_INCLUDE:-/usr/include/stb} onnx=${ONNX_INCLUDE:-/usr/include}
    [ -e "$stb/stb_image.h" ] ||
        fail "stb_image.h is missing in $stb; install stb, or name its folder: make STB_INCLUDE=DIR"
    [ -e "$onnx/onnx/onnx.proto" ] ||
        fail "onnx/onnx.proto is missing in $onnx: this system's package of ONNX is too old, or has" \
            "headers alone; put that file of ONNX 1.12 or newer anywhere: make ONNX_INCLUDE=DIR"
}

# ---- Fashion-MNIST ----

sha256() {
    if have sha256sum; then
        sha256sum
    else
        shasum -a 256
    fi | cut -d ' ' -f 1
}

# The file of that name in the directory, plain before gzipped as the program prefers; or nothing.
data_file() {
    if [ -e "$1/$2" ]; then
        echo "$1/$2"
    elif [ -e "$1/$2.gz" ]; then
        echo "$1/$2.gz"
    fi
}

# Whether a file unpacks to the content with that checksum.
is_right() {
    case $1 in
    *.gz | *.tmp) [ "$(gzip -dc <"$1" 2>/dev/null | sha256)" = "$2" ] ;;
    *) [ "$(sha256 <"$1")" = "$2" ] ;;
    esac
}

# Prints what is wrong with a directory's files, a line each; nothing if all four are right.
wrong_files() {
    local name sum file
    while read -r name sum; do
        file=$(data_file "$1" "$name")
        if [ -z "$file" ]; then
            echo "$1/$name.gz is missing"
        elif ! is_right "$file" "$sum"; then
            echo "$file is damaged (its unpacked sha256 is not the published one)"
        fi
    done <<<"$CHECKSUMS"
}

holds_any() {
    local name sum
    while read -r name sum; do
        [ -z "$(data_file "$1" "$name")" ] || return 0
    done <<<"$CHECKSUMS"
    return 1
}

download() {
    case $1 in
    file://*) cp "${1#file://}" "$2" ;;
    *)
        if have curl; then
            curl -fsSL --retry 2 --connect-timeout 20 -o "$2" "$1"
        else
            wget -q --tries 3 --connect-timeout 20 -O "$2" "$1"
        fi
        ;;
    esac
}

can_download() {
    case $URL in file://*) return 0 ;; esac
    have curl || have wget || { can_install && apt_install curl && have curl; }
}

# Puts one right file into LOCAL, unless it is there; a damaged one is moved aside.
fetch() {
    local name=$1 sum=$2 file
    file=$(data_file "$LOCAL" "$name")
    [ -n "$file" ] && is_right "$file" "$sum" && return 0

    temporary=$LOCAL/$name.gz.$$.tmp
    echo "Fashion-MNIST: downloading $URL/$name.gz"
    if ! download "$URL/$name.gz" "$temporary"; then
        fail "could not download $URL/$name.gz; check the network, or set FASHION_MNIST_URL"
    elif ! is_right "$temporary" "$sum"; then
        fail "$URL/$name.gz is damaged (its unpacked sha256 is not the published one);" \
            "try again, or set FASHION_MNIST_URL"
    else
        [ -z "$file" ] || mv "$file" "$file.damaged"
        mv "$temporary" "$LOCAL/$name.gz"
        return 0
    fi
    rm -f "$temporary"
    return 1
}

fetch_all() {
    local name sum
    if ! can_download; then
        fail "Fashion-MNIST is missing, and neither curl nor wget is there to download it;" \
            "install one, or set FASHION_MNIST to a directory that holds it"
        return
    fi
    mkdir -p "$LOCAL" || { fail "cannot make $LOCAL; check its permissions"; return; }
    while read -r name sum; do
        fetch "$name" "$sum" || return
    done <<<"$CHECKSUMS"
    echo "Fashion-MNIST: now in $LOCAL, all four checksums right"
}

report_found() { echo "Fashion-MNIST: found in $1, all four checksums right"; }

setup_data() {
    local wrong
    if [ -n "${FASHION_MNIST:-}" ]; then
        wrong=$(wrong_files "$FASHION_MNIST")
        if [ -z "$wrong" ]; then
            report_found "$FASHION_MNIST"
        else
            fail "$(head -n 1 <<<"$wrong"); correct or unset the variable FASHION_MNIST"
        fi
    elif [ -z "$(wrong_files $LOCAL)" ]; then
        report_found $LOCAL
    elif holds_any $LOCAL; then
        fetch_all # the program would read LOCAL first, so it has to be whole
    elif [ -z "$(wrong_files $DEBIAN)" ]; then
        report_found $DEBIAN
    elif can_install && apt_install $DEBIAN_PACKAGE && [ -z "$(wrong_files $DEBIAN)" ]; then
        echo "Fashion-MNIST: installed the package $DEBIAN_PACKAGE, all four checksums right"
    else
        fetch_all
    fi
}

# ---- ONNX Runtime, for the tests of exported networks and the benchmark ----

readonly ONNX_TESTS=tests/onnx

# In build/, where make clean leaves it. The course itself does without.
setup_onnx_runtime() {
    local place=build/onnxruntime options="--ignore-scripts --no-audit --no-fund --fetch-retries 1"
    if ! have npm || ! have node; then
        echo "ONNX Runtime: left out, there is no npm (only make test and make bench would use it)"
    elif cmp -s $ONNX_TESTS/package-lock.json $place/package-lock.json &&
        [ -e $place/node_modules/onnxruntime-node/package.json ]; then
        echo "ONNX Runtime: found in $place"
    elif mkdir -p $place && cp $ONNX_TESTS/package.json $ONNX_TESTS/package-lock.json $place &&
        (cd $place && npm ci $options >npm.log 2>&1); then
        echo "ONNX Runtime: installed in $place, for make test and make bench"
    else
        rm -f $place/package-lock.json
        echo "ONNX Runtime: left out, npm could not install it (see $place/npm.log);" \
            "only make test and make bench would use it"
    fi
}

# ---- what the course's pages are built with ----

# node and npm may be there from elsewhere, and then exclude Debian's own.
site_packages() {
    local package
    for package in $(listed site); do
        case $package in
        nodejs) have node || echo nodejs ;;
        npm) have npm || echo npm ;;
        chromium)
            if ! grep -qx 'ID=ubuntu' /etc/os-release; then
                echo chromium
            elif ! have chromium && [ -z "${CHROMIUM:-}" ]; then
                echo "setup: Ubuntu has no package of Chromium; make book and make site-test want one:" \
                    "install it as a snap, or name it: CHROMIUM=FILE" >&2
            fi
            ;;
        *) echo "$package" ;;
        esac
    done
}

setup_site() {
    local place=chapters/site log=build/site-npm.log
    if ! have npm || ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; then
        fail "make site needs node 18 or newer and npm; install them"
    elif cmp -s $place/package-lock.json $place/node_modules/installed.json; then
        echo "pages: their packages are in $place/node_modules"
    elif mkdir -p build && (cd $place && npm ci --ignore-scripts --no-audit --no-fund) >$log 2>&1; then
        cp $place/package-lock.json $place/node_modules/installed.json
        echo "pages: installed their packages in $place/node_modules"
    else
        fail "npm could not install what make site needs (see $log)"
    fi
}

if [ "$(uname -s)" != Linux ]; then
    fail "the course needs Linux: on Windows use WSL2, on macOS a container (.devcontainer is one)"
    exit $failed
fi
if have apt-get && have dpkg-query; then
    setup_apt apt $(listed apt)
    [ -z "${MACHINES:-}" ] || setup_machines
    [ -z "${SITE:-}" ] || setup_apt site $(site_packages)
    [ -z "${MPI:-}" ] || setup_apt mpi $(listed mpi)
else
    setup_by_hand
fi
setup_headers
setup_data
setup_onnx_runtime
[ -z "${SITE:-}" ] || setup_site
exit $failed
