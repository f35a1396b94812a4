// Package input stands between a terminal and Bubble Tea, which takes what it reads at once for
// whole: of a terminal's answer that comes in two pieces, as over a slow link, it makes keys.
//
// A Reader hands on whole sequences only. Latin gives a key of any keyboard layout its meaning on
// the layout that the commands of a program are named after.
package input
