package input

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Keys are the keys that a user has given to actions; all others have their usual ones. It may be
// nil.
type Keys struct {
	own   map[string][]string // names of keys, by the names of actions
	bound []Bound             // what was bound, while that is recorded
	keep  bool
}

// Bound is an action, its keys, and what it does.
type Bound struct {
	Name, What string
	Keys       []string
}

// NewKeys returns keys by the names of their actions.
func NewKeys(own map[string][]string) *Keys { return &Keys{own: own} }

// Own reports whether the user has given keys to any action.
func (k *Keys) Own() bool { return k != nil && len(k.own) > 0 }

// Bind returns the binding of an action with its keys: the user's, or else the usual ones, which
// people read as a sign.
func (k *Keys) Bind(name, sign, what string, usual ...string) key.Binding {
	keys := usual
	if k != nil {
		if own, ok := k.own[name]; ok {
			keys, sign = own, signOf(own)
		}
		if k.keep {
			k.bound = append(k.bound, Bound{name, what, keys})
		}
	}
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(sign, what))
}

// Record returns what bind binds, each action once for each of its descriptions.
func (k *Keys) Record(bind func(*Keys)) (all []Bound) {
	rec := &Keys{keep: true}
	if k != nil {
		rec.own = k.own
	}
	bind(rec)
	for _, b := range rec.bound {
		if !slices.ContainsFunc(all, func(o Bound) bool { return o.Name == b.Name && o.What == b.What }) {
			all = append(all, b)
		}
	}
	return all
}

// signWidth is the most cells of the keys of one action in the help.
const signWidth = 8

// NoKey is the sign of an action without a key.
const NoKey = "no key"

// signOf returns as many keys as the help has room for, as people read them.
func signOf(keys []string) string {
	sign := ""
	for _, name := range keys {
		one := Sign(name)
		if sign != "" {
			if one = sign + " " + one; ansi.StringWidth(one) > signWidth {
				break
			}
		}
		sign = one
	}
	if sign == "" {
		return NoKey
	}
	return sign
}

// Sign returns a key as people read it: "⏎", "^d", "⇧Tab".
func Sign(name string) string {
	for sign, of := range keySigns {
		if of == name {
			return sign
		}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok && len(letter) == 1 {
		return "^" + letter
	}
	return name
}

// special are the names of keys that are no characters.
var special = []string{
	"enter", "esc", "tab", "space", "backspace", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "insert", "delete",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// Parse returns the name of a key that a user has written: as the help shows it, or by its name, as
// in "ctrl+d" and "shift+tab". The error is what follows the key: "is not …".
func Parse(written string) (name string, err error) {
	name = Named(written)
	if utf8.RuneCountInString(name) > 1 {
		name = strings.ToLower(name)
	}
	name = strings.NewReplacer("escape", "esc", "return", "enter", "pageup", "pgup", "pagedown", "pgdown", "pgdn", "pgdown", "shift+space", "space").Replace(name)
	if name == " " {
		name = "space"
	}
	if err := refused(name); err != nil {
		return "", err
	}
	return name, nil
}

// refused returns why a name is not that of a key that can be given to an action.
func refused(name string) error {
	if name == "ctrl+c" {
		return errors.New("always quits")
	}
	held, base := "", name
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		if rest, ok := strings.CutPrefix(base, mod); ok && rest != "" {
			held, base = held+mod, rest
		}
	}
	r, size := utf8.DecodeRuneInString(base)
	one := size == len(base) && r > ' ' && r != utf8.RuneError && r != 0x7f
	switch {
	case slices.Contains(special, base):
		return nil
	case !one:
		return fmt.Errorf("is no key; a key is a character or one of %s, with ctrl+, alt+ or shift+ before it", strings.Join(special, ", "))
	}
	return refusedWith(held, r)
}

// refusedWith returns why a character, with what is held down, is not a key for an action.
func refusedWith(held string, r rune) error {
	means := Latin(tea.Key{Code: r, Text: string(r)}).Text
	switch {
	case strings.HasSuffix(held, "shift+"):
		return errors.New("is written as the character that Shift makes of it, without shift+")
	case held == "" && means != string(r):
		return fmt.Errorf("means %s in every layout; write that", means)
	case held != "" && r >= utf8.RuneSelf:
		return errors.New("is no key that every terminal has; with ctrl+ and alt+ a character is one of ASCII")
	case held == "ctrl+" && strings.ContainsRune("ijmh[", r):
		return fmt.Errorf("is the same key as %s in many terminals", map[rune]string{'i': "tab", 'j': "enter", 'm': "enter", 'h': "backspace", '[': "esc"}[r])
	}
	return nil
}
