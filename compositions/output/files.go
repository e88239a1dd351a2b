package output

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/components/addons"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/plan"
	syncing "github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// document is an object and its file.
type document struct {
	path   string
	object map[string]any
	text   []byte // the file's, where it is made already
	sum    string // in place of the object, where only the file's is known
}

// Files returns the output: the manifests of the fleet and the values of Crossplane's
// chart.
//
//	crossplane-values.yaml      for a user who installs Crossplane by hand
//	crossplane/                 for Flux, which installs it
//	platform/                   once per management cluster
//	sync/                       what Flux or Argo CD is given to sync all of that
//	sync/environments/<name>/   the namespace of each environment, and who may do
//	                            what in it
//	environments/<name>/        for each environment, in that namespace
//	in-cluster/<name>/          for a Flux or Argo CD inside a new cluster; outside of
//	                            environments/, whose sync would apply it as well
//
// Within a folder they are in the order in which they are to be applied. Each folder
// that is synced has a kustomization.yaml, which lists what is applied and no more.
func (o *Output) Files() ([]emit.File, error) { return o.files(true) }

// Paths returns the paths of Files without the cost of writing YAML.
func (o *Output) Paths() (map[string]bool, error) {
	files, err := o.files(false)
	paths := map[string]bool{}
	for _, file := range files {
		paths[file.Path] = true
	}
	return paths, err
}

// files returns those of the output, with their content or without.
func (o *Output) files(content bool) ([]emit.File, error) {
	documents, err := o.platform()
	if err != nil {
		return nil, err
	}
	documents = append(documents, o.sync(documents)...)
	var parts []func() []document
	for i := range documents {
		parts = append(parts, func() []document { return documents[i : i+1] })
	}
	files, err := withLists(append(parts, environmentParts(o.environments)...), content)
	if err != nil {
		return nil, err
	}
	for _, other := range o.others {
		for _, file := range other.Files {
			files = append(files, emit.File{Path: file.Path, Sum: file.Sum})
		}
	}
	values, err := o.values()
	return append(files, values), err
}

// EnvironmentFiles returns those of Files that belong to one environment each.
func EnvironmentFiles(f *compositions.Fleet) ([]emit.File, error) {
	return withLists(environmentParts(f.Environments), true)
}

// environmentParts returns a function for each environment that makes its objects, so
// that the objects of one environment are in memory only while they are written.
func environmentParts(environments []compositions.Environment) []func() []document {
	var parts []func() []document
	for _, e := range environments {
		parts = append(parts, func() []document { return append(documentsOf(e), inCluster(e.Plan)...) })
	}
	return parts
}

// withLists returns the files of parts, and the lists of their folders.
func withLists(parts []func() []document, content bool) ([]emit.File, error) {
	made := make([][]emit.File, len(parts))
	writers := sync.Pool{New: func() any { return new(emit.Writer) }} // its memory is used again
	err := compositions.Parallel(len(parts), func(i int) (err error) {
		w := writers.Get().(*emit.Writer)
		defer writers.Put(w)
		made[i], err = written(parts[i](), w, content)
		return err
	})
	if err != nil {
		return nil, err
	}
	files := slices.Concat(made...)
	lists, err := written(listings(files), new(emit.Writer), content)
	return append(files, lists...), err
}

// written makes one file of each document, with its content or without.
func written(documents []document, w *emit.Writer, content bool) ([]emit.File, error) {
	files := make([]emit.File, len(documents))
	for i, d := range documents {
		files[i] = emit.File{Path: d.path, Content: d.text, Sum: d.sum}
		if d.text != nil || d.sum != "" || !content {
			continue
		}
		var err error
		if files[i].Content, err = w.YAML(d.object); err != nil {
			return nil, fmt.Errorf("%s: %w", d.path, err)
		}
	}
	return files, nil
}

// values returns the values of Crossplane's chart, after a comment on their use by hand.
func (o *Output) values() (emit.File, error) {
	chart := o.delivery.Crossplane
	if o.delivery.Tool == "" {
		chart = v1alpha1.Crossplane{Namespace: "crossplane-system", Chart: "https://charts.crossplane.io/stable"}
	}
	content, err := emit.YAML(bootstrap.Values(o.delivery.Packages))
	from := "crossplane --repo " + chart.Chart
	if strings.HasPrefix(chart.Chart, "oci://") {
		from = chart.Chart + "/crossplane"
	}
	header := fmt.Sprintf(valuesHeader, from, bootstrap.CrossplaneVersion, chart.Namespace)
	return emit.File{Path: "crossplane-values.yaml", Content: append([]byte(header), content...)}, err
}

