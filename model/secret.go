package model

import (
	"fmt"

	"societop/model/plan"
)

// Secret is a text that must never be printed. Whatever writes it, in whatever format,
// writes a mask; only Reveal gives it away.
type Secret struct{ s string }

// NewSecret makes a secret of a text.
func NewSecret(s string) Secret { return Secret{s} }

// Reveal is the text itself. It is for the header of a request, and for taking it out
// of what an answer repeats.
func (s Secret) Reveal() string { return s.s }

// Empty reports whether there is no secret.
func (s Secret) Empty() bool { return s.s == "" }

// String is a mask.
func (s Secret) String() string {
	if s.Empty() {
		return ""
	}
	return plan.Mask
}

// Format writes the mask whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.String()) }

// MarshalText is the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
