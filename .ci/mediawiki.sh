#!/usr/bin/env bash
# A real MediaWiki for the integration tests: Debian's package on SQLite, PHP's own server on loopback, the fixture pages.
#   .ci/mediawiki.sh          install what is missing, import the pages, start the server (does nothing if it runs)
#   .ci/mediawiki.sh stop     stop it
# Tests look for it at http://127.0.0.1:8765/api.php, or where NPOV_TEST_WIKI says.
set -euo pipefail
cd "$(dirname "$0")/.."
port="${NPOV_TEST_WIKI_PORT:-8765}"
home="${NPOV_TEST_WIKI_DIR:-${TMPDIR:-/tmp}/npov-mediawiki-$(id -u)}"
code=/usr/share/mediawiki
export MW_CONFIG_FILE="$home/LocalSettings.php"

if [ "${1:-start}" = stop ]; then
  [ -f "$home/server.pid" ] && kill "$(cat "$home/server.pid")" 2>/dev/null || true
  rm -f "$home/server.pid"
  exit 0
fi

answers() { python3 - "$port" <<'PY'
import sys, urllib.request
url = f"http://127.0.0.1:{sys.argv[1]}/api.php?action=query&format=json&titles=Marlow_Instruments"
try:
    with urllib.request.urlopen(url, timeout=20) as answer:
        sys.exit(0 if b'"pageid"' in answer.read() else 1)
except OSError:
    sys.exit(1)
PY
}

stamp="$(sha256sum tests/readers/fixtures/wiki.xml)"
if [ -f "$home/ready" ] && [ "$(cat "$home/ready")" != "$stamp" ]; then # other pages than those that were imported
  [ -f "$home/server.pid" ] && kill "$(cat "$home/server.pid")" 2>/dev/null || true
  rm -rf "$home"
fi

if answers; then echo "MediaWiki: runs at http://127.0.0.1:$port/api.php"; exit 0; fi

if [ ! -f "$code/api.php" ] || ! php -m 2>/dev/null | grep -qi pdo_sqlite; then
  if [ "$(id -u)" != 0 ]; then echo "MediaWiki: not installed, and only root can install it"; exit 1; fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    mediawiki php-cli php-sqlite3 php-mbstring php-xml php-intl
fi

if [ ! -f "$home/ready" ]; then
  rm -rf "$home"
  mkdir -p "$home/data"
  # The installer refuses to run beside a LocalSettings.php, so it must not see the one that is to be written.
  env -u MW_CONFIG_FILE php "$code/maintenance/run.php" install --dbtype sqlite --dbpath "$home/data" --dbname wiki \
    --confpath "$home" --server "http://127.0.0.1:$port" --scriptpath "" --lang en \
    --pass "$(head -c 18 /dev/urandom | base64 | tr -d '/+=')Aa1" Fixture Admin >"$home/install.log" 2>&1
  cat >>"$MW_CONFIG_FILE" <<'PHP'

wfLoadExtension( 'Cite' );
wfLoadExtension( 'ParserFunctions' );
$wgMainCacheType = CACHE_NONE;
$wgParserCacheType = CACHE_NONE;
$wgJobRunRate = 0;
$wgShowExceptionDetails = true;
$wgEnableUploads = false;
$wgPingback = false;
PHP
  php "$code/maintenance/run.php" importDump tests/readers/fixtures/wiki.xml >"$home/import.log" 2>&1
  php "$code/maintenance/run.php" rebuildrecentchanges >>"$home/import.log" 2>&1
  echo "$stamp" >"$home/ready"
fi

PHP_CLI_SERVER_WORKERS=2 setsid nohup php -S "127.0.0.1:$port" -t "$code" >"$home/server.log" 2>&1 </dev/null &
echo $! >"$home/server.pid"
for _ in $(seq 60); do
  if answers; then echo "MediaWiki: runs at http://127.0.0.1:$port/api.php"; exit 0; fi
  sleep 1
done
echo "MediaWiki: no answer; see $home/server.log and $home/install.log"
tail -5 "$home/install.log" "$home/import.log" "$home/server.log" || true
exit 1
