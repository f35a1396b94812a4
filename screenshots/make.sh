#!/usr/bin/env bash
# Takes every picture of this folder: of the demo with a fixed seed and clock, and of a server
# of recorded answers with a fixed date. `-only NAME` takes one; `-only tour` the animated one.
# Needs the fonts, and Chromium (colour emoji) or rsvg-convert. On Debian:
#   apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# png FILE.svg FILE.png
png() {
	if ! command -v chromium >/dev/null; then
		rsvg-convert "$1" -o "$2"
		return
	fi
	local size
	size=$(sed -n '1s/.*width="\([0-9]*\)" height="\([0-9]*\)".*/\1,\2/p' "$1")
	chromium --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
		--user-data-dir="$work/chromium" --hide-scrollbars --window-size="$size" \
		--default-background-color=00000000 --screenshot="$2" "file://$1" >/dev/null 2>&1
}

CGO_ENABLED=0 go build -o "$work/societop" .
go build -o "$work/screenshots" ./screenshots
"$work/screenshots" -program "$work/societop" -out "$work" "$@"
for svg in "$work"/*.svg; do
	name=$(basename "$svg" .svg)
	case $name in
	tour-*) png "$svg" "$work/$name.png" ;;
	*) png "$svg" "$PWD/screenshots/$name.png" ;;
	esac
done
if compgen -G "$work/tour-*.png" >/dev/null; then
	"$work/screenshots" -gif screenshots/tour.gif -out "$work"
fi
