package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// maxConfig is the longest file that is read as a part of a config.
const maxConfig = 16 << 20

// Config is the config of a run for model.Experiment: a YAML of two documents, steps.yaml and
// init_config.json, each under a comment with its name. A path may be empty, and a file may be
// missing; without both the config is empty. Secrets are still in it, as in the configs of other
// sources.
func Config(steps, initConfig string) (string, error) {
	var parts []string
	for _, path := range []string{steps, initConfig} {
		content, _, err := runfile.Read(path, maxConfig)
		switch {
		case errors.Is(err, runfile.ErrTooLong):
			parts = append(parts, fmt.Sprintf("%s is longer than %d MiB, and is not shown\n", heading(path), maxConfig>>20))
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", &model.Error{Op: "read", Address: path, Err: model.ErrUnreadable, Detail: err.Error()}
		default:
			parts = append(parts, document(path, content))
		}
	}
	return strings.Join(parts, "---\n"), nil
}

// heading is the name of a file as a comment of YAML.
func heading(path string) string { return "# " + text.Clean(filepath.Base(path)).String() }

// document is a file as a document of YAML.
func document(path string, content []byte) string {
	var lines bytes.Buffer
	if bytes.IndexByte(bytes.TrimSpace(content), '\n') < 0 && json.Indent(&lines, bytes.TrimSpace(content), "", "  ") == nil {
		content = lines.Bytes() // JSON in one line can't be read
	}
	words := strings.ToValidUTF8(strings.TrimPrefix(string(content), "\ufeff"), "\ufffd")
	for _, mark := range []string{"---\n", "---\r\n"} {
		words = strings.TrimPrefix(words, mark)
	}
	return heading(path) + "\n" + strings.TrimRight(words, " \t\r\n") + "\n"
}

// configs keeps the agents of an init_config.json.
type configs struct {
	path  string
	stamp runfile.Stamp
	list  []model.Profile
}

// agents is the agents that an init_config.json asks for; none where it can't be read.
func (c *configs) agents(path string) []model.Profile {
	if c.path == path && c.stamp == runfile.StampOf(path) {
		return c.list
	}
	content, at, err := runfile.Read(path, maxConfig)
	if err != nil {
		return nil
	}
	*c = configs{path, at, parseAgents(content)}
	return c.list
}

// parseAgents reads the agents of an init_config.json.
func parseAgents(content []byte) (all []model.Profile) {
	var config struct {
		Agents []struct {
			ID     *json.Number    `json:"agent_id"`
			Kwargs json.RawMessage `json:"kwargs"`
		} `json:"agents"`
	}
	if json.Unmarshal(content, &config) != nil {
		return nil
	}
	for _, a := range config.Agents {
		profile := text.ParseValue(string(a.Kwargs))
		id, ok := int64(0), false
		if a.ID != nil {
			id, ok = text.ParseValue(a.ID.String()).Integer()
		}
		if own, has := profile.Get("id"); !ok && has {
			id, ok = own.Integer()
		}
		if ok {
			name, _ := profile.Get("name")
			all = append(all, model.Profile{ID: id, Name: name.Text(), Profile: profile})
		}
	}
	return all
}
