# Sourced by the steps. Paths are compared after links have been followed: what a student can write is never taken for ours.

# The step ends here: one line, as an annotation where GitHub reads it. Line breaks and percent signs of a value are
# written as workflow commands want them, so that a value cannot begin a command of its own.
refuse() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error::%s\n' "${text//$'\n'/%0A}"
  exit 2
}

# Whether path $1 is folder $2 or lies in it. Both must be there.
is_inside() {
  local path folder
  path=$(realpath -- "$1") && folder=$(realpath -- "$2") || return 1
  [[ $path == "$folder" || $path == "${folder%/}"/* ]]
}

# Ends the step when $2, which the input or thing $1 names, is written by whoever wrote the graded repository $3.
demand_outside() {
  if is_inside "$2" "$3"; then
    refuse "$1 lies inside the graded repository, where the pull request can change it: check that out into a folder of its own (path: submission)"
  fi
}

# $1, relative to folder $2 unless it is absolute.
resolve_from() {
  if [[ $1 == /* ]]; then printf '%s\n' "$1"; else printf '%s\n' "$2/$1"; fi
}

# One output of a step: $1=$2. A value with a line break could set others.
set_output() {
  if [[ $2 == *$'\n'* || $2 == *$'\r'* ]]; then refuse "$1 has a line break in it"; fi
  printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}
