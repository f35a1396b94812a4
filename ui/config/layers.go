package config

import (
	"fmt"
	"strings"

	"societop/model"
)

// Layers are the places that give settings their values.
type Layers struct {
	Flags   map[string]string // those that were given, by the keys of their settings
	View    *View             // chosen by its name; nil: none
	Environ []string          // "KEY=value"
	Chosen  *Chosen           // by hand, in the monitor; nil: nothing
	File    *File             // nil: none
}

// Level is the kind of a place that gives a setting its value, from the weakest on.
type Level int8

// The levels.
const (
	ByDefault Level = iota
	ByFile
	ByHand
	ByEnv
	ByView
	ByFlag
)

// Origin is where a value comes from.
type Origin struct {
	Level Level
	Name  string // of the flag, the variable, the view or the file; empty for a default
	Line  int    // of a file
}

// String is the origin for people: "--theme", "$SOCIETOP_THEME", "/home/u/config.toml:3", "default".
func (o Origin) String() string {
	switch o.Level {
	case ByFlag:
		return "--" + o.Name
	case ByEnv:
		return "$" + o.Name
	case ByHand:
		return "chosen in the monitor, " + o.Name
	case ByView, ByFile:
		if o.Line > 0 {
			return fmt.Sprintf("%s:%d", o.Name, o.Line)
		}
		return o.Name
	default:
		return "default"
	}
}

// Value is what a setting is.
type Value struct {
	// Text is the value as the setting's flag takes it: "dark", "2s", "true", "id,eta".
	Text  string
	From  Origin
	items []string // of a list; nil: they are in Text, with commas between them
}

// List is the value of a setting that has several.
func (v Value) List() []string {
	if v.items != nil || v.Text == "" {
		return v.items
	}
	return strings.Split(v.Text, ",")
}

// True reports whether the value is that of a switch that is on.
func (v Value) True() bool { return v.Text == "true" }

// Given reports whether anything but the default gave the value.
func (v Value) Given() bool { return v.From.Level != ByDefault }

// Get returns the value of a setting by its key. It panics if there is no such setting.
func (l *Layers) Get(key string) Value {
	s := settingOf(key)
	if v, ok := l.Flags[key]; ok {
		return Value{Text: v, From: Origin{Level: ByFlag, Name: s.Flag}}
	}
	if l.View != nil {
		if v, ok := l.View.Values[key]; ok {
			return v
		}
	}
	if s.Env != "" {
		if v := model.Getenv(l.Environ, s.Env); v != "" {
			value := Value{Text: v, From: Origin{Level: ByEnv, Name: s.Env}}
			if s.Key == "source" { // one, whose name may have a comma
				value.items = []string{v}
			}
			return value
		}
	}
	if l.Chosen != nil && s.ByHand {
		if v, ok := l.Chosen.Values[key]; ok {
			return Value{Text: v, From: Origin{Level: ByHand, Name: l.Chosen.Path}}
		}
	}
	if l.File != nil {
		if v, ok := l.File.Values[key]; ok {
			return v
		}
	}
	return Value{Text: s.Default}
}
