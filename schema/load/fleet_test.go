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
	"github.com/dominoc/dominoc/schema/source"
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

func TestNothingOfTheHouseIsMissedInSilence(t *testing.T) {
	second := func(content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "second.cue"), []byte(content), 0o644))
		}
	}
	link := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, name)))
		}
	}
	for name, c := range map[string]struct {
		make func(*testing.T, string)
		want string
	}{
		"a file that is a dangling link":   {link("second.cue"), "policy/second.cue: cannot be read: no such file or directory [unreadable-file]\n"},
		"a broken package clause":          {second("package 1\n"), "policy/second.cue:1:9: expected 'IDENT', found 'INT' 1 [syntax]\n"},
		"a misspelt package clause":        {second("pakage policy\n\npolicy: {}\n"), "policy/second.cue:1:8: expected label or ':', found 'IDENT' policy [syntax]\n"},
		"a file that is not text":          {second("\x00"), "policy/second.cue:1:1: illegal character NUL [syntax]\n"},
		"another package":                  {second("package other\n\nx: {\n"), ""},
		"CUE without a package":            {second("x: 1\n"), ""},
		"an editor's lock":                 {link(".#policy.cue"), ""},
		"a link that is no source of CUE":  {link("notes.txt"), ""},
		"a folder whose name is of a file": {func(t *testing.T, dir string) { require.NoError(t, os.Mkdir(filepath.Join(dir, "a.cue"), 0o755)) }, ""},
		"a link to a folder":               {func(t *testing.T, dir string) { require.NoError(t, os.Symlink(".", filepath.Join(dir, "a.cue"))) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, dir := folder(t, "policy.cue", house)
			c.make(t, dir)
			p, found := l.Policy(dir)
			require.Equal(t, c.want, said(found))
			require.Equal(t, c.want == "", p != nil)
		})
	}
}

func TestThePackageOfTheHouseIsNotTheNameOfAFile(t *testing.T) {
	l, dir := folder(t, "policy.cue", "package polcy\n")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "second.cue"), []byte(house), 0o644))
	p, found := l.Policy(dir)
	require.Nil(t, p)
	require.Equal(t, "policy/policy.cue:1:1: is not a file of package \"policy\" [package-name]\n", said(found))
}

func TestAFolderOfTheHouseThatIsNone(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "file"), nil, 0o644))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(root, "link")))
	for name, want := range map[string]string{
		"nowhere": "",
		"file":    "file: cannot be read: not a directory [unreadable-file]\n",
		"link":    "link: cannot be read: no such file or directory [unreadable-file]\n",
	} {
		p, found := load.New(root).Policy(filepath.Join(root, name))
		require.Nil(t, p)
		require.Equal(t, want, said(found), name)
	}
}

func TestSharedValuesAreNotMissedInSilence(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		code string
	}{
		"a dangling link":           {func(p string) error { return os.Symlink("nowhere", p) }, "unreadable-file"},
		"a broken package clause":   {func(p string) error { return os.WriteFile(p, []byte("package 1\n"), 0o644) }, "syntax"},
		"a misspelt package clause": {func(p string) error { return os.WriteFile(p, []byte("pakage environment\n"), 0o644) }, "syntax"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "environments", "prod")
			require.NoError(t, os.MkdirAll(dir, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "environment.yaml"), []byte("name: prod\n"), 0o644))
			require.NoError(t, c.make(filepath.Join(root, "environments", "defaults.cue")))
			folders, err := source.Open(root).Find([]string{"prod"})
			require.NoError(t, err)
			var codes []string
			for _, d := range load.New(root).One(folders[0]).Diagnostics {
				if d.Pos.File == "environments/defaults.cue" {
					codes = append(codes, d.Code)
				}
			}
			require.Equal(t, []string{c.code}, codes)
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
		"NoMessage":      rule(`for p in plans {environment: p.name}`),
		"AnUnknownField": rule(`for p in plans {environment: p.name, message: "m", text: "t"}`),
		"NoPath":         rule(`for p in plans {environment: p.name, message: "m", path: "a["}`),
		"NoCodeOfARule":  "package policy\n\npolicy: rules: \"A b\": {}\n",
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

