package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/model/tomlfile"
	"societop/ui/alert"
	"societop/ui/event"
)

// Setting is something that has one value.
type Setting struct {
	Key     string // in the file: "theme", "alerts.exec"
	Kind    Kind
	Flag    string   // of commands, without --; empty: there is none
	Instead string   // another flag, which does not go with this setting; empty: there is none
	Env     string   // a variable of the environment; empty: there is none
	ByHand  bool     // it is kept when it was chosen in the monitor
	Default string   // as the flag takes it
	Example string   // in TOML, for the commented file; empty: the default
	About   string   // a few words
	Allowed []string // the only values; nil: others decide
	check   func(value string, words *Vocabulary) error
}

// Kind is what a value is.
type Kind int8

// The kinds.
const (
	Word   Kind = iota // a text
	Switch             // true or false
	Lapse              // a length of time: a number of seconds, or a text such as "1m30s"
	List               // texts, or one of them
)

// Themes are the values of the setting theme.
var Themes = []string{"auto", "light", "dark", "mono"}

// Settings is every setting, in the order of the file. A setting is one entry here.
var Settings = []Setting{
	{Key: "source", Kind: List, Env: "SOCIETOP_SOURCE", Example: `["@lab7", "~/runs/lab.db"]`, About: "what is opened without a SOURCE: an address, a file, @NAME, or several", check: checkAddresses},
	{Key: "theme", Flag: "theme", Env: "SOCIETOP_THEME", Default: "auto", Allowed: Themes, About: "colours"},
	{Key: "interval", Kind: Lapse, Flag: "interval", Env: "SOCIETOP_INTERVAL", Default: "2s", About: "time between two readings of the monitor and of watch"},
	{Key: "filter", Flag: "filter", Env: "SOCIETOP_FILTER", Example: `"-status:finished"`, About: "the experiments that the monitor and list show", check: checkFilter},
	{Key: "sort", Flag: "sort", Env: "SOCIETOP_SORT", ByHand: true, Default: "created", About: "their order; \"-\" before a key reverses it", check: checkSort},
	{Key: "columns", Kind: List, Flag: "columns", Env: "SOCIETOP_COLUMNS", ByHand: true, Example: `["progress", "eta", "tokens"]`, About: "the columns of the monitor and of list", check: checkColumns},
	{Key: "pane", ByHand: true, Example: `"talk"`, About: "the pane that is open at the start", check: checkPanes},
	{Key: "panes", Kind: List, Example: `["overview", "talk"]`, About: "the first panes, in this order; the others follow", check: checkPanes},
	{Key: "ascii", Kind: Switch, Flag: "ascii", Env: "SOCIETOP_ASCII", Default: "", Example: "false", About: "draw with ASCII only; by default if the locale is not UTF-8"},
	{Key: "mouse", Kind: Switch, Flag: "mouse", Env: "SOCIETOP_MOUSE", Default: "false", About: "start with the mouse on"},
	{Key: "utc", Kind: Switch, Flag: "utc", Env: "SOCIETOP_UTC", Default: "false", About: "show wall times in UTC"},
	{Key: "lost_after", Kind: Lapse, Env: "SOCIETOP_LOST_AFTER", Default: "15m", About: "a run directory that writes nothing for so long is lost, where processes can't be seen", check: checkLostAfter},
	{Key: "write", Kind: Switch, Example: "false", About: "false forbids --write; nothing in a file replaces it"},
	{Key: "alerts.events", Kind: List, Flag: "events", Example: `["failed", "stalled", "source-lost"]`, About: "the events that alerts are of; by default all", check: checkEvents},
	{Key: "alerts.exec", Flag: "exec", Example: `"notify-send \"$SOCIETOP_TEXT\""`, About: "a command of the shell that is run for each event"},
	{Key: "alerts.webhook", Flag: "webhook", Instead: "webhook-file", Example: `"https://example.org/hook"`, About: "a URL to which each event is posted as JSON", check: checkWebhook},
	{Key: "alerts.webhook_file", Flag: "webhook-file", Instead: "webhook", Example: `"~/.config/societop/hook"`, About: "a file that holds the URL"},
	{Key: "alerts.bell", Kind: Switch, Flag: "bell", Default: "false", About: "ring the terminal's bell"},
	{Key: "alerts.desktop", Flag: "desktop", Example: `"auto"`, Allowed: append([]string{"auto"}, alert.Protocols...), About: "notify the desktop through the terminal, by OSC 9, 777 or 99"},
	{Key: "alerts.state", Flag: "state", Instead: "no-state", Example: `"~/.local/state/societop/alerts.json"`, About: "the file that remembers what was told of one source; by default each has its own"},
}

