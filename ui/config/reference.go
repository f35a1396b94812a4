package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Entry is what a manual says of a setting, or of a table of the file.
type Entry struct {
	Key     string // "theme", "[sources.NAME]", "address"
	Table   bool   // it is a table, which those with Inner follow
	Inner   bool   // it stands in a table
	About   string
	Places  []string // where else it may be given: "--theme", "$SOCIETOP_THEME"
	Default string   // in TOML; empty: there is none
}

// Entries returns what a manual says of the settings and the tables, in the order of the file.
func Entries() (all []Entry) {
	for i := range Settings {
		if s := &Settings[i]; !strings.Contains(s.Key, ".") {
			all = append(all, s.entry(false))
		}
	}
	for i := range Sections {
		s := &Sections[i]
		name := s.Name
		if s.Of != "" {
			name += "." + map[bool]string{true: `"MODEL"`, false: "NAME"}[strings.HasPrefix(s.Of, strconv.Quote("")[:1])]
		}
		all = append(all, Entry{Key: "[" + name + "]", Table: true, About: s.About})
		for j := range s.Keys {
			if s.Name != "views" { // they are settings of above
				all = append(all, s.Keys[j].entry(true))
			}
		}
	}
	return all
}

// entry is what a manual says of the setting.
func (s *Setting) entry(inner bool) Entry {
	e := Entry{Key: s.Key, Inner: inner, About: s.about(), Places: s.places()}
	if s.Default != "" {
		e.Default = s.toml(Value{Text: s.Default})
	}
	return e
}

// Reference returns the settings as a table of Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("| key | what it is | also | default |\n|---|---|---|---|\n")
	for _, e := range Entries() {
		if e.Table {
			fmt.Fprintf(&b, "| `%s` | %s | | |\n", e.Key, e.About)
			continue
		}
		indent := map[bool]string{true: "&nbsp;&nbsp;"}[e.Inner]
		places := make([]string, len(e.Places))
		for i, place := range e.Places {
			places[i] = "`" + place + "`"
		}
		value := e.Default
		if value != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(&b, "| %s`%s` | %s | %s | %s |\n", indent, e.Key, strings.ReplaceAll(e.About, "|", `\|`), strings.Join(places, " "), value)
	}
	return b.String()
}
