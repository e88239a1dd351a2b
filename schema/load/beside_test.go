package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// folder writes one file into a folder of its own, below a root.
func folder(t *testing.T, name, content string) (*load.Loader, string) {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, strings.TrimSuffix(name, ".cue"))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	return load.New(root), dir
}

func said(found diag.List) string {
	var b strings.Builder
	for _, d := range found.Sorted() {
		fmt.Fprintf(&b, "%s: %s [%s]\n", d.Pos, d.Text(), d.Code)
	}
	return b.String()
}

func TestQuotasAreReadWithTheirPlaces(t *testing.T) {
	l, dir := folder(t, "quotas.cue", `package quotas

import "github.com/dominoc/dominoc/schema/v1alpha1"

quotas: v1alpha1.#Quotas & {
	"123456789012": {
		global: "L-FE177D64": 2000
		regions: "us-west-2": "L-1216C47A": 640
	}
}
`)
	q, found := l.Quotas(dir)
	require.Empty(t, said(found))
	require.Equal(t, v1alpha1.Quotas{"123456789012": {
		Global:  map[string]int64{"L-FE177D64": 2000},
		Regions: map[string]map[string]int64{"us-west-2": {"L-1216C47A": 640}},
	}}, q.Values)
	require.Equal(t, "quotas/quotas.cue:8:39", q.At(diag.Path{"123456789012", "regions", "us-west-2", "L-1216C47A"}).String())
	require.Equal(t, "quotas/quotas.cue:8:3", q.At(diag.Path{"123456789012", "regions", "eu-central-1"}).String(), "the nearest that is written")
}

func TestNoQuotasAreStated(t *testing.T) {
	q, found := load.New(t.TempDir()).Quotas("nowhere")
	require.Nil(t, q)
	require.Empty(t, found)
}

func TestQuotasThatAreWrong(t *testing.T) {
	for name, content := range map[string]string{
		"NoCodeOfAQuota": "package quotas\n\nquotas: \"123456789012\": global: roles: 12\n",
		"NoAccount":      "package quotas\n\nquotas: \"1234\": {}\n",
		"ANumberAsText":  "package quotas\n\nquotas: \"123456789012\": global: \"L-FE177D64\": \"12\"\n",
		"NoCUE":          "package quotas\n\nquotas: {\n",
		"AnotherPackage": "package quota\n\nquotas: {}\n",
		"ForeignImport":  "package quotas\n\nimport \"example.com/shared\"\n\nquotas: shared.quotas\n",
		"NotText":        "package quotas\n\x00",
		"NoRegion":       "package quotas\n\nquotas: \"123456789012\": regions: west: {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			l, dir := folder(t, "quotas.cue", content)
			q, found := l.Quotas(dir)
			require.Nil(t, q)
			require.True(t, found.HasErrors())
			for _, d := range found {
				require.Equal(t, "quotas/quotas.cue", d.Pos.File)
				t.Log(d.Pos, d.Text(), d.Code)
			}
		})
	}
}

func plans(names ...string) []load.Planned {
	var all []load.Planned
	for _, name := range names {
		all = append(all, load.Planned{
			Name: name,
			Environment: &v1alpha1.Environment{
				Name: name, Tags: map[string]string{"stage": "production"}, Deletion: "allow",
			},
			Spec: &v1alpha1.EnvironmentSpec{Zones: []string{"us-west-2a"}},
		})
	}
	return all
}

const house = `package policy

import "github.com/dominoc/dominoc/schema/v1alpha1"

policy: v1alpha1.#Policy & {
	plans: _
	rules: "production-is-protected": {
		severity: "warning"
		violations: [
			for p in plans if p.environment.tags.stage == "production" if p.environment.deletion != "protect" {
				environment: p.name
				path:        "deletion"
				message:     "production keeps its data"
				hint:        "remove it"
			},
		]
	}
}
`

func TestARuleOfTheHouse(t *testing.T) {
	l, dir := folder(t, "policy.cue", house)
	p, found := l.Policy(dir)
	require.Empty(t, said(found))
	violations, found := p.Check(plans("b", "a"))
	require.Empty(t, said(found))
	rule := diag.Pos{File: "policy/policy.cue", Line: 7, Column: 9}
	require.Equal(t, []load.Violation{
		{"production-is-protected", diag.Warning, "a", diag.Path{"deletion"}, "production keeps its data", "remove it", rule},
		{"production-is-protected", diag.Warning, "b", diag.Path{"deletion"}, "production keeps its data", "remove it", rule},
	}, violations)
}

func TestNoRuleIsBrokenWithoutPlans(t *testing.T) {
	l, dir := folder(t, "policy.cue", house)
	p, _ := l.Policy(dir)
	violations, found := p.Check(nil)
	require.Empty(t, found)
	require.Empty(t, violations)
}

func TestRulesThatAreWrong(t *testing.T) {
	rule := func(body string) string {
		return "package policy\n\npolicy: {\n\tplans: _\n\trules: r: violations: [" + body + "]\n}\n"
	}
	for name, content := range map[string]string{
		"AFieldThatNoPlanHas": rule(`for p in plans if p.environment.nmae == "a" {environment: p.name, message: "m"}`),
		"NoMessage":           rule(`for p in plans {environment: p.name}`),
		"AnUnknownField":      rule(`for p in plans {environment: p.name, message: "m", text: "t"}`),
		"NoPath":              rule(`for p in plans {environment: p.name, message: "m", path: "a["}`),
		"NoCodeOfARule":       "package policy\n\npolicy: rules: \"A b\": {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			l, dir := folder(t, "policy.cue", content)
			p, found := l.Policy(dir)
			require.Empty(t, said(found))
			violations, found := p.Check(plans("a"))
			require.Empty(t, violations)
			require.True(t, found.HasErrors(), "said nothing")
			for _, d := range found {
				require.Equal(t, "policy/policy.cue", d.Pos.File)
				t.Log(d.Pos, d.Text(), d.Code)
			}
		})
	}
}

func TestARuleThatDoesNotEnd(t *testing.T) {
	l, dir := folder(t, "policy.cue", `package policy

import "list"

let n = list.Range(0, 2000, 1)

policy: rules: r: violations: [for a in n for b in n for c in n if a+b+c < 0 {environment: "a", message: "m"}]
`)
	l.Deadline = 200 * time.Millisecond
	p, found := l.Policy(dir)
	require.Empty(t, said(found))
	_, found = p.Check(nil)
	require.Contains(t, said(found), "[evaluation-deadline]")
}
