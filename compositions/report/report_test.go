package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// fleet is so many environments, each with a bucket that changes.
func fleet(n int, alike bool) Document {
	d := Document{Base: "main"}
	for i := range n {
		value := "x"
		if !alike {
			value = fmt.Sprint(i)
		}
		name := fmt.Sprintf("env-%04d", i)
		field := diff.Field{Path: diff.Path{{Name: "spec"}, {Name: "forProvider"}, {Name: "tags"}, {Name: "Name"}}, Old: name, New: name + value}
		d.Environments = append(d.Environments, Environment{Report: diff.Report{Name: name, Fate: diff.Changed, Changes: []diff.Change{
			{Component: "storage", Key: "bucket-data", Kind: "s3.aws.m.upbound.io/Bucket", Action: diff.Update, Fields: []diff.Field{field}},
		}}})
	}
	return d
}

func printed(t *testing.T, print func(*bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, print(&out))
	return out.String()
}

func asText(t *testing.T, d Document) string {
	return printed(t, func(b *bytes.Buffer) error { return Text(b, d, false) })
}

func markdown(t *testing.T, d Document) string {
	return printed(t, func(b *bytes.Buffer) error { return Markdown(b, d, "") })
}

func TestEnvironmentsThatDifferInTheirNameOnlyAreToldOnce(t *testing.T) {
	got := asText(t, fleet(1000, true))
	require.Equal(t, 1, strings.Count(got, "tags.Name"))
	require.Contains(t, got, "the same in env-0001, env-0002, env-0003, env-0004, env-0005 and 994 more")
	require.Contains(t, got, "1000 environments: 1000 to change")
	require.Equal(t, 20, strings.Count(asText(t, fleet(20, false)), "tags.Name"))
}

// GitHub takes 65,536 characters of a comment.
func TestACommentFitsAndCountsWhatItLeavesOut(t *testing.T) {
	for _, n := range []int{1, 100, 400, 2000} {
		got := markdown(t, fleet(n, false))
		require.LessOrEqual(t, len(got), Largest, n)
		shown := strings.Count(got, "<details")
		require.Equal(t, shown, strings.Count(got, "</details>"), "%d: no environment is cut", n)
		require.Zero(t, strings.Count(got, "```")%2)
		if shown < n {
			require.Contains(t, got, fmt.Sprintf("**%s more did not fit into this comment**", words.Count(n-shown, "environment")))
			require.Contains(t, got, "- **env", "of some the summary")
		}
		require.Contains(t, got, fmt.Sprintf("%s: %d to change", words.Count(n, "environment"), n))
	}
}

// Whoever reads the comment must meet the worst, wherever it is in the alphabet.
func TestTheGravestEnvironmentIsToldWhereNotAllFit(t *testing.T) {
	d := fleet(400, false)
	d.Environments[200].Dangers = []Danger{{Danger: diff.Danger{Code: "node-roll", Subject: "x", Message: "m"}}}
	d.Environments[390].Dangers = []Danger{{Danger: diff.Danger{Code: "data-loss", Subject: "y", Message: "m"}}}
	d.Environments[399].Dangers = []Danger{{Danger: diff.Danger{Code: "data-loss", Subject: "z", Message: "m"}, Accepted: "moved"}}
	got := markdown(t, d)
	require.Contains(t, got, "<b>env-0200</b>")
	require.Contains(t, got, "<b>env-0390</b>")
	require.NotContains(t, got, "<b>env-0399</b>", "it was accepted")
	require.Less(t, strings.Index(got, "env-0200"), strings.Index(got, "env-0390"), "in their order")

	for i := range d.Environments {
		d.Environments[i].Dangers = []Danger{{Danger: diff.Danger{Code: "data-loss", Subject: "y", Message: strings.Repeat("m", 300)}}}
	}
	require.Contains(t, markdown(t, d), "1 to change; :warning: data-loss\n", "of those that do not fit the codes")
}

func TestAnEnvironmentThatIsTooLargeIsCutByLines(t *testing.T) {
	d := fleet(1, false)
	change := d.Environments[0].Changes[0]
	for i := range 3000 {
		change.Key = fmt.Sprintf("bucket-%d", i)
		change.Fields = []diff.Field{{Path: change.Fields[0].Path, Old: "a", New: fmt.Sprint("b", i)}}
		d.Environments[0].Changes = append(d.Environments[0].Changes, change)
	}
	got := markdown(t, d)
	require.LessOrEqual(t, len(got), Largest)
	require.Regexp(t, `# \d+ lines more\n`+"```\n\n</details>", got)
}

