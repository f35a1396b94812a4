// Package sshtest is another machine for tests of ssh:// sources: a real sshd on this one, or a stub
// of ssh that runs the command here.
package sshtest
