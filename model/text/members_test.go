package text

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestAMemberIsFound(t *testing.T) {
	v := ParseValue(`{"a":1 , "饿":{"a":[2,"}"]},"q\"":"x,}" ,"\u5317":true,"n":null,"e":-1.5e3}`)
	for key, want := range map[string]string{"a": "1", "饿": `{"a":[2,"}"]}`, `q"`: `"x,}"`, "北": "true", "n": "null", "e": "-1.5e3"} {
		if got, ok := v.Get(key); !ok || got.Raw() != want {
			t.Errorf("%q is %s, %v", key, got.Raw(), ok)
		}
	}
	for _, raw := range []string{`{}`, `[]`, `"a"`, `1`, ``, ` { } `, `{"b":{"a":1}}`} {
		if got, ok := ParseValue(raw).Get("a"); ok {
			t.Errorf("%s has %s", raw, got.Raw())
		}
	}
}

// FuzzGet holds that Get finds what Members finds, and never leaves the text.
func FuzzGet(f *testing.F) {
	f.Add(`{"a":1,"b":[{"c":"\\"}],"c":{}}`)
	f.Add("{\"a\"\n:\t[] ,\"\\u0061b\":\"}\"}")
	f.Fuzz(func(t *testing.T, raw string) {
		for at := range len(raw) {
			_, _ = Value{raw: "{" + raw[at:]}.Get("a")
		}
		v, seen := ParseValue(raw), map[string]bool{}
		for _, m := range v.Members() {
			if key := m.Key.Raw(); !seen[key] {
				seen[key] = true
				if got, ok := v.Get(key); !ok || got.Raw() != m.Value.Raw() {
					t.Fatalf("%q of %q is %q, %v, want %q", key, raw, got.Raw(), ok, m.Value.Raw())
				}
			}
		}
	})
}

func BenchmarkGet(b *testing.B) {
	raw := `{"hunger":0.68`
	for i := range 20 {
		raw += fmt.Sprintf(`,"key %d":"some words"`, i)
	}
	v := ParseValue(raw + `,"energy":0.75}`)
	b.Run("last of 22", func(b *testing.B) {
		for b.Loop() {
			v.Get("energy")
		}
	})
	b.Run("members", func(b *testing.B) {
		for b.Loop() {
			v.Members()
		}
	})
}

// FuzzMembers holds that members and items are those that encoding/json finds.
func FuzzMembers(f *testing.F) {
	f.Add(`{"a":1, "b" :[{"c":"\\"}] ,"c":{}, "a":null}`)
	f.Add("[ 1,\t\"]\", [] , {\"a\":[2]},true\n]")
	f.Add(`{"\ud800":"\xff","":[]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		v, got, want := ParseValue(raw), "", ""
		for _, m := range v.Members() {
			got += fmt.Sprintf("%q=%s\n", m.Key.Raw(), m.Value.Raw())
		}
		for _, item := range v.Items() {
			got += item.Raw() + "\n"
		}
		if k := v.Kind(); k != ObjectValue && k != ListValue {
			return
		}
		dec := json.NewDecoder(strings.NewReader(v.Raw()))
		_, _ = dec.Token()
		for dec.More() {
			if v.Kind() == ObjectValue {
				key, err := dec.Token()
				if err != nil {
					return // the decoder minds what json.Valid does not
				}
				want += fmt.Sprintf("%q=", key)
			}
			var value json.RawMessage
			if dec.Decode(&value) != nil {
				return
			}
			want += string(value) + "\n"
		}
		if got != want {
			t.Fatalf("%q has\n%swant\n%s", raw, got, want)
		}
	})
}
