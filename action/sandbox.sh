#!/usr/bin/env bash
# Makes a sandbox for submissions possible, as far as this machine lets us. `grade ci` tries it before it relies on it,
# and says in the summary what it was, or that there was none.
#
#   option   --sandbox, --no-sandbox, or nothing: with one where it works
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/paths.sh"
readonly wanted=${INPUT_SANDBOX:-auto}

main() {
  case $wanted in
    none) set_output option --no-sandbox ;;
    auto) set_up || echo "No sandbox: $reason"; set_output option "" ;;
    required) set_up || refuse "no sandbox, and the input sandbox says that it is required: $reason"; set_output option --sandbox ;;
    *) refuse "the input sandbox is auto, required or none, and not $wanted" ;;
  esac
}

# Nothing is changed where bubblewrap works already.
set_up() {
  reason="it needs Linux"
  [[ $(uname -s) == Linux ]] || return 1
  reason="bubblewrap is not installed, and could not be"
  command -v bwrap >/dev/null || install_bubblewrap || return 1
  if works; then return; fi
  if is_restricted && lift_restriction && works; then return; fi
  reason="bubblewrap does not work here (${trouble:-it says nothing})"
  return 1
}

works() {
  trouble=$(bwrap --unshare-all --die-with-parent --ro-bind / / --proc /proc --dev /dev true 2>&1 | tail -n 1)
}

# The lists of a runner's image are some days old, which mostly does.
install_bubblewrap() {
  command -v apt-get >/dev/null || return 1
  local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends bubblewrap)
  { "${install[@]}" || { as_root apt-get update && "${install[@]}"; }; } >&2
}

# Since Ubuntu 23.10 AppArmor decides who makes user namespaces. Of the ways that Ubuntu describes, a runner of GitHub's, which
# is thrown away after the job, takes the simple one; on any other machine no program but bubblewrap is let.
# https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces
is_restricted() {
  [[ $(sysctl -n kernel.apparmor_restrict_unprivileged_userns 2>/dev/null) == 1 ]]
}

lift_restriction() {
  if [[ ${RUNNER_ENVIRONMENT:-} == github-hosted ]]; then
    as_root sysctl --write kernel.apparmor_restrict_unprivileged_userns=0 >&2
    return
  fi
  command -v apparmor_parser >/dev/null || return 1
  local profile
  profile=$(mktemp)
  cat >"$profile" <<PROFILE
abi <abi/4.0>,
profile consensus-labs-bwrap $(realpath "$(command -v bwrap)") flags=(unconfined) {
  userns,
}
PROFILE
  as_root apparmor_parser --replace "$profile" >&2
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo --non-interactive "$@"; fi
}

reason=
trouble=
main
