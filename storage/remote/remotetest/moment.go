package remotetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// row is what every row of the API has of these, and the row itself.
type row struct {
	ID  string
	Day int
	T   float64
	raw json.RawMessage
}

// dataRows is the rows in an answer: of a list all of them, of one object that one.
func dataRows(body []byte) ([]row, error) {
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	raw := []json.RawMessage{answer.Data}
	if bytes.HasPrefix(answer.Data, []byte("[")) {
		if err := json.Unmarshal(answer.Data, &raw); err != nil {
			return nil, err
		}
	}
	rows := make([]row, 0, len(raw))
	for _, one := range raw {
		var has struct {
			ID  any
			Day int
			T   float64
		}
		if err := json.Unmarshal(one, &has); err != nil {
			return nil, err
		}
		id, _ := has.ID.(string)
		rows = append(rows, row{id, has.Day, has.T, one})
	}
	return rows, nil
}

// atMoment is the answer for a moment, made of that for the last moment: the same where it
// is that moment, else an empty one.
func atMoment(last recorded, q url.Values) recorded {
	if last.status != http.StatusOK || (!q.Has("day") && !q.Has("t")) {
		return last
	}
	rows, err := dataRows(last.body)
	if err != nil || len(rows) == 0 || bytes.Equal(rows[0].raw, []byte("null")) {
		return last
	}
	switch {
	case equals(q, "day", float64(rows[0].Day)) && equals(q, "t", rows[0].T):
		return last
	case bytes.HasPrefix(last.body, []byte(`{"data":[`)):
		return jsonAnswer(http.StatusOK, `{"data":[]}`)
	}
	return jsonAnswer(http.StatusOK, `{"data":null}`)
}

// equals reports whether a part of a query is a number, or not there.
func equals(q url.Values, name string, want float64) bool {
	got, err := strconv.ParseFloat(q.Get(name), 64)
	return !q.Has(name) || (err == nil && got == want)
}
