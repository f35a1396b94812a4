#!/usr/bin/env bash
# Takes every picture of this folder anew, from the demo with a fixed seed and clock.
# Needs rsvg-convert and the fonts, on Debian:
#   apt-get install -y --no-install-recommends librsvg2-bin fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -o "$work/societop" .
go run ./screenshots -program "$work/societop" -out "$work" "$@"
for svg in "$work"/*.svg; do
	rsvg-convert "$svg" -o "screenshots/$(basename "$svg" .svg).png"
done
