package model

import (
	"slices"
	"strings"
	"unicode/utf8"

	"societop/model/text"
)

// Completion is the ways in which a filter can go on at the cursor.
type Completion struct {
	Choices []Choice
	text    string // the filter
	from    int    // bytes of text before the piece that a choice replaces
	to      int    // bytes of text up to the cursor
}

// Choice is one way to go on.
type Choice struct {
	Text    string // what stands in place of the piece at the cursor
	Meaning string // a few words; may be empty
	more    bool   // it is a field: its value has to follow
}

// Apply is the filter with a choice of the completion put in, and the cursor after it, in
// characters.
func (c Completion) Apply(choice Choice) (text string, cursor int) {
	before := c.text[:c.from] + choice.Text
	after := c.text[c.to:]
	if !choice.more && after == "" {
		before += " "
	}
	return before + after, utf8.RuneCountInString(before)
}

// CompleteFilter offers the fields of the filter language, or the values of a field, for the
// piece of a filter before the cursor, which counts characters. Tenants, names and ids are
// those of the first experiments in a lab, which may be nil.
func CompleteFilter(s string, cursor int, lab *Lab) Completion {
	to := len(s)
	for i := range s {
		if cursor--; cursor < 0 {
			to = i
			break
		}
	}
	from := pieceStart(s[:to])
	c := Completion{text: s, from: from, to: to}
	from += negation(s[from:to])
	if piece := s[from:to]; text.Narrow(piece) == "-" {
		from = to
	}
	c.from = from
	tok := token{text: s[from:to], plain: to - from}
	if i := strings.IndexFunc(tok.text, isQuote); i >= 0 {
		tok.plain, tok.quoted = i, true
	}
	cond, isField := splitField(tok)
	if !isField {
		if !tok.quoted {
			c.fields(tok.text, lab)
		}
		return c
	}
	if f, ok := fieldOf(cond.field); ok {
		c.values(f, cond.value, lab)
		c.Choices = slices.DeleteFunc(c.Choices, func(choice Choice) bool {
			_, err := ParseQuery(s[from:c.from] + choice.Text)
			return err != nil // by what stands before it, which no choice mends
		})
	}
	return c
}

// pieceStart is where the last piece of a filter begins.
func pieceStart(s string) int {
	start, open := 0, false
	for i, r := range s {
		switch {
		case isQuote(r):
			open = !open
		case !open && (isBlank(r) || text.HalfWidth(r) == '|'):
			start = i + utf8.RuneLen(r)
		}
	}
	return start
}

// fields offers the fields whose names begin with a piece, but not those by which no two experiments
// of the lab differ: the source where there is one only, and what only run directories have.
func (c *Completion) fields(piece string, lab *Lab) {
	for _, f := range filterFields {
		if lab != nil && (f.kind == sourceKind && !lab.Sources().Several() || f.kind == dirKind && !lab.HasDirs()) {
			continue
		}
		if strings.HasPrefix(f.Name, text.Narrow(piece)) {
			c.Choices = append(c.Choices, Choice{f.Name + f.Op, f.Meaning, true})
		}
	}
}

// values offers the values of a field that begin with a piece.
func (c *Completion) values(f FilterField, piece string, lab *Lab) {
	if f.kind == statusKind {
		piece = piece[afterComma(piece):]
	}
	c.from = c.to - len(piece)
	if f.kind == sourceKind {
		c.sources(strings.TrimLeftFunc(piece, isQuote), lab)
		return
	}
	if f.kind == textKind || f.kind == dirKind {
		c.texts(f, strings.TrimLeftFunc(piece, isQuote), lab)
		return
	}
	for _, value := range f.Values {
		if strings.HasPrefix(text.Fold(value), text.Narrow(piece)) && value != piece {
			c.Choices = append(c.Choices, Choice{Text: value})
		}
	}
}

// sources offers the short names of a lab's sources that begin with a piece.
func (c *Completion) sources(piece string, lab *Lab) {
	if lab == nil {
		return
	}
	for i := range lab.sources.all[1:] {
		one := &lab.sources.all[1+i]
		if text.HasPrefixFold(one.short, text.Fold(piece)) && quotedIfNeeded(one.short) != c.text[c.from:c.to] {
			c.Choices = append(c.Choices, Choice{Text: quotedIfNeeded(one.short), Meaning: one.Name.String()})
		}
	}
}

// afterComma is where the last part of a list begins.
func afterComma(s string) int {
	after := 0
	for i, r := range s {
		if text.HalfWidth(r) == ',' {
			after = i + utf8.RuneLen(r)
		}
	}
	return after
}

// What a completion looks through and offers at most, so that it never holds up its user.
const (
	completionRows    = 20_000
	completionChoices = 50
)

// texts offers the texts of the lab's first experiments that begin with a piece.
func (c *Completion) texts(f FilterField, piece string, lab *Lab) {
	if lab == nil || f.Name == "error" || f.Name == "warning" {
		return
	}
	seen, piece := map[string]bool{}, text.Fold(piece)
	for r := range rowID(min(lab.used, completionRows)) {
		at := lab.row(r)
		if at.listing == 0 {
			continue
		}
		value := texts[f.Name](at)
		if seen[value] || !text.HasPrefixFold(value, piece) || strings.ContainsFunc(value, isQuote) {
			continue
		}
		if seen[value] = true; value == "" || quotedIfNeeded(value) == c.text[c.from:c.to] {
			continue
		}
		choice := Choice{Text: quotedIfNeeded(value)}
		if f.Name == "id" {
			choice.Meaning = at.Name.String()
		}
		if c.Choices = append(c.Choices, choice); len(c.Choices) == completionChoices {
			return
		}
	}
}

// quotedIfNeeded is a value as the filter language reads it.
func quotedIfNeeded(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return isBlank(r) || text.HalfWidth(r) == '|' || strings.ContainsRune(operators, text.HalfWidth(r))
	}) {
		return `"` + s + `"`
	}
	return s
}
