package pipe

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"societop/storage/peer/wire"
)

func TestARequestArrives(t *testing.T) {
	for _, path := range []string{"", "~", "/data/lab.db", "/$(x) '\"\n\xff%\\", "/" + strings.Repeat("北", 2000)} {
		var b bytes.Buffer
		want := Request{Version, path}
		if err := Ask(&b, want); err != nil || strings.Count(b.String(), "\n") != 1 {
			t.Fatalf("%q, %v", b.String(), err)
		}
		b.WriteString("rest")
		r := bufio.NewReader(&b)
		got, err := ReadRequest(r)
		rest, _ := io.ReadAll(r)
		if err != nil || got != want || string(rest) != "rest" {
			t.Errorf("%q: %+v, %v, then %q", path, got, err, rest)
		}
	}
	for _, line := range []string{"GET / HTTP/1.1\n", "societop-hello x\n", `societop-hello {"path":"%"}` + "\n", `societop-hello {"path":"/%00"}` + "\n", strings.Repeat("x", maxLine+1) + "\n"} {
		if r, err := ReadRequest(bufio.NewReader(strings.NewReader(line))); !errors.Is(err, ErrLine) {
			t.Errorf("%.40q: %+v, %v", line, r, err)
		}
	}
	if _, err := ReadRequest(bufio.NewReader(strings.NewReader("societop"))); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestAReplyIsFoundAfterWhatTheShellPrints(t *testing.T) {
	const most = 1 << 10
	for _, noise := range []string{"", "Welcome to lab-7\n", "no line end", "societop-stdio {\n", "societop-stdio {}societop-stdio ", "\x00\xff\n\n", strings.Repeat("x", most-10), strings.Repeat("\n", most-10)} {
		b := bytes.NewBufferString(noise)
		want := Reply{Version: Version, Release: "v1 \u2028", Failure: &wire.Error{Code: "damaged", Detail: "x\ny"}}
		if err := Answer(b, want); err != nil {
			t.Fatal(err)
		}
		b.WriteString("rest")
		r := bufio.NewReaderSize(b, 64)
		got, err := ReadReply(r, most)
		rest, _ := io.ReadAll(r)
		if err != nil || got.Failure == nil || *got.Failure != *want.Failure || got.Release != want.Release || string(rest) != "rest" {
			t.Errorf("%.40q: %+v, %v, then %q", noise, got, err, rest)
		}
	}
	endless := bufio.NewReader(io.MultiReader(strings.NewReader("\nline 1\nline 2\n"), strings.NewReader(strings.Repeat("more\n", 100_000))))
	if r, err := ReadReply(endless, most); !errors.Is(err, ErrNoise) || !strings.Contains(err.Error(), `"line 1"`) {
		t.Errorf("%+v, %v", r, err)
	}
	var echo bytes.Buffer
	if err := Ask(&echo, Request{Version, "/lab.db"}); err != nil {
		t.Fatal(err)
	}
	hangs, _ := io.Pipe()
	if r, err := ReadReply(bufio.NewReader(io.MultiReader(&echo, hangs)), most); !errors.Is(err, ErrNoise) {
		t.Errorf("an echo: %+v, %v", r, err)
	}
	if r, err := ReadReply(bufio.NewReader(strings.NewReader("")), most); !errors.Is(err, io.EOF) {
		t.Errorf("nothing: %+v, %v", r, err)
	}
}

// FuzzReadReply: nothing that is printed before the reply hides it, and nothing makes the reader
// hang.
func FuzzReadReply(f *testing.F) {
	f.Add([]byte("Welcome\nsocietop-stdio {\"version\":1}\n"))
	f.Fuzz(func(t *testing.T, noise []byte) {
		var b bytes.Buffer
		if err := Answer(&b, Reply{Version: 7}); err != nil {
			t.Fatal(err)
		}
		r, err := ReadReply(bufio.NewReaderSize(io.MultiReader(bytes.NewReader(noise), &b), 16), 1<<20)
		if err != nil && !bytes.Contains(noise, []byte(asks)) {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