// What a file says must not become markup, nor reach the terminal as a command.
func TestHostileTextsAreShownAsTheyAre(t *testing.T) {
	d := fleet(1, false)
	e := &d.Environments[0]
	e.Changes[0].Fields[0].New = "```\n</details><script>"
	e.Dangers = []Danger{{Danger: diff.Danger{Code: "stuck", Subject: "x", Message: "<b>*@all*"}, Accepted: ""}}
	e.Edits = []Edit{{Pos: diag.Pos{File: "a.cue", Line: 1, Column: 2}, Path: "tags.x", Old: "`", New: "\x1b[31m"}}
	got := markdown(t, d)
	require.Contains(t, got, "````diff\n")
	require.Contains(t, got, `&lt;b&gt;\*@<!-- -->all\*`)
	require.NotContains(t, asText(t, d), "\x1b")
}

func TestJSONHoldsWholeValues(t *testing.T) {
	d := fleet(1, false)
	long := strings.Repeat("x", 5000)
	d.Environments[0].Changes[0].Fields[0].New = long
	got := printed(t, func(b *bytes.Buffer) error { return JSON(b, d) })
	require.True(t, json.Valid([]byte(got)))
	require.Contains(t, got, long)
	require.NotContains(t, asText(t, d), long[:longest+1])
}

func TestALongValueIsShownWhereItDiffers(t *testing.T) {
	before := strings.Repeat("a", 400) + "1" + strings.Repeat("b", 400)
	after := strings.Repeat("a", 400) + "2" + strings.Repeat("b", 400)
	got := became(before, after)
	require.Contains(t, got, "a1b")
	require.Contains(t, got, "a2b")
	require.Less(t, len(got), 3*longest)
}

func TestDiagnosticsAreThoseThatNobodyAccepted(t *testing.T) {
	d := fleet(1, false)
	d.Environments[0].Dangers = []Danger{
		{Danger: diff.Danger{Code: "stuck", Subject: "a", Message: "m", Instead: diff.Advice{Sentence: "do"}, Run: []string{"run"}}, Fails: true},
		{Danger: diff.Danger{Code: "stuck", Subject: "b", Message: "m"}},
		{Danger: diff.Danger{Code: "stuck", Subject: "c", Message: "m"}, Accepted: "why"},
	}
	got := d.Diagnostics()
	require.Len(t, got, 2)
	require.Equal(t, diag.Error, got[0].Severity)
	require.Equal(t, "do\nrun", got[0].Hint)
	require.Equal(t, diag.Warning, got[1].Severity)
}

// GitHub shows ten annotations of a step.
func TestDiagnosticsBeginWithTheGravestAndAreToldOncePerLine(t *testing.T) {
	at := func(line int) diag.Pos { return diag.Pos{File: "defaults.cue", Line: line} }
	d := fleet(2, true)
	for i := range d.Environments {
		d.Environments[i].Dangers = []Danger{
			{Danger: diff.Danger{Code: "node-roll", Subject: "default", Message: "m"}, Pos: at(1)},
			{Danger: diff.Danger{Code: "node-roll", Subject: "platform", Message: "m"}, Pos: at(1)},
			{Danger: diff.Danger{Code: "node-roll", Subject: "gpu", Message: "m"}, Pos: at(2)},
		}
	}
	d.Environments = append(d.Environments, fleet(3, true).Environments[2])
	d.Environments[2].Dangers = []Danger{{Danger: diff.Danger{Code: "data-loss", Subject: "bucket-data", Message: "m"}}}
	var got []string
	for _, found := range d.Diagnostics() {
		got = append(got, found.Code+" "+found.Message)
	}
	require.Equal(t, []string{
		"data-loss/bucket-data env-0002: m",
		"node-roll/default, /platform env-0000, env-0001: m",
		"node-roll/gpu env-0000, env-0001: m",
	}, got)
}

// Environments whose reports are alike have lines of their own.
func TestEachFileHasItsOwnDiagnostic(t *testing.T) {
	d := fleet(2, true)
	for i, file := range []string{"a.cue", "b.cue"} {
		d.Environments[i].Dangers = []Danger{{Danger: diff.Danger{Code: "outage", Subject: "vpc", Message: "m"}, Pos: diag.Pos{File: file, Line: 1}}}
	}
	var got []string
	for _, found := range d.Diagnostics() {
		got = append(got, found.Pos.File+" "+found.Message)
	}
	require.Equal(t, []string{"a.cue env-0000: m", "b.cue env-0001: m"}, got)
}
