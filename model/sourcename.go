package model

import (
	"net/url"
	"strings"
	"unique"

	"societop/model/text"
)

// SourceName is the name of one of several sources, as it stands in keys: that in the configuration,
// else its address without secrets. The zero value is that of an only source, which needs none.
// Names are comparable with ==, and take eight bytes, because there is one in every key.
type SourceName struct{ h unique.Handle[text.Text] }

// NewSourceName is the name of a source.
func NewSourceName(name string) SourceName {
	if name == "" {
		return SourceName{}
	}
	return SourceName{unique.Make(text.Clean(name))}
}

// Text is the name as a text.
func (n SourceName) Text() text.Text {
	if n.Empty() {
		return text.Text{}
	}
	return n.h.Value()
}

// String is the name, safe to draw.
func (n SourceName) String() string { return n.Text().String() }

// Raw is the name as it was given.
func (n SourceName) Raw() string { return n.Text().Raw() }

// Empty reports whether the name is that of an only source.
func (n SourceName) Empty() bool { return n == SourceName{} }

// ShortNames returns for each of several sources a name that is as short as can be and differs from
// those of the others: of a file its base name, of a URL its host, and more of the address where
// that is not enough. A name that is no address stays as it is.
func ShortNames(names []SourceName) []string {
	short, at := make([]string, len(names)), make([]int, len(names))
	forms := make([][]string, len(names))
	for i, n := range names {
		forms[i] = nameForms(n.String())
		short[i] = forms[i][0]
	}
	for again := true; again; {
		again = false
		count := map[string]int{}
		for _, s := range short {
			count[s]++
		}
		for i := range names {
			if count[short[i]] > 1 && at[i] < len(forms[i])-1 {
				at[i]++
				short[i], again = forms[i][at[i]], true
			}
		}
	}
	return short
}

// nameForms is the forms of a name, the shortest first, the whole name last.
func nameForms(name string) (forms []string) {
	if u, err := url.Parse(name); err == nil && u.Host != "" {
		for _, form := range []string{u.Hostname(), u.Host, u.Host + u.Path} {
			if form != "" {
				forms = append(forms, form)
			}
		}
		return append(forms, name)
	}
	for end := len(name); end > 0; {
		end = strings.LastIndexAny(name[:end], `/\`)
		if form := name[end+1:]; form != "" {
			forms = append(forms, form)
		}
	}
	return append(forms, name)
}