// A rule that does not run would let everything pass.
func TestAPolicyThatCannotBeEvaluatedIsAnError(t *testing.T) {
	rule := func(body string) string {
		return "package policy\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\npolicy: v1alpha1.#Policy & {\n\tplans: _\n\trules: r: violations: [" + body + "]\n}\n"
	}
	const all = `plans: _, rules: r: violations: [for p in plans {environment: p.name, message: "m"}]`
	for name, c := range map[string]struct{ content, want string }{
		"a misspelt reference": {rule(`for p in planz {environment: p.name, message: "m"}`),
			"7:34: policy.rules.r.violations: reference \"planz\" not found (did you mean plans?) [reference]"},
		"a missing import": {rule(`for p in plans if list.Contains([], p) {environment: p.name, message: "m"}`),
			"7:43: policy.rules.r.violations.for[]: reference \"list\" not found (write above: import \"list\") [reference]"},
		"the schema is not imported": {"package policy\n\npolicy: v1alpha1.#Policy & {" + all + "}\n",
			"3:9: policy: reference \"v1alpha1\" not found (write above: import \"github.com/dominoc/dominoc/schema/v1alpha1\") [reference]"},
		"plans are not declared": {"package policy\n\npolicy: rules: r: violations: [for p in plans {environment: p.name, message: \"m\"}]\n",
			"3:41: policy.rules.r.violations: reference \"plans\" not found (write plans: _ within policy) [reference]"},
		"a reference in a condition on rules": {"package policy\n\npolicy: {plans: _, rules: {for p in planz {r: violations: [{environment: p.name, message: \"m\"}]}}}\n",
			"3:37: policy.rules: reference \"planz\" not found (did you mean plans?) [reference]"},
		"a misspelt field": {"package policy\n\npolcy: {" + all + "}\n",
			"3:1: \"polcy\" is not read, and nothing refers to it; the fields here are policy and accept (did you mean policy?) [unknown-field]"},
		"rules outside of the policy": {"package policy\n\npolicy: {plans: _}\nrules: r: violations: []\n",
			"4:1: \"rules\" is not read, and nothing refers to it; the fields here are policy and accept (a name of your own begins with _ or #, or is referred to) [unknown-field]"},
		"plans of one's own": {"package policy\n\nplans: [...]\npolicy: rules: r: violations: [for p in plans {environment: p.name, message: \"m\"}]\n",
			"3:1: \"plans\" is not filled in here: dominoc gives the plans to policy.plans (write plans: _ within policy) [unknown-field]"},
		"a field that no environment has, in a guard": {rule(`for p in plans if p.environment.deletoin == "allow" {environment: p.name, message: "m"}`),
			"7:57: a plan has no field environment.deletoin, so this guards or says nothing (did you mean deletion?) [unknown-field]"},
		"its absence is asked for": {rule(`for p in plans if p.environment.cluster.endpiont.public != _|_ {environment: p.name, message: "m"}`),
			"7:65: a plan has no field environment.cluster.endpiont, so this guards or says nothing (did you mean endpoint?) [unknown-field]"},
		"a field that no plan has": {rule(`for p in plans if p.env != _|_ {environment: p.name, message: "m"}`),
			"7:45: a plan has no field env, so this guards or says nothing (there are name, environment, spec) [unknown-field]"},
		"an optional rule": {"package policy\n\npolicy: {plans: _, rules: r?: violations: [for p in plans {environment: p.name, message: \"m\"}]}\n",
			"3:27: an optional rule never runs (remove the question mark) [policy-rule]"},
		"an optional field where a rule has no place": {"package policy\n\npolicy: \"r\"?: [{environment: \"a\", path: \"zones\", message: \"m\"}]\n",
			"3:9: an optional rule never runs (remove the question mark) [policy-rule]"},
		"optional rules": {"package policy\n\npolicy: rules?: r: violations: [{environment: \"a\", path: \"zones\", message: \"m\"}]\n",
			"3:9: an optional rule never runs (remove the question mark) [policy-rule]"},
		"an optional policy": {"package policy\n\npolicy?: rules: r: violations: [{environment: \"a\", path: \"zones\", message: \"m\"}]\n",
			"3:1: an optional rule never runs (remove the question mark) [policy-rule]"},
		"optional violations": {"package policy\n\npolicy: rules: r: violations?: [{environment: \"a\", path: \"zones\", message: \"m\"}]\n",
			"3:19: an optional rule never runs (remove the question mark) [policy-rule]"},
		"a pattern": {"package policy\n\npolicy: {plans: _, rules: [string]: violations: [for p in plans {environment: p.name, message: \"m\"}]}\n",
			"3:27: a pattern makes no rule: it only adds to rules that have a name (give the rule a code, as in \"production-keeps-data\") [policy-rule]"},
		"a guard that is no bool": {rule(`for p in plans if p.environment.name {environment: p.name, message: "m"}`),
			"7:24: policy.rules.r.violations: cannot use \"a\" (type string) as type bool [evaluation]"},
		"a guard that is not concrete": {rule(`for p in plans if bool {environment: p.name, message: "m"}`),
			"7:24: policy.rules.r.violations: incomplete bool: bool [evaluation]"},
		"a text that is not concrete": {rule(`for p in plans {environment: p.name, message: string}`),
			"7:25: policy.rules.r.violations.0.message: incomplete value !=\"\" [evaluation]"},
		"another package": {"package house\n\npolicy: {" + all + "}\n",
			"1:1: is not a file of package \"policy\" (begin it with: package policy) [package-name]"},
	} {
		t.Run(name, func(t *testing.T) {
			l, dir := folder(t, "policy.cue", c.content)
			p, found := l.Policy(dir)
			if p != nil {
				_, found = p.Check(plans("a"))
			}
			require.True(t, found.HasErrors())
			d := found[0]
			hint := ""
			if d.Hint != "" {
				hint = " (" + d.Hint + ")"
			}
			require.Equal(t, "policy/policy.cue:"+c.want, fmt.Sprintf("%s: %s%s [%s]", d.Pos, d.Text(), hint, d.Code))
		})
	}
}

