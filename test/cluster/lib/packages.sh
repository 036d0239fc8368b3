# shellcheck shell=bash
# ensure_packages COMMAND:PACKAGE...   installs the Debian packages whose command is missing, when this is root.
ensure_packages() {
  local pair missing=()
  PATH=$PATH:/usr/local/go/bin:/usr/sbin:/sbin
  for pair in "$@"; do
    command -v "${pair%%:*}" > /dev/null || missing+=("${pair#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || [ ! -f /etc/debian_version ]; then
    echo "Missing on this machine (names as in Debian): ${missing[*]}" >&2
    return 1
  fi
  echo "Installing ${missing[*]} ..." >&2
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
}
