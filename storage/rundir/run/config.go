package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
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
		content, err := readWhole(path, maxConfig)
		switch {
		case err != nil:
			return "", err
		case path != "" && content != nil:
			parts = append(parts, document(path, content))
		}
	}
	return strings.Join(parts, "---\n"), nil
}

// document is a file as a document of YAML.
func document(path string, content []byte) string {
	name := "# " + text.Clean(filepath.Base(path)).String()
	if len(content) > maxConfig {
		return fmt.Sprintf("%s is longer than %d MiB, and is not shown\n", name, maxConfig>>20)
	}
	var lines bytes.Buffer
	if bytes.IndexByte(bytes.TrimSpace(content), '\n') < 0 && json.Indent(&lines, bytes.TrimSpace(content), "", "  ") == nil {
		content = lines.Bytes() // JSON in one line can't be read
	}
	words := strings.ToValidUTF8(strings.TrimPrefix(string(content), "\ufeff"), "\ufffd")
	for _, mark := range []string{"---\n", "---\r\n"} {
		words = strings.TrimPrefix(words, mark)
	}
	return name + "\n" + strings.TrimRight(words, " \t\r\n") + "\n"
}

// readWhole is the content of a regular file, or its first limit+1 bytes: what is longer than limit was
// not read whole. A file that is not there is nil.
func readWhole(path string, limit int) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	if err != nil {
		return nil, &model.Error{Op: "read", Address: path, Err: model.ErrUnreadable, Detail: err.Error()}
	}
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, &model.Error{Op: "read", Address: path, Err: model.ErrUnreadable, Detail: err.Error()}
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, &model.Error{Op: "read", Address: path, Err: model.ErrUnreadable, Detail: err.Error()}
	}
	if content == nil {
		content = []byte{}
	}
	return content, nil
}

// configs keeps the agents of an init_config.json.
type configs struct {
	path     string
	size     int64
	modified time.Time
	list     []model.Profile
}

// agents is the agents that an init_config.json asks for; none where it can't be read.
func (c *configs) agents(path string) []model.Profile {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if c.path == path && c.size == info.Size() && c.modified.Equal(info.ModTime()) {
		return c.list
	}
	content, err := readWhole(path, maxConfig)
	if err != nil || len(content) > maxConfig {
		return nil
	}
	*c = configs{path, info.Size(), info.ModTime(), parseAgents(content)}
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
			id, ok = integer(text.ParseValue(a.ID.String()))
		}
		if own, has := profile.Get("id"); !ok && has {
			id, ok = integer(own)
		}
		if ok {
			name, _ := profile.Get("name")
			all = append(all, model.Profile{ID: id, Name: name.Text(), Profile: profile})
		}
	}
	return all
}
