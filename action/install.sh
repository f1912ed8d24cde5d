#!/usr/bin/env bash
# Installs the package below RUNNER_TEMP: no npm, Node or compiler ever runs in the graded repository or below it, where
# its package.json, .npmrc, lockfile or tsconfig.json would count. Install scripts of packages are not run.
#
#   cli   the command line that was installed
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/paths.sh"
readonly package=${RUNNER_TEMP:?}/consensus-labs/package
# A prefix that is named makes this folder the project, whatever lies above it.
readonly npm=(npm --prefix "$package" --ignore-scripts --no-audit --no-fund --no-update-notifier --prefer-offline --loglevel=error)

main() {
  check_node
  rm -rf -- "$package"
  mkdir -p -- "$package"
  cd -- "$package"
  if [[ $KIND == kit ]]; then install_kit; else install_course; fi
  [[ -f $cli ]] || refuse "the package was installed, but $cli is not there"
  set_output cli "$cli"
}

check_node() {
  command -v node >/dev/null || refuse "Node 20.19 or later is needed: put actions/setup-node before this step"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    refuse "Node 20.19 or later is needed, and this is $(node --version): put actions/setup-node before this step"
}

install_kit() {
  "${npm[@]}" install --no-package-lock "$SOURCE"
  cli=$package/node_modules/consensus-labs/dist/cli.js
}

# A copy of what is built, so that the checkout stays as it is.
install_course() {
  tar -C "$SOURCE" --exclude=./.git --exclude=./node_modules --exclude=./dist --exclude=./coverage -cf - . | tar -xf -
  # Downloads that are not what the lockfile says are refused by npm, and fetched anew.
  if ! "${npm[@]}" --cache "$CACHE_PATH" ci; then
    rm -rf -- "$CACHE_PATH"
    "${npm[@]}" --cache "$CACHE_PATH" ci
  fi
  node scripts/build.mjs
  cli=$package/dist/cli.js
}

main
