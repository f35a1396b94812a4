package config

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"societop/model/tomlfile"
)

// colors reads [colors], and the tables of one theme in it.
func (p *parser) colors(v tomlfile.Value) {
	table := p.table("colors", v)
	for _, token := range tomlfile.Ordered(table) {
		if _, ok := p.Table(table[token]); !ok {
			p.color("", token, table[token])
			continue
		}
		if token != "dark" && token != "light" {
			p.unknown("colors", token, table[token], append([]string{"dark", "light"}, p.words.Colors...))
			continue
		}
		of := p.table("colors."+token, table[token])
		for _, one := range tomlfile.Ordered(of) {
			p.color(token, one, of[one])
		}
	}
}

// color reads one colour.
func (p *parser) color(theme, token string, v tomlfile.Value) {
	where := "colors"
	if theme != "" {
		where += "." + theme
	}
	if p.words.Colors != nil && !slices.Contains(p.words.Colors, token) {
		p.unknown(where, token, v, p.words.Colors)
		return
	}
	raw, err := p.Raw(v)
	var value string
	if err == nil {
		value, err = colorOf(raw)
	}
	if err != nil {
		p.refuse(v, where+"."+token, "%w", err)
		return
	}
	p.to.Colors = append(p.to.Colors, Color{theme, token, value, p.Line(v)})
}

var (
	longHex  = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	shortHex = regexp.MustCompile(`^#[0-9a-f]{3}$`)
)

// colorNames are the names of the first sixteen colours of a terminal.
var colorNames = []string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

// colorOf reads a colour. Its error is what follows a key.
func colorOf(raw any) (string, error) {
	if n, ok := raw.(int64); ok {
		raw = strconv.FormatInt(n, 10)
	}
	if s, ok := raw.(string); ok {
		s = strings.ToLower(strings.TrimSpace(s))
		if i := slices.Index(colorNames, strings.NewReplacer("_", "-", " ", "-").Replace(s)); i >= 0 {
			return strconv.Itoa(i), nil
		}
		if n, err := strconv.ParseUint(s, 10, 8); err == nil {
			return strconv.FormatUint(n, 10), nil
		}
		if longHex.MatchString(s) {
			return s, nil
		}
		if shortHex.MatchString(s) {
			return "#" + s[1:2] + s[1:2] + s[2:3] + s[2:3] + s[3:4] + s[3:4], nil
		}
	}
	return "", errors.New(`is a colour such as "#5fd7af", a number from 0 to 255, or a name such as "red" or "bright-blue"`)
}
