package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// Shared is the output that the environments of a fleet share, in any order: what a
// management cluster runs, and the objects by which Flux or Argo CD applies the rest.
type Shared []Manifest

// Manifest is an object and its file below the output folder.
type Manifest struct {
	Path   string
	Object map[string]any
}

// sharedFolders are the folders of the output that belong to no environment.
var sharedFolders = []string{"platform", "sync", "crossplane"}

// IsShared reports whether a file of the output is a manifest that belongs to no
// environment and is compared. Compositions are not compared: each is named by its
// content and never pruned, so adding or removing one changes nothing by itself. Lists
// of files are not compared, because they follow from the files.
func IsShared(path string) bool {
	folder, rest, _ := strings.Cut(path, "/")
	return slices.Contains(sharedFolders, folder) && strings.HasSuffix(rest, ".yaml") &&
		!strings.HasPrefix(rest, "compositions/") && !strings.HasSuffix("/"+rest, "/kustomization.yaml")
}

// SharedReport is what a change does to the shared objects.
type SharedReport struct {
	// Changes are the changes of objects: Component is the folder, Key the name, after the
	// namespace if there is one.
	Changes []Change
	Dangers []Danger
}

// CompareShared returns what happens to the shared objects. running reports by name
// whether the fleet has an environment after the change.
func CompareShared(base, head Shared, running func(environment string) bool) SharedReport {
	before, after := base.byIdentity(), head.byIdentity()
	var report SharedReport
	for _, id := range union(before, after) {
		if c, differs := sharedChange(before[id], after[id]); differs {
			report.Changes = append(report.Changes, c)
		}
	}
	slices.SortStableFunc(report.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(sharedFolders, a.Component), slices.Index(sharedFolders, b.Component)),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	c := sharedComparison{base, head, report.Changes, running, &findings{}}
	for _, find := range []func(sharedComparison){
		sharedComparison.pruned, sharedComparison.sources, sharedComparison.crossplane,
		sharedComparison.packages, sharedComparison.definitions, sharedComparison.identity, sharedComparison.admission,
	} {
		find(c)
	}
	report.Dangers = c.dangers
	slices.SortStableFunc(report.Dangers, byGravity)
	return report
}

// sharedComparison is what the detectors of shared objects look at.
type sharedComparison struct {
	base, head Shared
	changes    []Change
	running    func(string) bool
	*findings
}

// byGravity orders dangers, the gravest code first.
func byGravity(a, b Danger) int {
	return cmp.Or(cmp.Compare(a.Gravity(), b.Gravity()), cmp.Compare(a.ID(), b.ID()))
}

// byIdentity returns the manifests by kind, namespace and name: an object that moves to
// another file is the same object.
func (s Shared) byIdentity() map[string]Manifest {
	all := map[string]Manifest{}
	for _, m := range s {
		all[kindOf(m.Object)+" "+keyed(m.Object)] = m
	}
	return all
}

// keyed returns an object's name, after its namespace if it has one.
func keyed(object map[string]any) string {
	name := fieldpath.Text(object, "metadata", "name")
	if namespace := fieldpath.Text(object, "metadata", "namespace"); namespace != "" {
		return namespace + "/" + name
	}
	return name
}

// sharedChange returns what happens to one shared object, and false if nothing does.
func sharedChange(before, after Manifest) (Change, bool) {
	m := after
	if m.Object == nil {
		m = before
	}
	folder, _, _ := strings.Cut(m.Path, "/")
	c := Change{
		Component: folder, Key: keyed(m.Object), Kind: kindOf(m.Object), Object: fieldpath.Text(m.Object, "metadata", "name"),
		old: before.Object, new: after.Object,
	}
	switch {
	case before.Object == nil:
		c.Action = Create
	case after.Object == nil && (unpruned(before.Object) || strings.HasPrefix(before.Path, "sync/argocd/")): // applied by hand
		c.Action = Leave
	case after.Object == nil:
		c.Action = Destroy
	default:
		c.Action = Update
		c.Fields = manifestDifferences(c.Kind, before.Object, after.Object)
		return c, len(c.Fields) > 0
	}
	return c, true
}

// unpruned reports whether an object stays in the cluster when its file is removed.
func unpruned(object map[string]any) bool {
	annotations := fieldpath.At(object, "metadata", "annotations")
	return fieldpath.Text(annotations, "kustomize.toolkit.fluxcd.io/prune") == "disabled" ||
		strings.Contains(fieldpath.Text(annotations, "argocd.argoproj.io/sync-options"), "Prune=false")
}

// manifestDifferences returns all fields in which two objects that are applied unchanged
// differ, without the descriptions in a definition.
func manifestDifferences(kind string, before, after map[string]any) []Field {
	c := &compared{kind: kind}
	for _, name := range union(before, after) {
		if name != "kind" && name != "status" {
			c.values(path(name), plain(before[name]), plain(after[name]))
		}
	}
	return slices.DeleteFunc(c.fields, func(f Field) bool {
		names := f.Path.names()
		return kind == kindDefinition && names[len(names)-1] == "description"
	})
}

// Digest is a name for what environments have in common, as Environment.Digest is.
func (s Shared) Digest() string {
	objects := map[string]any{}
	for id, m := range s.byIdentity() {
		objects[id] = m.Object
	}
	return digest(objects)
}
