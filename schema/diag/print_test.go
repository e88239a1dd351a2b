package diag

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

func sample() List {
	return List{
		{
			Severity: Error, Code: "invalid-value", Pos: at("environments/a/environment.cue", 2, 8), End: 21, Path: "network.cidr",
			Message: `"10.0.0.0/99" is not a range`, Hint: "write 10.0.0.0/16",
			Notes: []Note{{at("environments/shared.cue", 3, 1), "here it is, 100%"}, {Pos{}, "without a place"}},
		},
		{Severity: Warning, Code: "single-nat", Pos: at("environments/a/environment.cue", 3, 12), End: 16, Message: "fails with its zone"},
		{Severity: Error, Code: "file-too-large", Pos: Pos{File: "weird:name, with%/é x.cue"}, Message: "line one\nline two \x1b[31m"},
		{Severity: Error, Code: "no-place", Message: "nowhere"},
		shared("d"), shared("c"), shared("a"), shared("b"), shared("e"), shared("a"),
	}
}

// shared is a mistake in a file that several environments take.
func shared(environment string) Diagnostic {
	return Diagnostic{
		Severity: Error, Code: "invalid-value", Pos: at("environments/shared.cue", 3, 1), Path: "tags.team",
		Message: "the number 7 is not the value of a tag", Environments: []string{environment},
	}
}

func source(name string) []byte {
	if name == "environments/a/environment.cue" {
		return []byte("environment: {\r\n\tcidr: \"10.0.0.0/99\"\r\n\tünlauts: \"ä\"\n")
	}
	return nil
}

func TestFormats(t *testing.T) {
	for _, f := range Formats() {
		t.Run(string(f), func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, Print(&out, sample(), f, Options{Source: source, Version: "v1.2.3"}))
			golden(t, string(f), out.Bytes())
		})
	}
	t.Run("color", func(t *testing.T) {
		var out bytes.Buffer
		require.NoError(t, Print(&out, sample(), Text, Options{Source: source, Color: true}))
		golden(t, "color", out.Bytes())
	})
}

func TestAnEmptyListIsADocumentToo(t *testing.T) {
	for f, want := range map[Format]string{
		Text:   "",
		GitHub: "",
		JSON:   "{\n  \"diagnostics\": [],\n  \"errors\": 0,\n  \"warnings\": 0\n}\n",
	} {
		var out bytes.Buffer
		require.NoError(t, Print(&out, nil, f, Options{}))
		require.Equal(t, want, out.String())
	}
	var out bytes.Buffer
	require.NoError(t, Print(&out, nil, SARIF, Options{}))
	require.True(t, json.Valid(out.Bytes()))
	require.Contains(t, out.String(), `"results": []`)
}

func TestPrintRefusesAnUnknownFormat(t *testing.T) {
	require.EqualError(t, Print(&bytes.Buffer{}, nil, "xml", Options{}), `unknown format "xml": must be one of [text json sarif github]`)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestPrintFailsWhenTheWriterDoes(t *testing.T) {
	for _, f := range Formats() {
		require.Error(t, Print(full{}, sample(), f, Options{}), f)
	}
}

func TestSummary(t *testing.T) {
	require.Equal(t, "", Summary(nil))
	require.Equal(t, "4 errors, 1 warning in 3 files", Summary(sample()))
	require.Equal(t, "1 error", Summary(sample()[3:4]))
	require.Equal(t, "2 warnings in 1 file", Summary(List{
		{Severity: Warning, Pos: at("a", 1, 1)}, {Severity: Warning, Pos: at("a", 2, 1)}, {Severity: Warning, Pos: at("a", 2, 1)},
	}))
}

func TestAPlaceOutsideOfTheFileIsPrintedWithoutALine(t *testing.T) {
	for _, p := range []Pos{at("environments/a/environment.cue", 99, 1), at("environments/a/environment.cue", 2, 999), at("gone", 1, 1)} {
		var out bytes.Buffer
		require.NoError(t, Print(&out, List{{Severity: Error, Pos: p, End: 5, Message: "x"}}, Text, Options{Source: source}))
		require.NotContains(t, out.String(), "^")
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if goldenfile.Updating() {
		goldenfile.Write(t, file, got)
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