const valuesHeader = `# Values of Crossplane's Helm chart:
#
#     helm upgrade --install crossplane %s --version %s \
#       --namespace %s --create-namespace --values crossplane-values.yaml
`

// sync returns the manifests by which a tool applies the others.
func (o *Output) sync(platform []document) []document {
	var objects []map[string]any
	for _, d := range platform {
		if d.object != nil { // else it is a Composition, which is there as soon as it is written
			objects = append(objects, d.object)
		}
	}
	var environments []syncing.Environment
	for _, e := range o.synced() {
		if then, pinned := o.pinned[e.Name]; pinned {
			e.Deletion, e.Roles = then.Deletion, then.Roles
		}
		environments = append(environments, e)
	}
	slices.SortFunc(environments, func(a, b syncing.Environment) int { return strings.Compare(a.Name, b.Name) })
	var out []document
	for _, m := range syncing.Manifests(o.delivery, objects, environments) {
		out = append(out, document{path: m.Path, object: m.Object})
	}
	return out
}

// EnvironmentOf returns the environment to which a file of the output belongs, or "".
func EnvironmentOf(file string) string {
	folder, rest, _ := strings.Cut(file, "/")
	name, _, below := strings.Cut(rest, "/")
	if !below || folder != "environments" && folder != "in-cluster" {
		return ""
	}
	return name
}

// CompositeFile is the file of an environment's DominoEnvironment, in the folder of
// the environment's manifests.
const CompositeFile = "environment.yaml"

// listings returns the files by which a tool, or kubectl apply -k, applies the written
// files and no others in the same folder.
func listings(files []emit.File) []document {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	var out []document
	for _, m := range syncing.Listings(paths) {
		out = append(out, document{path: m.Path, object: m.Object})
	}
	return out
}

// documentsOf returns the manifests of one environment. Of a protected one, tools prune
// only the guard itself: an environment's file that allows deletion must remove it.
func documentsOf(e compositions.Environment) []document {
	composite := xr.Composite(xr.Environment, e.Plan.Name, e.Composition, compositions.SpecOf(e.Plan))
	composite["metadata"].(map[string]any)["namespace"] = e.Plan.Namespace
	folder := path.Join("environments", e.Plan.Name)
	var out []document
	for _, config := range providerConfigs(e.Plan) {
		name := config["metadata"].(map[string]any)["name"].(string)
		annotate(config, map[string]any{"argocd.argoproj.io/sync-wave": "-1"}) // Argo CD applies it first, and deletes it last
		out = append(out, document{path: path.Join(folder, "provider-"+name+".yaml"), object: config})
	}
	out = append(out, document{path: path.Join(folder, CompositeFile), object: composite})
	if e.Plan.Spec.Common.Deletion != "protect" {
		for _, usage := range usedProviders(e.Plan) {
			name := usage["metadata"].(map[string]any)["name"].(string)
			out = append(out, document{path: path.Join(folder, name+".yaml"), object: usage})
		}
		return out
	}
	for _, d := range out {
		keep(d.object)
	}
	return append(out, document{path: path.Join(folder, "protection.yaml"), object: protection(e.Plan)})
}

// inCluster returns the manifests that the new cluster syncs itself.
func inCluster(p *plan.Plan) []document {
	var out []document
	for _, m := range addons.Manifests(p.Spec.Common, p.Spec.Addons) {
		out = append(out, document{path: path.Join("in-cluster", p.Name, m.Path), object: m.Object})
	}
	return out
}

// keep prevents the pruning of an object whose file is removed.
func keep(object map[string]any) { annotate(object, xr.DoNotPrune()) }

func annotate(object, annotations map[string]any) {
	metadata := object["metadata"].(map[string]any)
	if has, ok := metadata["annotations"].(map[string]any); ok {
		maps.Copy(has, annotations)
		return
	}
	metadata["annotations"] = annotations
}
