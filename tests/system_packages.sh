#!/usr/bin/env bash
# The system packages that the tests need: a browser with fonts, and a JDK with Maven where no Docker engine runs a Neo4j.
# Installs what is missing as root on Debian and Ubuntu; elsewhere says what to install.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
  || missing+=(chromium)
# Arabic and Hebrew labels are looked at too.
fc-list :lang=he 2>/dev/null | grep -q . && fc-list :lang=ar 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-core)
if [ -z "${KG_TEST_NEO4J_URI:-}" ] && ! docker info >/dev/null 2>&1; then
  command -v java >/dev/null || missing+=(default-jdk-headless)
  command -v mvn >/dev/null || missing+=(maven)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]} …"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "the tests need these packages; install them and run again: ${missing[*]}" >&2
  exit 1
fi
