# To be sourced: `step NAME COMMAND…` runs a command of .venv, says its name and its seconds,
# and ends the whole script with its exit status when it fails.
export PATH="$PWD/.venv/bin:$PATH"

step() {
  local name=$1 start=$SECONDS status=0
  shift
  echo "▸ $name"
  "$@" || status=$?
  if [ "$status" -ne 0 ]; then
    echo "✗ $name failed after $((SECONDS - start)) s (exit status $status)" >&2
    exit "$status"
  fi
  echo "✓ $name, $((SECONDS - start)) s"
}
