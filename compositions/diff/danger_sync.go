package diff

import (
	"fmt"
	slash "path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// The kinds by which a tool applies folders of the output.
const (
	kindKustomization  = "kustomize.toolkit.fluxcd.io/Kustomization"
	kindGitRepository  = "source.toolkit.fluxcd.io/GitRepository"
	kindOCIRepository  = "source.toolkit.fluxcd.io/OCIRepository"
	kindHelmRepository = "source.toolkit.fluxcd.io/HelmRepository"
	kindHelmRelease    = "helm.toolkit.fluxcd.io/HelmRelease"
	kindApplication    = "argoproj.io/Application"
	kindApplicationSet = "argoproj.io/ApplicationSet"
)

// syncSubject is the subject of dangers about the objects that apply the manifests.
const syncSubject = "sync"

// applier is an object that applies the manifests of an environment.
type applier struct {
	object string // for the reader, and equal for the same object
	prunes bool   // deleting it deletes what it applied
}

// appliers returns the objects that apply the environments, by name.
//
// Flux: a deleted Kustomization deletes what it applied if its deletionPolicy says so
// (https://fluxcd.io/flux/components/kustomize/kustomizations/#deletion-policy). Argo
// CD: an Application with a finalizer does
// (https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/); environments that
// may be deleted have one.
func (s Shared) appliers() map[string]applier {
	all := map[string]applier{}
	for _, m := range s {
		switch kind := kindOf(m.Object); kind {
		case kindKustomization, kindApplication:
			if name := environmentIn(appliedFolder(m.Object)); name != "" {
				finalizers, _ := fieldpath.At(m.Object, "metadata", "finalizers").([]any)
				prunes := fieldpath.At(m.Object, "spec", "deletionPolicy") == "Delete" || len(finalizers) > 0
				all[name] = applier{shortKind(kind) + " " + keyed(m.Object), prunes}
			}
		case kindApplicationSet: // of an earlier release: it made the Applications
			for _, element := range applicationElements(m.Object) {
				if deletion := fieldpath.Text(element, "deletion"); deletion != "" {
					all[fieldpath.Text(element, "name")] = applier{"the Application of ApplicationSet " + keyed(m.Object), deletion == "allow"}
				}
			}
		}
	}
	return all
}

// appliedFolder returns the folder that a Kustomization or an Application applies or, if
// Argo CD compiles, the folder of the output.
func appliedFolder(object map[string]any) string {
	if kindOf(object) == kindKustomization {
		return fieldpath.Text(object, "spec", "path")
	}
	if parameters, ok := fieldpath.At(object, "spec", "source", "plugin", "parameters").([]any); ok && len(parameters) > 0 {
		return fieldpath.Text(parameters[0], "string")
	}
	return fieldpath.Text(object, "spec", "source", "path")
}

// environmentIn returns the environment whose manifests a folder of the output holds, or
// "".
func environmentIn(folder string) string {
	parent := slash.Dir(folder)
	if slash.Base(parent) != "environments" || slash.Base(slash.Dir(parent)) == "sync" {
		return ""
	}
	return slash.Base(folder)
}

// applicationElements returns the elements of an ApplicationSet's list generators.
func applicationElements(set map[string]any) []any {
	var all []any
	generators, _ := fieldpath.At(set, "spec", "generators").([]any)
	for _, g := range generators {
		elements, _ := fieldpath.At(g, "list", "elements").([]any)
		all = append(all, elements...)
	}
	return all
}

// pruned reports environments that stay in the fleet and lose the object that applies
// them, which deletes what it applied.
func (c sharedComparison) pruned() {
	before, after := c.base.appliers(), c.head.appliers()
	var gone, names []string
	for _, name := range union(before, nil) {
		b, a := before[name], after[name]
		if b.prunes && b.object != a.object && c.running(name) {
			names = append(names, name)
			gone = append(gone, "Environment "+name)
		}
	}
	if names == nil {
		return
	}
	first := before[names[0]].object
	c.report(Danger{
		Code: dataLoss, Subject: syncSubject, Of: gone,
		Message: fmt.Sprintf("the object that applies it is removed (%s) and deletes what it applied, with all data in AWS", first),
		Instead: moveProtected(fmt.Sprintf("move in two steps: first set deletion: \"protect\" in %s, merge, and wait until it is synced; then merge this change, wait until the environments are ready, and restore deletion",
			strings.Join(names, ", ")), names),
	})
}

// sources reports changes of the source of the manifests and of the objects that apply
// them.
func (c sharedComparison) sources() {
	var moved []string
	for _, change := range c.changes {
		for _, f := range change.Fields {
			if where := placeOfSync(change.Kind, f.Path); where != "" && !movesRing(change, where) {
				moved = append(moved, fmt.Sprintf("%s: %v becomes %v", where, f.Old, f.New))
			}
		}
	}
	before, after := c.base.roots(), c.head.roots()
	if len(before) > 0 && len(after) > 0 && !slices.Equal(before, after) {
		moved = append(moved, fmt.Sprintf("%s becomes %s", strings.Join(before, ", "), strings.Join(after, ", ")))
	}
	if len(before) > 0 && len(after) == 0 {
		moved = append(moved, strings.Join(before, ", ")+" is removed without a replacement")
	}
	if moved == nil {
		return
	}
	slices.Sort(moved)
	c.report(Danger{
		Code: syncMoved, Message: strings.Join(slices.Compact(moved), "; "),
		Instead: byHand("before merging, make sure that the new source has the output of this change; objects that it lacks are pruned or no longer updated. The objects of the old source stay until you delete them"),
	})
}

// placeOfSync returns the field if it states from where manifests are applied, or "".
func placeOfSync(kind string, p Path) string {
	full := p.String()
	switch kind {
	case kindGitRepository, kindOCIRepository:
		if names := p.names(); len(names) > 1 && (names[1] == "url" || names[1] == "ref") {
			return full
		}
	case kindKustomization, kindApplication, kindApplicationSet:
		for _, name := range []string{"path", "repoURL", "targetRevision", "sourceRef.name", "sourceRef.kind"} {
			if full == name || strings.HasSuffix(full, "."+name) {
				return name
			}
		}
	}
	return ""
}

// movesRing reports whether a change moves the environments of a ring to another revision
// of the same repository, which a comparison of these revisions shows.
func movesRing(c Change, where string) bool {
	switch c.Kind {
	case kindGitRepository:
		return strings.HasPrefix(fieldpath.Text(c.new, "metadata", "name"), "dominoc-ring-") && strings.Contains(where, "ref.")
	case kindKustomization, kindApplication:
		return (where == "sourceRef.name" || where == "targetRevision") && environmentIn(appliedFolder(c.new)) != ""
	}
	return false
}

// roots returns the objects that apply the folder sync/ itself, sorted.
func (s Shared) roots() []string {
	var all []string
	for _, m := range s {
		kind := kindOf(m.Object)
		if (kind == kindApplication || kind == kindKustomization) && slash.Base(appliedFolder(m.Object)) == "sync" {
			all = append(all, shortKind(kind)+" "+keyed(m.Object))
		}
	}
	slices.Sort(all)
	return all
}

// crossplane reports changes of Crossplane's own installation.
func (c sharedComparison) crossplane() {
	for _, change := range c.changes {
		release := change.Kind == kindHelmRelease || change.Kind == kindApplication && change.old != nil && fieldpath.At(change.old, "spec", "source", "chart") == "crossplane"
		switch {
		case change.Kind == kindHelmRepository:
			c.crossplaneRelease(change, "url")
		case release && change.Action == Update:
			c.crossplaneRelease(change, "source.repoURL")
		}
	}
}

// crossplaneRelease reports changes of what installs Crossplane. chart is the field with
// the place of the chart.
func (c sharedComparison) crossplaneRelease(change Change, chart string) {
	for _, f := range change.Fields {
		name := f.Path.String()
		switch {
		case strings.HasSuffix(name, "targetNamespace") || strings.HasSuffix(name, "destination.namespace"):
			c.reportOn("", outage, "crossplane",
				fmt.Sprintf("Crossplane is uninstalled in namespace %v and installed in %v, without the old one's secrets and packages; until then it reconciles nothing", f.Old, f.New),
				leftOut("keep the namespace"))
		case strings.HasSuffix(name, "chart.spec.version") || strings.HasSuffix(name, "source.targetRevision"):
			c.report(versionChange("crossplane", fieldpath.Text(f.Old), fieldpath.Text(f.New)))
		case name == chart:
			c.report(Danger{Code: packageChanged, Subject: "crossplane", Message: fmt.Sprintf("Crossplane's chart comes from %v instead of %v", f.New, f.Old)})
		}
	}
}
