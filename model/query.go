package model

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
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
	match  func(r *row, at judge) bool
}

// judge is what a term may ask beyond the row.
type judge struct {
	now  time.Time
	pace *Pace
	lab  *Lab
}

// ParseQuery reads a filter. Words match the name or the id, whatever their case; fields
// compare: status:running,error tenant:x name:x id:x day>=1 progress<50 tokens>1e6
// updated<10m created<2d error:timeout stalled:yes quiet:yes. A "-" before a term negates it,
// a space is AND, "|" is OR, and a word in double quotes may hold anything. A wrong filter
// is an ErrUsage that says what is wrong.
func ParseQuery(s string) (Query, error) {
	q := Query{text: strings.TrimSpace(Clean(s).String())}
	var group []term
	for rest := q.text; ; {
		var tok token
		if tok, rest = nextToken(rest); tok.text == "" && !tok.quoted {
			break
		}
		if tok.text == "|" && !tok.quoted {
			if len(group) == 0 {
				return Query{}, fmt.Errorf("%w: nothing stands before | in the filter", ErrUsage)
			}
			q.groups, group = append(q.groups, group), nil
			continue
		}
		t, err := q.term(tok)
		if err != nil {
			return Query{}, err
		}
		group = append(group, t)
	}
	if len(group) > 0 {
		q.groups = append(q.groups, group)
	} else if len(q.groups) > 0 {
		return Query{}, fmt.Errorf("%w: nothing stands behind | in the filter", ErrUsage)
	}
	return q, nil
}

// String is the filter as it was written, cleaned.
func (q Query) String() string { return q.text }

// Empty tells whether the filter lets everything through.
func (q Query) Empty() bool { return len(q.groups) == 0 }

// Timed tells whether the filter's answer changes as time passes.
func (q Query) Timed() bool { return q.timed }

// NeedsErrors tells whether the filter looks at errors, so that they have to be read.
func (q Query) NeedsErrors() bool { return q.errors }

// match tells whether a row passes.
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
	text   string
	negate bool
	quoted bool // begins with a quote: it is a word whatever it holds
}

// nextToken cuts the first token off a filter.
func nextToken(s string) (tok token, rest string) {
	s = strings.TrimLeft(s, " ")
	if len(s) > 1 && s[0] == '-' && s[1] != ' ' {
		tok.negate, s = true, s[1:]
	}
	tok.quoted = strings.HasPrefix(s, `"`)
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
			b.WriteByte(c)
		case c == '|' && i == 0 && !tok.negate:
			return token{text: "|"}, s[1:]
		case c == ' ' || c == '|':
			tok.text = b.String()
			return tok, s[i:]
		default:
			b.WriteByte(c)
		}
	}
	tok.text = b.String()
	return tok, ""
}

// term reads one token as a word or as a field's condition.
func (q *Query) term(tok token) (term, error) {
	if !tok.quoted {
		if field, op, value, ok := splitField(tok.text); ok {
			match, err := q.field(field, op, value)
			return term{tok.negate, match}, err
		}
	}
	needle := fold(tok.text)
	return term{tok.negate, func(r *row, _ judge) bool {
		return containsFold(r.Name.String(), needle) || containsFold(r.ID.String(), needle)
	}}, nil
}

// splitField splits "field<value"; ok is false for a word.
func splitField(s string) (field, op, value string, ok bool) {
	i := strings.IndexAny(s, ":<>=")
	if i <= 0 || strings.Trim(s[:i], "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "", "", "", false
	}
	op = s[i : i+1]
	if (op == "<" || op == ">") && strings.HasPrefix(s[i+1:], "=") {
		op += "="
	}
	return s[:i], op, s[i+len(op):], true
}

// fold is the form of a text in which case does not count.
func fold(s string) string { return strings.Map(foldRune, s) }

// containsFold tells whether hay, whatever its case, holds a folded needle.
func containsFold(hay, needle string) bool {
	if needle == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(needle)
	for i, r := range hay {
		if foldRune(r) == first && hasPrefixFold(hay[i:], needle) {
			return true
		}
	}
	return false
}

func hasPrefixFold(s, prefix string) bool {
	for _, want := range prefix {
		r, size := utf8.DecodeRuneInString(s)
		if size == 0 || foldRune(r) != want {
			return false
		}
		s = s[size:]
	}
	return true
}
