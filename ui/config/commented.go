package config

import (
	"fmt"
	"slices"
	"strings"

	"societop/model"
)

// Commented returns a configuration file in which all lines are comments: it says what a file may
// hold, and changes nothing.
func Commented(words *Vocabulary) string {
	var b strings.Builder
	b.WriteString(`# Configuration of societop, in TOML. It is read from $XDG_CONFIG_HOME/societop/config.toml
# (~/.config/societop/config.toml), or from the file that --config or $SOCIETOP_CONFIG names.
#
# All lines are comments: remove the # before what you want to change. What they hold is the default,
# or an example where there is none. A flag counts before the environment, that before what was chosen
# in the monitor, and that before this file. Paths are relative to its directory; ~ is your home.
`)
	for i := range Settings {
		if s := &Settings[i]; !strings.Contains(s.Key, ".") {
			b.WriteString("\n")
			commentNames(&b, s.Key, words)
			commentKey(&b, s)
		}
	}
	for i := range Sections {
		commentSection(&b, &Sections[i], words)
	}
	return b.String()
}

// commentNames writes what a setting may name.
func commentNames(b *strings.Builder, key string, words *Vocabulary) {
	switch key {
	case "sort":
		commentWords(b, "The orders are", sortNames())
	case "columns":
		commentWords(b, "The columns are", words.Columns)
	case "pane":
		commentWords(b, "The panes are", words.Panes)
	}
}

// sortNames returns the names of all orders.
func sortNames() (names []string) {
	for _, key := range model.SortKeys() {
		names = append(names, key.String())
	}
	return names
}

// commentSection writes a table as comments.
func commentSection(b *strings.Builder, s *Section, words *Vocabulary) {
	name := s.Name
	if s.Of != "" {
		name += "." + s.Of
	}
	fmt.Fprintf(b, "\n# %s\n#[%s]\n", s.About, name)
	switch s.Name {
	case "keys":
		commentWords(b, "The actions are", words.Actions)
	case "colors":
		commentWords(b, "The parts of the screen are", words.Colors)
	}
	for _, line := range s.Example {
		fmt.Fprintf(b, "#%s\n", line)
	}
	for i := range s.Keys {
		if s.Name == "alerts" && s.Keys[i].Key == "webhook_file" {
			fmt.Fprintf(b, "# instead of webhook: %s; --webhook-file\n# webhook_file = %s\n", s.Keys[i].About, s.Keys[i].example())
			continue
		}
		if s.Name == "views" { // they are settings of above
			fmt.Fprintf(b, "#%s = %s\n", s.Keys[i].Key, s.Keys[i].example())
			continue
		}
		commentKey(b, &s.Keys[i])
	}
}

// commentWidth is the most cells of a line of names.
const commentWidth = 100

// commentWords writes names as comments.
func commentWords(b *strings.Builder, what string, words []string) {
	line := "# " + what
	for i, word := range words {
		if len(line)+len(word)+2 > commentWidth {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
		if i < len(words)-1 {
			line += ","
		}
	}
	if len(words) > 0 {
		b.WriteString(line + "\n")
	}
}

// commentKey writes a key as comments.
func commentKey(b *strings.Builder, s *Setting) {
	about := append([]string{s.about()}, s.places()...)
	if s.Default == "" && s.Kind != Switch {
		about = append(about, "for example")
	}
	fmt.Fprintf(b, "# %s\n#%s = %s\n", strings.Join(about, "; "), s.Key, s.example())
}

// about is what the setting is, with the values that it may have.
func (s *Setting) about() string {
	if s.Allowed == nil {
		return s.About
	}
	return s.About + ": " + strings.Join(s.Allowed, ", ")
}

// places is where else the setting may be given.
func (s *Setting) places() (all []string) {
	if s.Flag != "" {
		all = append(all, "--"+s.Flag)
	}
	if s.Env != "" {
		all = append(all, "$"+s.Env)
	}
	return all
}

// example is a value in TOML: the default, or else an example.
func (s *Setting) example() string {
	if s.Example != "" {
		return s.Example
	}
	return s.toml(Value{Text: s.Default})
}

// toml is a value in TOML.
func (s *Setting) toml(v Value) string {
	switch s.Kind {
	case Switch:
		return v.Text
	case List:
		items := slices.Clone(v.List())
		for i := range items {
			items[i] = quote(items[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return quote(v.Text)
	}
}

// quote is a text in TOML.
func quote(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) {
		return `"` + s + `"`
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// key is a name in TOML.
func key(s string) string {
	if validName.MatchString(s) && !strings.Contains(s, ".") {
		return s
	}
	return quote(s)
}
