package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/graph"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/compositions/tables"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// hostile is what a file, a cluster or AWS may say to deceive a reader: the title
// and the screen of a terminal, colours, text that runs backwards, characters that
// are not seen, commands for GitHub, markup, and bytes that are no text. The
// umlaut and the ideographs are no deception.
const hostile = "Ü環\x1b]0;owned\x07\x1b[2J\x1b[31mred\u202egnp\u2066x\u200b\ufeff\r\x00\u0085\n::error::evil\n  ::error::evil\n##[stop-commands]evil\n# evil\n<script>*_`\xff"

// poison appends the hostile text to every text of a value.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.Kind() == reflect.Interface && v.Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(v.Elem().String() + hostile))
		} else if v.Kind() == reflect.Pointer && !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(v.String() + hostile)
		}
	}
}

// requireVisible wants a text in which a reader sees everything, and that still has
// its letters.
func requireVisible(t *testing.T, text string) {
	t.Helper()
	require.Contains(t, text, "Ü環", "nothing of what is hostile was printed")
	requireNothingHidden(t, text)
}

func requireNothingHidden(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", " ")
		require.False(t, words.Hides(strings.ReplaceAll(line, "\ufffd", "")), "%q", line)
		require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::error::evil"), "a command for GitHub: %q", line)
		require.NotContains(t, line, "##[", "a command for GitHub")
		require.False(t, strings.HasPrefix(line, "# evil"), "a heading")
	}
}

func TestNoWriterPrintsWhatAReaderDoesNotSee(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	code := string(diff.Codes()[0].Name)
	document := report.Document{Base: "main", Notes: []string{"note"}, Environments: []report.Environment{{
		Report: diff.Report{Name: "prod", Fate: diff.Changed, Changes: []diff.Change{{
			Component: "storage", Key: "bucket", Kind: "s3/Bucket", Object: "o", AWSName: "n", Action: diff.Update,
			Fields: []diff.Field{{Path: diff.Path{{Name: "spec"}, {Name: "tags"}}, Old: "a", New: "b"}, {Path: diff.Path{{Name: "list"}}, Added: []any{"x"}}},
		}}},
		File: "f", Notes: []string{"of one"},
		Edits: []report.Edit{{Pos: diag.Pos{File: "f", Line: 1, Column: 1}, Path: "tags.a", Old: "x", New: "y"}},
		Dangers: []report.Danger{
			{Danger: diff.Danger{Code: code, Subject: "s", Message: "m", Instead: diff.Advice{Sentence: "i"}, Run: []string{"aws x"}, Of: []string{"o"}}, Path: "p", Pos: diag.Pos{File: "f", Line: 1}},
			{Danger: diff.Danger{Code: code, Subject: "t", Message: "n"}, Accepted: "because"},
		},
	}}}
	poison(reflect.ValueOf(&document))
	document.Environments[0].Dangers[0].Accepted = ""
	list := diag.List{{Severity: diag.Error, Code: "code", Pos: diag.Pos{File: "f", Line: 1, Column: 1}, Path: "p", Message: "m", Hint: "h", Notes: []diag.Note{{Pos: diag.Pos{File: "f", Line: 1}, Message: "n"}}}}
	poison(reflect.ValueOf(&list))
	since := now
	sick := []health.Report{{Name: "prod", Region: "r", Account: "a", Version: "1", Parts: []health.Part{{Key: "network", Kind: "k", Name: "n", Objects: 2, Well: 1}},
		Findings: []health.Finding{
			{State: health.Wrong, Place: "p", Kind: "k", Name: "n", Says: "s", Message: "m", Hint: "h", Since: &since, WaitsFor: []health.Need{{What: "w", Place: "q"}}},
			{State: health.Working, Place: "p", Kind: "k", ExternalName: "n", Says: "t"},
		}}}
	poison(reflect.ValueOf(&sick))
	picture := graph.Picture{Name: "prod", Region: "r", FQDN: "f", Facts: []string{"f"}, Zones: []string{"z"}, Change: true, Nodes: []graph.Node{
		{ID: "vpc", Place: graph.Place{Area: graph.VPC}, Title: "vpc", Size: "s", Lines: []string{"l"}},
		{ID: "x", Place: graph.Place{Area: graph.Panels, In: "Storage"}, Title: "t", Size: "s", Lines: []string{"l"}, Badges: []string{"b"}, Mark: graph.Changed, Why: []string{"w"}},
	}}
	poison(reflect.ValueOf(&picture))

	for name, print := range map[string]func(io.Writer) error{
		"text":        func(w io.Writer) error { return report.Text(w, document, false) },
		"markdown":    func(w io.Writer) error { return report.Markdown(w, document, hostile) },
		"json":        func(w io.Writer) error { return report.JSON(w, document) },
		"refused":     func(w io.Writer) error { return report.Refused(w, "x"+hostile) },
		"annotations": func(w io.Writer) error { return diag.Print(w, document.Diagnostics(), diag.GitHub, diag.Options{}) },
		"diagnostics": func(w io.Writer) error {
			return diag.Print(w, list, diag.Text, diag.Options{Source: func(string) []byte { return []byte("x" + hostile) }})
		},
		"github":       func(w io.Writer) error { return diag.Print(w, list, diag.GitHub, diag.Options{}) },
		"sarif":        func(w io.Writer) error { return diag.Print(w, list, diag.SARIF, diag.Options{}) },
		"diag json":    func(w io.Writer) error { return diag.Print(w, list, diag.JSON, diag.Options{}) },
		"status":       func(w io.Writer) error { _, err := io.WriteString(w, health.Text(sick, now, false)); return err },
		"status lines": func(w io.Writer) error { return health.Lines(w, w).Show(sick, now) },
		"trouble": func(w io.Writer) error {
			health.Lines(w, w).Trouble(errors.New("x"+hostile), now)
			health.JSONLines(w, w).Trouble(errors.New("x"+hostile), now)
			return nil
		},
		"status json": func(w io.Writer) error { return health.JSONLines(w, w).Show(sick, now) },
		"svg":         func(w io.Writer) error { _, err := io.WriteString(w, picture.SVG()); return err },
		"mermaid":     func(w io.Writer) error { _, err := io.WriteString(w, picture.Mermaid()); return err },
		"table": func(w io.Writer) error {
			return tables.Table{Text: func(w io.Writer) { tables.Row(w, "x"+hostile, 1) }}.Print(w, "text")
		},
		"table json": func(w io.Writer) error {
			return tables.Table{Rows: "x" + hostile}.Print(w, "json")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, print(&out))
			requireVisible(t, out.String())
			switch {
			case name == "svg":
				require.NoError(t, xml.Unmarshal(out.Bytes(), new(struct{})))
			case strings.HasSuffix(name, "json") || name == "sarif":
				var value any
				require.NoError(t, json.Unmarshal(out.Bytes(), &value))
				if name != "sarif" {
					require.Contains(t, strconv.Quote(textsOf(value)), `\u202e`, "a program gets every character")
				}
			}
		})
	}

	var drawn bytes.Buffer
	v := health.Screen(&drawn, true, now)
	require.NoError(t, v.Show(sick, now.Add(time.Minute)))
	v.Trouble(errors.New("x"+hostile), now)
	text := drawn.String()
	for _, ours := range []string{"\x1b[2J\x1b[H", "\x1b[K", "\x1b[J", "\x1b[1;31m", "\x1b[1m", "\x1b[33m", "\x1b[36m", "\x1b[0m"} {
		text = strings.ReplaceAll(text, ours, "")
	}
	requireVisible(t, text)
}