func TestWhatIsOnlyForTheRulesIsTheUsers(t *testing.T) {
	l, dir := folder(t, "policy.cue", `package policy

import "list"

_hidden: 1
#Definition: {limit: smallest}
let bound = limits
limits: 3
smallest: lists[0]
lists: [1, 2]
A="an alias": 5

policy: {
	plans: _
	rules: {
		[string]: severity: "warning"
		r: violations: [for p in plans if p.environment.tags.stage != _|_ if len(p.environment.zones) > list.Max([bound, A]) if p.spec.common.region == "x" {environment: p.name, message: "m"}]
	}
}
accept: []
`)
	p, found := l.Policy(dir)
	require.Empty(t, said(found))
	_, found = p.Check(nil)
	require.Empty(t, said(found))
}

func TestFilesOfTheHouseThatAreElsewhereAreNotMissed(t *testing.T) {
	for file, want := range map[string]string{
		"policy.cue":         "policy.cue:1:1: is not read: files of package \"policy\" are in the folder policy [package-name]\n",
		"policy/policy.yaml": "policy/policy.yaml: is not read: package \"policy\" is written in CUE [package-name]\n",
		"policy/rules.cue":   "",
		"policy/other.cue":   "policy/other.cue:1:1: is not a file of package \"policy\", and no other file here is [package-name]\n",
	} {
		content := "package policy\n\npolicy: {}\n"
		if strings.HasSuffix(file, "other.cue") {
			content = "package polcy\n\npolicy: {}\n"
		}
		root := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o644))
		_, found := load.New(root).Policy(filepath.Join(root, "policy"))
		require.Equal(t, want, said(found))
	}
}

func TestATopLevelNameThatIsNotReadIsAnError(t *testing.T) {
	for pkg, read := range map[string]func(*load.Loader, string) diag.List{
		"gitops": func(l *load.Loader, dir string) diag.List { _, found := l.GitOps(dir); return found },
		"quotas": func(l *load.Loader, dir string) diag.List { _, found := l.Quotas(dir); return found },
	} {
		l, dir := folder(t, pkg+".cue", "package "+pkg+"\n\n"+pkg+"s: {}\n\"\": {}\n{more: 1}\nif true {less: 1}\n")
		want := pkg + "/" + pkg + ".cue:3:1: \"" + pkg + "s\" is not read, and nothing refers to it; the field here is " + pkg + " [unknown-field]\n" +
			pkg + "/" + pkg + ".cue:4:1: \"\" is not read, and nothing refers to it; the field here is " + pkg + " [unknown-field]\n" +
			pkg + "/" + pkg + ".cue:5:2: \"more\" is not read, and nothing refers to it; the field here is " + pkg + " [unknown-field]\n" +
			pkg + "/" + pkg + ".cue:6:10: \"less\" is not read, and nothing refers to it; the field here is " + pkg + " [unknown-field]\n"
		require.Equal(t, want, said(read(l, dir)))
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
	require.Contains(t, said(found), "after 200ms")
}