// LookUp returns a setting by its key.
func LookUp(key string) (*Setting, bool) {
	i := slices.IndexFunc(Settings, func(s Setting) bool { return s.Key == key })
	if i < 0 {
		return nil, false
	}
	return &Settings[i], true
}

// settingOf returns a setting that exists.
func settingOf(key string) *Setting {
	s, ok := LookUp(key)
	if !ok {
		panic("config: there is no setting " + key)
	}
	return s
}

// Check returns why a text is no value of the setting, as what follows its name: "is not …".
func (s *Setting) Check(value string, words *Vocabulary) error {
	switch {
	case s.Allowed != nil && !slices.Contains(s.Allowed, value):
		return fmt.Errorf("can't be %s; %s", tomlfile.Quote(value), text.Meant(value, s.Allowed))
	case s.Kind == Switch && value != "true" && value != "false":
		return fmt.Errorf("is true or false, not %s", tomlfile.Quote(value))
	case s.Kind == Lapse:
		if _, err := ParseLapse(value); err != nil {
			return err
		}
	}
	if s.check == nil {
		return nil
	}
	if words == nil {
		words = new(Vocabulary)
	}
	return s.check(value, words)
}

func checkFilter(value string, _ *Vocabulary) error {
	_, err := model.ParseQuery(value)
	return said(err)
}

func checkSort(value string, _ *Vocabulary) error {
	_, err := model.ParseSort(value)
	return said(err)
}

func checkLostAfter(value string, _ *Vocabulary) error {
	if d, err := ParseLapse(value); err == nil && d == 0 {
		return errors.New("can't be 0")
	}
	return nil
}

func checkWebhook(value string, _ *Vocabulary) error {
	_, err := alert.NewWebhook(value, func(string) string { return "" })
	return err
}

// hostPort is what is rather meant as the address of an endpoint than as a path.
var hostPort = regexp.MustCompile(`^[A-Za-z0-9.-]+:[0-9]{2,5}(/.*)?$`)

func checkAddresses(value string, _ *Vocabulary) error {
	for address := range strings.SplitSeq(value, ",") {
		if hostPort.MatchString(address) {
			return fmt.Errorf("is the address of a server without its scheme; write %s", tomlfile.Quote("http://"+address))
		}
		if m := hasScheme.FindString(address); m != "" && !slices.Contains(model.Schemes, strings.ToLower(strings.TrimSuffix(m, "://"))) {
			return fmt.Errorf("is of no known kind: %s…; an address is a path, or begins with %s://", m, strings.Join(model.Schemes, "://, "))
		}
	}
	return nil
}

func checkColumns(value string, words *Vocabulary) error {
	return checkNames(value, "column", words.Columns)
}

func checkPanes(value string, words *Vocabulary) error {
	return checkNames(value, "pane", words.Panes)
}

func checkEvents(value string, _ *Vocabulary) error {
	known := make([]string, len(event.Kinds))
	for i, kind := range event.Kinds {
		known[i] = kind.Name
	}
	return checkNames(value, "event", known)
}

// checkNames returns an error for the first name that is not known.
func checkNames(value, what string, known []string) error {
	for name := range strings.SplitSeq(value, ",") {
		if known != nil && !slices.Contains(known, name) {
			return fmt.Errorf("has no %s %s; %s", what, tomlfile.Quote(name), text.Meant(name, known))
		}
	}
	return nil
}

// said is an error of wrong usage as what follows a key.
func said(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("is wrong: %s", model.Explain(err))
}