// textsOf returns all texts of a JSON value, one after the other.
func textsOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		all := ""
		for _, v := range value {
			all += textsOf(v)
		}
		return all
	case map[string]any:
		all := ""
		for _, v := range value {
			all += textsOf(v)
		}
		return all
	}
	return ""
}

// What is written by hand in a file, on the command line, or said by git.
func TestNoCommandPrintsWhatAReaderDoesNotSee(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "environments", "dev", "environment.yaml")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	plain := "name: dev\naccount: \"123456789012\"\nregion: us-west-2\nzones: [us-west-2a]\ndomain: {fqdn: dev.example.com}\ncluster: {version: \"1.35\"}\npools: {platform: {}, default: {}}\n"
	write := func(content string) { require.NoError(t, os.WriteFile(file, []byte(content), 0o644)) }
	git := func(args ...string) {
		command := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run := func(args ...string) string {
		var out bytes.Buffer
		Run(context.Background(), append([]string{"-C", dir}, args...), Streams{Out: &out, Err: &out})
		return out.String()
	}
	write(plain)
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "base")
	evil := strconv.Quote("Ü環 \x1b[31m\u202e\u200b") // \x1b and \u202e are escapes of YAML too
	write(plain + "tags: {note: " + evil + "}\naccept: {data-loss: " + evil + "}\n")
	for _, args := range [][]string{
		{"vet"}, {"render", "dev"}, {"build", "--print", "environments/dev"}, {"build", "--plan"},
		{"diff", "HEAD"}, {"diff", "HEAD", "--format", "markdown"}, {"diff", "HEAD", "--format", "json"}, {"diff", "HEAD", "--format", "github"},
		{"graph", "dev"}, {"graph", "dev", "--format", "mermaid"}, {"capacity", "dev"}, {"quotas"}, {"policy"},
	} {
		said := run(args...)
		require.NotEmpty(t, said, args)
		requireNothingHidden(t, said)
	}
	require.Contains(t, run("diff", "HEAD"), "Ü環")

	write(plain + "colour: " + evil + "\nregion: " + evil + "\nname: " + evil + "\n")
	for _, format := range diag.Formats() {
		requireNothingHidden(t, run("vet", "--format", string(format)))
	}
	write(plain + "tags: {note: \"" + hostile + "\"}\n")
	requireNothingHidden(t, run("vet"))
	for _, args := range [][]string{
		{hostile}, {"vet", hostile}, {"explain", hostile}, {"diff", hostile}, {"vet", "--" + hostile}, {"vet", "--format", hostile},
		{"graph", hostile}, {"new", hostile}, {"push", hostile}, {"build", "--print", hostile}, {"status", hostile, "--kubeconfig", hostile},
	} {
		requireVisible(t, run(args...))
	}
}
