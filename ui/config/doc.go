// Package config reads societop's configuration: a TOML file of settings, sources, groups, views,
// keys, colours, prices and alerts.
//
// [Settings] is the table of all settings that have a value each. What the file may hold, what
// `societop config-file` prints and the table in the README come from it and from [Sections].
//
// A setting has its value from the first of these that has one: a flag, a named view, the
// environment, what was chosen by hand in the monitor, the file, the default. [Layers] holds them
// all, and [Layers.Get] returns a value together with its [Origin]. So a monitor whose file has
// changed replaces Layers.File and asks again.
//
// A wrong value is a [Trouble] with its line; the rest of the file counts. Of a file with a syntax
// error nothing counts.
package config
