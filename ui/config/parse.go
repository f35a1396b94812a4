package config

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"societop/model/text"
	"societop/model/tomlfile"
)

// MaxFile is the most bytes of a configuration file.
const MaxFile = 256 << 10

// parser makes a File of a decoded file.
type parser struct {
	*tomlfile.File
	to    *File
	home  string
	words *Vocabulary
}

// sections reads the tables of the file, by their names.
var sections = map[string]func(*parser, tomlfile.Value){
	"sources": (*parser).sources,
	"groups":  (*parser).groups,
	"views":   (*parser).views,
	"keys":    (*parser).keys,
	"colors":  (*parser).colors,
	"prices":  (*parser).prices,
	"alerts":  (*parser).alerts,
}

// parse reads the content of a file, whose Path is set.
func parse(to *File, data []byte, home string, words *Vocabulary) {
	if words == nil {
		words = new(Vocabulary)
	}
	to.Values = map[string]Value{}
	file, err := tomlfile.Parse(data, MaxFile, "configuration file")
	if err != nil {
		to.Broken = true
		to.add(err, "")
		return
	}
	p := parser{file, to, home, words}
	for _, key := range tomlfile.Ordered(p.Root) {
		v := p.Root[key]
		if section, ok := sections[key]; ok {
			section(&p, v)
		} else if s, ok := LookUp(key); ok && !strings.Contains(key, ".") {
			p.setting(s, v)
		} else {
			p.unknown("", key, v, topKeys())
		}
	}
	p.loops()
	p.members()
	p.costs()
}

// topKeys is what the file may have outside tables.
func topKeys() (keys []string) {
	for i := range Settings {
		if key := Settings[i].Key; !strings.Contains(key, ".") {
			keys = append(keys, key)
		}
	}
	for _, s := range Sections {
		keys = append(keys, s.Name)
	}
	return keys
}

// add adds an error of the reader of TOML to the troubles.
func (f *File) add(err error, key string) {
	t := Trouble{Path: f.Path, Key: key, Text: text.Clean(err.Error())}
	var at *tomlfile.Error
	if errors.As(err, &at) {
		t.Line, t.Text = at.Line, text.Clean(at.Text)
	}
	f.Troubles = append(f.Troubles, t)
}

// refuse adds a trouble with a value of the file.
func (p *parser) refuse(v tomlfile.Value, key, format string, args ...any) {
	p.to.add(p.Refuse(v, format, args...), key)
}

// unknown adds the trouble with a key that does not exist in a table; where is the table's name.
func (p *parser) unknown(where, key string, v tomlfile.Value, known []string) {
	if where == "" {
		where = "there is no key " + tomlfile.Quote(key)
	} else {
		where = "[" + where + "] has no key " + tomlfile.Quote(key)
	}
	p.refuse(v, "", "%s; %s", where, text.Meant(key, known))
}

// table returns the table that a value is, or adds a trouble.
func (p *parser) table(key string, v tomlfile.Value) tomlfile.Table {
	t, ok := p.Table(v)
	if !ok {
		p.refuse(v, key, "is a table: write [%s] and its keys on the lines below", key)
	}
	return t
}

// setting reads the value of a setting.
func (p *parser) setting(s *Setting, v tomlfile.Value) {
	if value, ok := p.value(s, s.Key, v); ok {
		p.to.Values[s.Key] = value
	}
}

// value reads a value that a setting may have; key is what the file calls it.
func (p *parser) value(s *Setting, key string, v tomlfile.Value) (value Value, ok bool) {
	value.From = Origin{Level: ByFile, Name: p.to.Path, Line: p.Line(v)}
	raw, err := p.Raw(v)
	if err != nil {
		p.to.add(err, key)
		return value, false
	}
	switch s.Kind {
	case Switch:
		value.Text, err = switchOf(raw)
	case Lapse:
		value.Text, err = lapseOf(raw)
	case List:
		if value.items, err = listOf(raw); err == nil {
			value.items = p.once(s, key, v, value.items)
		}
		value.Text = strings.Join(value.items, ",")
	default:
		value.Text, err = wordOf(raw)
	}
	if err == nil {
		err = s.Check(value.Text, p.words)
	}
	if s.Key == "write" && (err != nil || value.Text == "true") {
		return p.wrongWrite(key, v, value)
	}
	if err != nil {
		p.refuse(v, key, "%w", err)
		return value, false
	}
	p.located(s, &value)
	return value, true
}

// once returns names of a list, each once. Of sources that is another's task.
func (p *parser) once(s *Setting, key string, v tomlfile.Value, names []string) (all []string) {
	if s.Key == "source" {
		return names
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		} else {
			p.refuse(v, key, "names %s twice; the first counts", tomlfile.Quote(name))
		}
	}
	return all
}

// wrongWrite says what write may be. What is neither true nor false forbids, as false does.
func (p *parser) wrongWrite(key string, v tomlfile.Value, value Value) (Value, bool) {
	if value.Text == "true" {
		p.refuse(v, key, "can only be false: no file allows what only the flag --write allows")
		return value, false
	}
	p.refuse(v, key, "is false, or left out; this forbids --write, too")
	value.Text = "false"
	return value, true
}

// located makes the paths of a value absolute.
func (p *parser) located(s *Setting, value *Value) {
	switch s.Key {
	case "alerts.webhook_file", "alerts.state":
		value.Text = p.path(value.Text)
	case "source":
		for i := range value.items {
			value.items[i] = p.address(value.items[i])
		}
		value.Text = strings.Join(value.items, ",")
	}
}

// path is a path of the file: ~ is the home directory, and what is relative is so to the directory
// of the file.
func (p *parser) path(s string) string {
	if rest, ok := strings.CutPrefix(s, "~"); ok && p.home != "" && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		return filepath.Join(p.home, rest)
	}
	if filepath.IsAbs(s) {
		return s
	}
	return filepath.Join(filepath.Dir(p.to.Path), s)
}

// hasScheme matches the address of what is no file.
var hasScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)

// address is an address of the file: that of a file is a path.
func (p *parser) address(s string) string {
	if strings.HasPrefix(s, "@") || hasScheme.MatchString(s) {
		return s
	}
	return p.path(s)
}

// named calls read for each table of a table, but for those whose name no source or group may have.
func (p *parser) named(section string, v tomlfile.Value, read func(name string, v tomlfile.Value)) {
	tables := p.table(section, v)
	for _, name := range tomlfile.Ordered(tables) {
		switch where := section + "." + tomlfile.Quote(name); {
		case !ValidName(name) && validRunes.MatchString(name):
			p.refuse(tables[name], where, "has a name that is longer than 64 characters")
			continue
		case !ValidName(name):
			p.refuse(tables[name], where, "has a name that can't follow @; use letters, digits, '.', '_' and '-'")
			continue
		}
		read(name, tables[name])
	}
}

// validName matches what may follow @.
var validName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// validRunes matches what may follow @, but for its length.
var validRunes = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// ValidName reports whether a source or a group may have a name.
func ValidName(name string) bool { return validName.MatchString(name) }

// sorted puts the troubles in the order of lines.
func (f *File) sorted() {
	slices.SortStableFunc(f.Troubles, func(a, b Trouble) int { return a.Line - b.Line })
}
