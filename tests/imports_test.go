package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module       = "github.com/dominoc/dominoc"
	providerAWS  = "github.com/upbound/provider-aws/v2"
	runtimeTypes = "github.com/crossplane/crossplane-runtime/v2/apis/common"
	apimachinery = "k8s.io/apimachinery"

	containerRegistry = "github.com/google/go-containerregistry/pkg"
)

// A rule says what a package may import: packages of ours, by their path below
// the module, and others, by a prefix. The standard library is open to all.
// ARCHITECTURE.md shows this table; UPDATE=1 rewrites it there.
type rule struct {
	pkg    string
	ours   []string
	others []string
	reason string
}

// components are the packages below compositions/components/ that lower a component.
var components = []string{
	"addons", "cluster", "domain", "endpoints", "identity", "network", "nodepool", "registry", "security", "storage",
}

var rules = slices.Concat([]rule{
	{"schema", nil, nil, "embeds the CUE files, no more"},
	{"schema/v1alpha1", nil, nil, "the contract in Go: generated types that everyone can afford to import"},
	{"schema/words", nil, nil, "text for a reader; it knows nothing of what is said"},
	{"schema/diag", []string{"schema/words"}, nil, "a diagnostic is data; it knows neither CUE nor AWS"},
	{"schema/csvtable", nil, nil, "rows of text; what they mean is not its business"},
	{"schema/catalog", []string{"schema/csvtable"}, nil, "facts about AWS are data, not code"},
	{"compositions/ordered", nil, nil, "puts values into an order"},
	{"schema/shape", []string{"schema/diag"}, nil, "the schema as data, generated; it knows no CUE"},
	{"schema/catalog/renew", []string{"schema/catalog", "schema/csvtable"}, []string{"sigs.k8s.io/yaml"}, "brings the data up to date, by hand and with the network; nothing imports it"},
	{"schema/syntax", []string{"schema", "schema/diag"}, []string{"cuelang.org/go"}, "text and places of CUE syntax; it evaluates nothing"},
	{"schema/source", []string{"schema", "schema/diag", "schema/syntax", "schema/words"}, []string{"cuelang.org/go", "golang.org/x/sync"}, "finds, reads and parses the user's files; it evaluates nothing"},
	{"schema/guard", []string{"schema/diag", "schema/words"}, nil, "bounds any function; it knows no CUE"},
	{"schema/load", []string{"schema", "schema/diag", "schema/guard", "schema/shape", "schema/source", "schema/syntax", "schema/v1alpha1", "schema/words"}, []string{"cuelang.org/go", "golang.org/x/sync"}, "the only stage that evaluates CUE"},
	{"schema/rewrite", []string{"schema/diag", "schema/syntax"}, []string{"cuelang.org/go", "go.yaml.in/yaml/v3"}, "text of files; whether it then says what was asked, others check"},
	{"schema/explain", []string{"schema/diag", "schema/shape"}, nil, "texts for a reader; codes of dangers are handed in"},
	{"schema/generate", []string{"schema", "schema/diag", "schema/shape", "schema/syntax", "schema/v1alpha1"}, []string{"cuelang.org/go"}, "a generator; nothing imports it"},
	{"compositions/plan", []string{"compositions/components/policy", "compositions/ordered", "schema/catalog", "schema/diag", "schema/v1alpha1", "schema/words"}, nil, "decisions are pure Go: tested without a cluster, CUE or AWS types"},
	{"compositions/resource", []string{"compositions/externalname", "compositions/ordered", "schema/v1alpha1"}, []string{runtimeTypes, apimachinery}, "the vocabulary of lowering; it knows nothing of AWS"},
}, below("compositions/components/", components, func(pkg string) rule {
	return rule{pkg, []string{"compositions/components/policy", "compositions/ordered", "compositions/resource", "schema/v1alpha1"}, []string{providerAWS, runtimeTypes, apimachinery}, "these alone import provider-aws, which drags in 800 packages"}
}), []rule{
	{"compositions/components/policy", nil, nil, "policy documents of AWS; whom they let do what, components decide"},
	{"compositions/components/environment", []string{"compositions/ordered", "compositions/resource", "compositions/xr", "schema/v1alpha1"}, []string{runtimeTypes, apimachinery}, "the parent composes XRs, so it needs no AWS type"},
	{"compositions/externalname", nil, nil, "the provider's table of who names a kind"},
	{"compositions/check", []string{
		"compositions/bootstrap", "compositions/diff", "compositions/externalname", "compositions/fieldpath", "compositions/ordered", "compositions/plan", "compositions/resource",
		"schema/catalog", "schema/diag", "schema/v1alpha1", "schema/words",
	}, []string{"golang.org/x/mod/semver"}, "compares plans and what they are lowered to, by kind and field path; it decides and lowers nothing"},
	{"compositions/scaling", []string{"compositions/fieldpath"}, nil, "what EKS takes for the size of a node group; where sizes are stated is not its business"},
	{"compositions/diff", []string{"compositions/fieldpath", "compositions/immutable", "compositions/ordered", "compositions/plan", "compositions/scaling", "schema/catalog", "schema/diag", "schema/v1alpha1", "schema/words", "compositions/externalname"}, []string{"golang.org/x/mod/semver"}, "compares plain data; where it comes from is not its business"},
	{"compositions/report", []string{"compositions/diff", "compositions/ordered", "compositions/plan", "schema/diag", "schema/v1alpha1", "schema/words"}, nil, "prints what diff found, and finds nothing"},
	{"compositions/tables", []string{"compositions/check", "compositions/plan", "schema/words"}, nil, "prints what others count"},
	{"compositions/fieldpath", nil, nil, "paths into plain data"},
	{"compositions/composed", []string{"compositions/fieldpath", "compositions/plan", "compositions/xr"}, nil, "reads back what xr writes; it lowers nothing"},
	{"compositions/graph", []string{"compositions/diff", "compositions/resource", "schema/v1alpha1", "schema/words", "compositions/ordered"}, nil, "draws a spec, or two of them and what package diff finds between them"},
	{"compositions/immutable", []string{"compositions/externalname", "compositions/fieldpath", "schema/catalog", "schema/csvtable"}, nil, "a table of what AWS never changes; whose changes they are is not its business"},
	{"compositions/crds", []string{"compositions/emit", "compositions/fieldpath", "compositions/ordered", "compositions/plan", "schema/diag"}, nil, "holds plain data against the definitions of a release; who asks is not its business"},
	{"compositions/proof", []string{"compositions/externalname", "compositions/fieldpath", "compositions/immutable", "compositions/ordered", "compositions/plan", "schema/csvtable"}, nil, "compares plain objects with resources of AWS, as the provider does; where either comes from is not its business"},
	{"compositions/privilege", []string{"compositions/externalname", "compositions/fieldpath", "compositions/plan", "schema/csvtable", "schema/diag", "schema/words"}, nil, "reads objects as plain data and a table of actions; it makes none"},
	{"compositions/xr", []string{"compositions/resource", "schema/v1alpha1", "schema/words"}, nil, "symbols become patches; which resources there are is not its business"},
	{"compositions/bootstrap", []string{"compositions/fieldpath", "compositions/xr", "schema/catalog", "schema/v1alpha1", "schema/words"}, []string{apimachinery}, "what a management cluster needs is told by kinds and options, not by environments"},
	{"compositions/sync", []string{"compositions/bootstrap", "compositions/fieldpath", "compositions/xr", "schema/v1alpha1"}, nil, "applies what others make; it knows their names"},
	{"compositions/emit", nil, []string{"sigs.k8s.io/yaml"}, "bytes and files; it would write any object"},
	{"compositions/oci", []string{"compositions/emit"}, []string{containerRegistry}, "images as values; it reaches no registry"},
	{"compositions", append([]string{
		"compositions/bootstrap", "compositions/check", "compositions/components/environment", "compositions/diff", "compositions/externalname", "compositions/plan", "compositions/privilege", "compositions/resource", "compositions/xr",
		"schema/catalog", "schema/diag", "schema/v1alpha1",
	}, prefixed("compositions/components/", components)...), []string{apimachinery, "golang.org/x/sync"}, "the pipeline; it sees resources, never their AWS types"},
	{"compositions/output", []string{
		"compositions", "compositions/bootstrap", "compositions/components/addons", "compositions/diff", "compositions/emit", "compositions/plan", "compositions/sync", "compositions/xr",
		"schema/catalog", "schema/diag", "schema/v1alpha1", "schema/words",
	}, nil, "which manifests become which file; it decides none of their content but the provider configs"},
	{"cmd/dominoc/health", []string{"schema/v1alpha1", "schema/words", "compositions/externalname", "compositions/fieldpath", "compositions/ordered", "compositions/plan", "compositions/scaling"}, nil, "judges plain data and prints it: tested without a cluster"},
	{"cmd/dominoc/live", []string{"cmd/dominoc/health", "compositions/sync", "compositions/xr", "schema/v1alpha1", "schema/words"}, []string{"k8s.io/client-go", apimachinery, "golang.org/x/sync"}, "the only package that reads a cluster"},
	{"cmd/dominoc/ids", []string{
		"cmd/dominoc/health", "compositions/emit", "compositions/externalname", "schema/diag", "schema/load", "schema/words",
	}, nil, "decides which ids belong in Git; another reads the cluster"},
	{"cmd/dominoc/aws", nil, nil, "the only package that starts the AWS CLI"},
	{"cmd/dominoc/names", []string{"cmd/dominoc/aws", "compositions/diff", "compositions/plan"}, []string{"golang.org/x/sync"}, "asks AWS who has a name; what follows for a change, package diff decides"},
	{"cmd/dominoc/sizes", []string{
		"cmd/dominoc/aws", "cmd/dominoc/health", "compositions", "compositions/ordered", "compositions/plan", "compositions/privilege", "compositions/scaling", "schema/words",
	}, nil, "decides which sizes AWS lacks; another reads the cluster"},
	{"cmd/dominoc/registry", nil, []string{containerRegistry}, "the only package that reaches a registry"},
	{"cmd/dominoc/git", nil, nil, "the only package that starts git"},
	{"cmd/dominoc/scaffold", []string{
		"compositions/check", "compositions/emit", "schema", "schema/catalog", "schema/diag", "schema/load", "schema/source", "schema/v1alpha1",
	}, []string{"github.com/rogpeppe/go-internal/diff"}, "the files of a GitOps repository and of a new environment, as data; it writes none"},
	{"cmd/dominoc/memo", []string{"compositions/check", "compositions/output", "schema/source", "schema/v1alpha1"}, nil, "keeps what another run may believe; which work that spares, others decide"},
	{"cmd/dominoc/process", []string{"schema/guard", "schema/load"}, nil, "the memory of a run; what is evaluated, others decide"},
	{"cmd/dominoc/workspace", []string{
		"cmd/dominoc/git", "cmd/dominoc/memo",
		"compositions", "compositions/bootstrap", "compositions/check", "compositions/crds", "compositions/diff", "compositions/emit", "compositions/oci", "compositions/output", "compositions/plan", "compositions/sync",
		"schema/catalog", "schema/diag", "schema/load", "schema/source", "schema/v1alpha1",
	}, nil, "finds, loads, checks, compiles and builds the environments of a repository"},
	{"cmd/dominoc/change", []string{
		"cmd/dominoc/git",
		"cmd/dominoc/health",
		"cmd/dominoc/scaffold",
		"cmd/dominoc/workspace",
		"compositions",
		"compositions/composed",
		"compositions/diff",
		"compositions/emit",
		"compositions/check",
		"compositions/ordered",
		"compositions/output",
		"compositions/plan",
		"compositions/report",
		"compositions/sync",
		"schema/diag",
		"schema/guard",
		"schema/load",
		"schema/source",
		"schema/v1alpha1",
	}, nil, "decides what a diff compares: two states of a fleet"},
	{"cmd/dominoc/terraform", []string{"schema/diag", "schema/words"}, []string{"go.yaml.in/yaml/v3", "github.com/hashicorp/hcl/v2", "github.com/zclconf/go-cty"}, "reads what Terraform keeps of an installation; what becomes of it, others decide"},
	{"cmd/dominoc/takeover", []string{
		"cmd/dominoc/edit", "cmd/dominoc/terraform", "cmd/dominoc/workspace", "compositions", "compositions/diff", "compositions/emit", "compositions/fieldpath", "compositions/ordered", "compositions/plan", "compositions/proof",
		"schema/catalog", "schema/diag", "schema/load", "schema/source", "schema/v1alpha1", "schema/words",
	}, nil, "decides the environment of an installation that Terraform made; another reads the states"},
	{"cmd/dominoc/edit", []string{
		"compositions/diff", "compositions/emit", "compositions/ordered", "schema/diag", "schema/load", "schema/rewrite", "schema/source", "schema/v1alpha1", "schema/words",
	}, nil, "changes an environment in its user's file; what should change, others decide"},
	{"cmd/dominoc/upgrade", []string{
		"cmd/dominoc/edit", "cmd/dominoc/health", "compositions", "compositions/fieldpath", "compositions/ordered", "compositions/tables",
		"schema/catalog", "schema/diag", "schema/load", "schema/rewrite", "schema/v1alpha1", "schema/words",
	}, nil, "decides the steps to another version of Kubernetes; another reads the cluster"},
	{"cmd/dominoc/promote", []string{
		"cmd/dominoc/edit", "cmd/dominoc/git", "cmd/dominoc/workspace", "compositions/diff", "compositions/sync",
		"schema/diag", "schema/load", "schema/rewrite", "schema/v1alpha1",
	}, nil, "decides how a ring, or a decision, moves to the next one"},
	{"cmd/dominoc/replace", []string{
		"cmd/dominoc/edit", "cmd/dominoc/health", "compositions/ordered", "compositions/plan", "compositions/scaling",
		"schema/diag", "schema/load", "schema/rewrite", "schema/v1alpha1", "schema/words",
	}, nil, "decides the steps by which a pool gives way to another; another reads the cluster"},
	{"cmd/dominoc/cli", []string{
		"cmd/dominoc/aws", "cmd/dominoc/change", "cmd/dominoc/edit", "cmd/dominoc/health", "cmd/dominoc/ids", "cmd/dominoc/live", "cmd/dominoc/memo", "cmd/dominoc/names", "cmd/dominoc/process", "cmd/dominoc/promote", "cmd/dominoc/registry", "cmd/dominoc/replace", "cmd/dominoc/scaffold", "cmd/dominoc/sizes", "cmd/dominoc/takeover", "cmd/dominoc/terraform", "cmd/dominoc/upgrade", "cmd/dominoc/workspace",
		"compositions", "compositions/bootstrap", "compositions/check", "compositions/diff", "compositions/emit", "compositions/graph", "compositions/oci", "compositions/output", "compositions/plan",
		"compositions/privilege", "compositions/report", "compositions/scaling", "compositions/sync",
		"schema", "schema/catalog", "schema/diag", "schema/explain", "schema/load", "schema/source", "schema/words", "compositions/tables",
	}, []string{"github.com/spf13", "golang.org/x/term", containerRegistry, apimachinery}, "flags, calls and prints; it decides nothing"},
	{"cmd/dominoc", []string{"cmd/dominoc/cli", "cmd/dominoc/process"}, nil, "main"},
})

