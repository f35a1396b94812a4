package config

import (
	"errors"
	"strconv"
	"strings"

	"societop/model/text"
)

// maxText is the most bytes of a text in the file.
const maxText = 1000

// maxItems is the most texts of a list.
const maxItems = 1000

// wordOf reads a text. Its error is what follows a key.
func wordOf(raw any) (string, error) {
	s, ok := raw.(string)
	switch {
	case !ok:
		return "", errors.New("is a text; write it in quotes")
	case len(s) > maxText:
		return "", errors.New("is longer than 1000 bytes")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) || text.Clean(s).String() != s:
		return "", errors.New("holds a character that can't be shown")
	case strings.TrimSpace(s) == "":
		return "", errors.New("is empty; leave the key out instead")
	}
	return s, nil
}

// switchOf reads true or false.
func switchOf(raw any) (string, error) {
	on, ok := raw.(bool)
	if !ok {
		return "", errors.New("is true or false, without quotes")
	}
	return strconv.FormatBool(on), nil
}

// lapseOf reads a length of time.
func lapseOf(raw any) (string, error) {
	switch v := raw.(type) {
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		return wordOf(v)
	}
	return "", errors.New(`is a number of seconds, or a text such as "1m30s"`)
}

// listOf reads texts, or a single one.
func listOf(raw any) (list []string, err error) {
	items, ok := raw.([]any)
	if !ok {
		items = []any{raw}
	}
	switch {
	case len(items) > maxItems:
		return nil, errors.New("has more than 1000 entries")
	case len(items) == 0:
		return nil, errors.New("is empty; leave the key out instead")
	}
	list = make([]string, len(items))
	for i := range items {
		if list[i], err = wordOf(items[i]); err != nil && ok {
			return nil, errors.New("has an entry that " + err.Error())
		}
	}
	if err != nil {
		return nil, errors.New("is a list of texts: [\"…\", \"…\"]")
	}
	return list, nil
}
