#!/usr/bin/env bash
# Judges openapi.json with three independent linters. Any error fails; so does a document that is not valid OpenAPI 3.1.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
document=${1:-openapi.json}
rules="$root/tests/openapi"
cd "$root"

PATH="$(scripts/need.sh node):$PATH"
python=$(scripts/need.sh python)

if [ ! -e "$rules/node_modules/.package-lock.json" ] || [ "$rules/package-lock.json" -nt "$rules/node_modules/.package-lock.json" ]; then
  npm ci --prefix "$rules" --silent --ignore-scripts --no-audit --no-fund
fi
"$python" -m pip install --quiet --disable-pip-version-check --requirement "$rules/requirements.txt"

failed=0
# Every linter has its say before the script fails.
judge() {
  echo "-- $1"
  shift
  "$@" || failed=1
}

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
judge redocly "$rules/node_modules/.bin/redocly" lint "$document"
judge spectral "$rules/node_modules/.bin/spectral" lint --ruleset .spectral.yaml --fail-severity error "$document"
judge openapi-spec-validator "$python" -m openapi_spec_validator --subschema-errors all "$document"
exit "$failed"