func below(prefix string, names []string, f func(pkg string) rule) []rule {
	var out []rule
	for _, pkg := range prefixed(prefix, names) {
		out = append(out, f(pkg))
	}
	return out
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = prefix + name
	}
	return out
}

// permits tells whether a package under the rule may import another.
func (r rule) permits(imported string) bool {
	if ours, ok := strings.CutPrefix(imported, module); ok {
		return slices.Contains(r.ours, strings.TrimPrefix(ours, "/"))
	}
	return slices.ContainsFunc(r.others, func(prefix string) bool {
		return imported == prefix || strings.HasPrefix(imported, prefix+"/")
	})
}

func TestPackagesImportOnlyWhatTheirRuleAllows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		if strings.HasPrefix(p.path(), "tests") {
			continue // tests may import everything; nothing imports them
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return r.pkg == p.path() })
		require.GreaterOrEqual(t, i, 0, "%s has no rule in tests/imports_test.go", p.path())
		seen[p.path()] = true
		for _, imported := range p.Imports {
			if external(imported) && !rules[i].permits(imported) {
				t.Errorf("%s may not import %s: %s", p.path(), imported, rules[i].reason)
			}
		}
	}
	for _, r := range rules {
		require.True(t, seen[r.pkg], "the rule of %s has no package", r.pkg)
	}
}

