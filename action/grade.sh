#!/usr/bin/env bash
# Grades what the event in GITHUB_EVENT_PATH is about, and says what came of it:
#
#   points, max-points, passed   from ci.json; empty when nothing could be graded
#
# Ends with the status of `grade ci`: 0 the check passes, 1 it does not, 2 nothing could be graded, 3 the grader went wrong.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/paths.sh"
readonly workspace=${GITHUB_WORKSPACE:-$PWD}

main() {
  local status=0 path
  if [[ -n ${INPUT_LAB:-} ]]; then
    [[ $INPUT_LAB =~ ^[A-Za-z0-9]+$ ]] || refuse "the input lab is a name such as lab2, and not $INPUT_LAB"
    arguments+=("$INPUT_LAB")
  fi
  arguments+=("--repo=$REPOSITORY" "--out=$OUT")
  if [[ -n ${INPUT_CONFIG:-} ]]; then
    path=$(resolve_from "$INPUT_CONFIG" "$(dirname "$here")")
    [[ -f $path ]] || refuse "no file $path: the input config names a policy file, relative to the Action's own folder"
    demand_outside "the policy of the input config" "$path" "$REPOSITORY"
    arguments+=("--config=$path")
  fi
  if [[ -n ${INPUT_BASE_RESULT:-} ]]; then
    path=$(resolve_from "$INPUT_BASE_RESULT" "$workspace")
    if [[ -e $path ]]; then
      demand_outside "the result of the input base-result" "$path" "$REPOSITORY"
      arguments+=("--base-result=$path")
    fi
  fi
  add submission "${INPUT_SUBMISSION:-}"
  add base "${INPUT_BASE:-}"
  add min-points "${INPUT_MIN_POINTS:-}"
  add budget "${INPUT_BUDGET:-}"
  add seed "${INPUT_SEED:-}"
  add runs "${INPUT_RUNS:-}"
  add workers "${INPUT_WORKERS:-}"
  while read -r path; do add require "$path"; done <<<"${INPUT_REQUIRE:-}"
  if [[ ${INPUT_NO_WORSE:-} == true ]]; then arguments+=(--no-worse); fi
  if [[ -n ${SANDBOX:-} ]]; then arguments+=("$SANDBOX"); fi

  cd -- "$OUT"
  without_keys node "$CLI" "${arguments[@]}" || status=$?
  tell
  exit "$status"
}

# An option with a value of its own word: one that begins with a hyphen is no further option.
add() {
  if [[ -n $2 ]]; then arguments+=("--$1=$2"); fi
}

# Neither tokens nor the files by which a step speaks to later ones, but for the summary, which `grade ci` writes.
without_keys() {
  env --unset=GITHUB_TOKEN --unset=GH_TOKEN --unset=GITHUB_ENV --unset=GITHUB_PATH --unset=GITHUB_OUTPUT --unset=GITHUB_STATE \
    --unset=ACTIONS_RUNTIME_TOKEN --unset=ACTIONS_ID_TOKEN_REQUEST_TOKEN --unset=NODE_OPTIONS --unset=NODE_PATH "$@"
}

tell() {
  node "$here/outputs.mjs" "$OUT/ci.json" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}

arguments=(ci)
main
