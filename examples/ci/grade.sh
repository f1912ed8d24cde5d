#!/usr/bin/env bash
# Any other CI, or a cron job: grades what a checkout of a student's repository holds, or what it changed since a revision.
#
#   examples/ci/grade.sh <tarball of the kit> <repository> <folder for the results> [lab] [option of grade ci]...
#   examples/ci/grade.sh kit/consensus-labs-0.1.0.tgz ~/raft ~/results --base origin/main --min-points 40
#
# Ends with the status of `grade ci`: 0 the check passes, 1 it does not, 2 nothing could be graded, 3 the grader went wrong.
set -euo pipefail

if (($# < 3)); then
  echo "usage: $0 <tarball of the kit> <repository> <folder for the results> [lab] [option of grade ci]..." >&2
  exit 2
fi
if [[ ! -f $1 || ! -d $2 ]]; then
  echo "error: $1 is no file, or $2 no folder: name the kit's tarball, and the repository" >&2
  exit 2
fi
kit=$(realpath -- "$1")
repository=$(realpath -- "$2")
mkdir -p -- "$3"
out=$(realpath -- "$3")
shift 3
lab=lab2
if (($# > 0)) && [[ $1 != -* ]]; then
  lab=$1
  shift
fi

# Installed once for each kit, in a folder of its own, so that nothing of the repository has a say in it. Where this is root,
# submissions run as nobody, who must be able to read it.
home=$HOME/.cache
if [[ $(id -u) == 0 ]]; then home=/var/cache; fi
grader=${XDG_CACHE_HOME:-$home}/consensus-labs-kits/$(sha256sum <"$kit" | cut -c 1-16)
if [[ ! -f $grader/installed ]]; then
  rm -rf -- "$grader"
  mkdir -p -- "$grader"
  cd -- "$grader"
  npm --prefix "$grader" install --ignore-scripts --no-audit --no-fund --no-update-notifier "$kit"
  touch installed
fi

cd -- "$out"
exec "$grader/node_modules/.bin/grade" ci "$lab" --repo "$repository" --out "$out" "$@"
