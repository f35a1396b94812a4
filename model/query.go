package model

import (
	"strings"
	"time"
	"unicode/utf8"

	"societop/model/text"
)

// Query is a filter of experiments: terms that all must hold, or several such groups of
// which one must. The zero Query lets everything through.
type Query struct {
	text   string
	groups [][]term
	timed  bool
	errors bool
}

// term is one condition.
type term struct {
	negate bool
	match  matcher
}

// judge is what a term may ask beyond the row.
type judge struct {
	now  time.Time
	pace *Pace
	lab  *Lab
}

// ParseQuery reads a filter. Words match the name or the id, in any case; FilterFields are
// compared with a value. A "-" before a term negates it, a space is AND, "|" is OR, and a
// word in double quotes may hold anything. The full-width forms of signs and letters, as an
// input method writes them, mean the same. A wrong filter is an ErrUsage that says what is
// wrong.
func ParseQuery(s string) (Query, error) {
	q := Query{text: strings.TrimSpace(text.Clean(s).String())}
	var group []term
	for rest := q.text; ; {
		tok, left, err := nextToken(rest)
		if err != nil {
			return Query{}, err
		}
		if rest = left; tok.text == "" && !tok.quoted {
			break
		}
		if tok.or {
			if len(group) == 0 {
				return Query{}, Usagef("nothing stands before | in the filter")
			}
			q.groups, group = append(q.groups, group), nil
			continue
		}
		match, err := q.term(tok)
		if err != nil {
			return Query{}, err
		}
		group = append(group, term{tok.negate, match})
	}
	if len(group) > 0 {
		q.groups = append(q.groups, group)
	} else if len(q.groups) > 0 {
		return Query{}, Usagef("nothing stands after | in the filter")
	}
	return q, nil
}

// String is the filter as it was written, cleaned.
func (q Query) String() string { return q.text }

// Empty reports whether the filter lets everything through.
func (q Query) Empty() bool { return len(q.groups) == 0 }

// Timed reports whether the filter's answer changes as time passes.
func (q Query) Timed() bool { return q.timed }

// NeedsErrors reports whether the filter looks at errors, so that they have to be read.
func (q Query) NeedsErrors() bool { return q.errors }

// match reports whether a row passes.
func (q *Query) match(r *row, at judge) bool {
	if len(q.groups) == 0 {
		return true
	}
	for _, group := range q.groups {
		if all(group, r, at) {
			return true
		}
	}
	return false
}

func all(group []term, r *row, at judge) bool {
	for i := range group {
		if group[i].match(r, at) == group[i].negate {
			return false
		}
	}
	return true
}

// token is one piece of a filter's text.
type token struct {
	text   string // without quotes
	or     bool   // it is "|"
	negate bool
	quoted bool // a part of it stands in quotes
	plain  int  // bytes of text before the first quote
}

// nextToken cuts the first token off a filter. A quote that is not closed is an ErrUsage.
func nextToken(s string) (tok token, rest string, err error) {
	s = strings.TrimLeftFunc(s, isBlank)
	if size := negation(s); size > 0 {
		tok.negate, s = true, s[size:]
	}
	var b strings.Builder
	open := false
	for i, r := range s {
		switch c := text.HalfWidth(r); {
		case isQuote(r):
			if !tok.quoted {
				tok.quoted, tok.plain = true, b.Len()
			}
			open = !open
		case open:
			b.WriteRune(r)
		case c == '|' && i == 0 && !tok.negate:
			return token{text: "|", or: true}, s[utf8.RuneLen(r):], nil
		case c == '|' || isBlank(r):
			return tok.end(b.String()), s[i:], nil
		default:
			b.WriteRune(r)
		}
	}
	if open {
		return token{}, "", Usagef("a quote is not closed in the filter: %s", s)
	}
	return tok.end(b.String()), "", nil
}

// end is the token with its text.
func (t token) end(text string) token {
	if t.text = text; !t.quoted {
		t.plain = len(text)
	}
	return t
}

// negation is how many bytes of s negate what follows; a "-" at the end is a word.
func negation(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if next, n := utf8.DecodeRuneInString(s[size:]); text.HalfWidth(r) != '-' || n == 0 || isBlank(next) {
		return 0
	}
	return size
}

// term reads one token as a word or as a field's condition.
func (q *Query) term(tok token) (matcher, error) {
	if c, ok := splitField(tok); ok {
		return q.field(c)
	}
	if plain := tok.text[:tok.plain]; tok.negate && negation(plain) > 0 {
		return nil, Usagef(`one "-" negates; put a word that begins with "-" in quotes`)
	}
	needle := text.Fold(tok.text)
	return func(r *row, _ judge) bool {
		return text.ContainsFold(r.Name.String(), needle) || text.ContainsFold(r.ID.String(), needle)
	}, nil
}

// condition is "field op value".
type condition struct {
	field, op, value string
	quoted           bool // the value begins with a quote
}

// operators hold the characters of which operators are made; "!" only begins one.
const operators = ":<>="

// splitField splits "field<value"; ok is false for a word.
func splitField(tok token) (c condition, ok bool) {
	plain := tok.text[:tok.plain]
	var name strings.Builder
	for i, r := range plain {
		switch n := text.FoldRune(text.HalfWidth(r)); {
		case n >= 'a' && n <= 'z', n == '_':
			name.WriteRune(n)
		case strings.ContainsRune(operators+"!", n):
			op, size := operatorOf(plain[i:])
			if strings.Trim(op, "!") == "" {
				return condition{}, false
			}
			c = condition{field: name.String(), op: op, value: tok.text[i+size:]}
			c.quoted = tok.quoted && i+size == tok.plain
			return c, true
		default:
			return condition{}, false
		}
	}
	return condition{}, false
}

// operatorOf is the operator with which s begins, whether there is such a one or not, and how
// many bytes it takes.
func operatorOf(s string) (op string, size int) {
	for _, r := range s {
		n := text.HalfWidth(r)
		if !strings.ContainsRune(operators, n) && (n != '!' || size > 0) {
			break
		}
		op += string(n)
		size += utf8.RuneLen(r)
	}
	return op, size
}

// isBlank reports whether r separates terms.
func isBlank(r rune) bool { return text.HalfWidth(r) == ' ' }

// isQuote reports whether r is one of the double quotes that keyboards and input methods write.
func isQuote(r rune) bool { return strings.ContainsRune("\"“”„‟＂", r) }