// The command line alone knows cobra, and the components alone provider-aws.
func TestCobraAndProviderAWSHaveOnePlaceEach(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			switch {
			case strings.HasPrefix(imported, "github.com/spf13/"):
				require.Equal(t, "cmd/dominoc/cli", p.path(), "%s is the command line's", imported)
			case strings.HasPrefix(imported, providerAWS+"/") && !strings.HasPrefix(p.path(), "tests"):
				require.True(t, strings.HasPrefix(p.path(), "compositions/components/"), "%s imports %s, which only components do", p.path(), imported)
			}
		}
	}
}

// Load, check, plan and emit build and test within seconds, because nothing in
// them or in their tests reaches provider-aws.
func TestTheFrontEndIsTestedWithoutProviderAWS(t *testing.T) {
	out := goList(t, "-deps", "-test", "-f", "{{.ImportPath}}",
		"./schema/...", "./compositions/plan", "./compositions/resource", "./compositions/xr", "./compositions/components/environment", "./compositions/emit")
	for line := range strings.Lines(string(out)) {
		require.False(t, strings.HasPrefix(line, providerAWS), "%s", line)
	}
}

func TestArchitectureShowsTheImportRules(t *testing.T) {
	var table strings.Builder
	table.WriteString("| package | imports of ours | of others, beside the standard library | because |\n|---|---|---|---|\n")
	for _, same := range grouped() {
		var names []string
		for _, r := range same {
			names = append(names, r.pkg)
		}
		first := same[0]
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", list(names), list(first.ours), list(first.others), first.reason)
	}
	requireBlock(t, "ARCHITECTURE.md", "imports", table.String())
}

// grouped are the rules, neighbours that differ in the package only together.
func grouped() [][]rule {
	var groups [][]rule
	for _, r := range rules {
		last := len(groups) - 1
		if last >= 0 && groups[last][0].reason == r.reason {
			groups[last] = append(groups[last], r)
			continue
		}
		groups = append(groups, []rule{r})
	}
	return groups
}

func list(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = strings.TrimPrefix(name, "github.com/")
	}
	return strings.Join(shown, ", ")
}

// listed is a package as go list shows it.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

// path is the package's path below the module.
func (p listed) path() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// files are the paths of the package's Go files but for tests.
func (p listed) files() []string {
	files := make([]string, len(p.GoFiles))
	for i, name := range p.GoFiles {
		files[i] = filepath.Join(p.Dir, name)
	}
	return files
}

func packages(t *testing.T) []listed {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(goList(t, "-json=ImportPath,Dir,GoFiles,Imports", "./...")))
	var all []listed
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// external tells an import of a module from one of the standard library, whose
// first element has no dot.
func external(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

func goList(t *testing.T, args ...string) []byte {
	t.Helper()
	command := exec.Command("go", append([]string{"list"}, args...)...)
	command.Dir = root(t)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, "%s", &stderr)
	return out
}
