// Package input reads the keys of a terminal for Bubble Tea, which takes each read as complete:
// of a terminal's answer that arrives in two pieces, as over a slow link, it would make keys.
//
// A Reader returns only complete sequences. Latin translates a key of any keyboard layout to the
// Latin layout, on which the commands of a program are defined. Keyboard and Sized are what a program
// needs of its terminal, and Named and Press what it needs to press a key by its name.
package input
