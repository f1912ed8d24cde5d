#!/usr/bin/env bash
# Which package grades, and where everything goes: away from the graded repository, below RUNNER_TEMP.
#
#   kind        course: this checkout is built and installed; kit: a tarball is
#   source      the checkout's folder, or the tarball
#   repository  the graded repository, an absolute path
#   out         where results go
#   cache-path, cache-key   what npm downloads for the course; no key, no cache
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/paths.sh"
readonly top=$(dirname "$here")
readonly workspace=${GITHUB_WORKSPACE:-$PWD}
readonly work=${RUNNER_TEMP:?RUNNER_TEMP must name a folder for what is installed}/consensus-labs

main() {
  local repository source kind
  repository=$(resolve_from "${INPUT_REPOSITORY:-submission}" "$workspace")
  [[ -d $repository ]] || refuse "no folder $repository: check the graded repository out there first"
  repository=$(realpath -- "$repository")
  source=$(find_source)
  kind=course
  if [[ -f $source ]]; then kind=kit; fi
  demand_outside "the package" "$source" "$repository"
  demand_outside "the Action" "$top" "$repository"
  demand_outside "RUNNER_TEMP" "$RUNNER_TEMP" "$repository"
  rm -rf -- "$work"
  mkdir -p -- "$work/out"
  set_output kind "$kind"
  set_output source "$source"
  set_output repository "$repository"
  set_output out "$work/out"
  set_output cache-path "$work/downloads"
  if [[ $kind == course && ${INPUT_CACHE:-true} == true ]]; then
    set_output cache-key "consensus-labs-npm-${RUNNER_OS:-$(uname -s)}-${RUNNER_ARCH:-$(uname -m)}-$(checksum_of "$top/package-lock.json")"
  else
    set_output cache-key ""
  fi
}

# The tarball that is named, or lies beside action.yml, or else the checkout of the course that this is.
find_source() {
  local tarball tarballs=()
  if [[ -n ${INPUT_PACKAGE:-} ]]; then
    tarball=$(resolve_from "$INPUT_PACKAGE" "$workspace")
    [[ -f $tarball ]] || refuse "no file $tarball: the input package names the tarball of a kit" >&2
    realpath -- "$tarball"
    return
  fi
  for tarball in "$top"/*.tgz; do
    if [[ -f $tarball ]]; then tarballs+=("$tarball"); fi
  done
  if ((${#tarballs[@]} > 1)); then refuse "several tarballs in $top: name one in the input package" >&2; fi
  if ((${#tarballs[@]} == 1)); then
    realpath -- "${tarballs[0]}"
  elif [[ -f $top/scripts/build.mjs ]]; then
    printf '%s\n' "$top"
  else
    refuse "$top is neither a kit (no tarball) nor the course (no scripts/build.mjs)" >&2
  fi
}

checksum_of() {
  node -e 'console.log(require("node:crypto").createHash("sha256").update(require("node:fs").readFileSync(process.argv[1])).digest("hex"))' "$1"
}

main
