package diff

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/plan"
)

// Kinds whose changes have consequences.
const (
	kindCluster        = "eks.aws.m.upbound.io/Cluster"
	kindNodeGroup      = "eks.aws.m.upbound.io/NodeGroup"
	kindLaunchTemplate = "ec2.aws.m.upbound.io/LaunchTemplate"
)

// follow adds what is not in the files. A value that only AWS knows reads the
// same before and after; where what it comes from changes, it does too. That is
// the version of a launch template, which each of its node groups states, and the
// version of Kubernetes, which a node group takes from the control plane.
func follow(all []Change, before, after map[string]Resource) []Change {
	for _, source := range slices.Clone(all) {
		version := fieldAt(source, "version")
		switch {
		case source.Action != Update:
		case source.Kind == kindLaunchTemplate && newVersion(source):
			f := Field{Path: path("spec", "forProvider", "launchTemplate", "version"), Old: plan.Unknown, New: plan.Unknown, Follows: "the launch template"}
			all = followed(all, groups(before, after, source.Component), f)
		case source.Kind == kindCluster && version != nil:
			f := Field{Path: version.Path, Old: version.Old, New: version.New, Follows: "the control plane"}
			all = followed(all, slices.DeleteFunc(groups(before, after, ""), holdsBack), f)
		}
	}
	return all
}

// path is one of fields only.
func path(names ...string) Path {
	var p Path
	for _, name := range names {
		p = p.field(name)
	}
	return p
}

// notOfAVersion are the arguments of a launch template that are the template's
// own: no version is made when they change.
var notOfAVersion = map[string]bool{"name": true, "region": true, "tags": true, "updateDefaultVersion": true, "defaultVersion": true}

func newVersion(template Change) bool {
	return slices.ContainsFunc(template.Fields, func(f Field) bool {
		names := f.Path.names()
		return len(names) > 2 && names[1] == "forProvider" && !notOfAVersion[names[2]]
	})
}

// fieldAt is the change of a field below spec.forProvider, or nil.
func fieldAt(c Change, names ...string) *Field {
	want := path(append([]string{"spec", "forProvider"}, names...)...).Full()
	i := slices.IndexFunc(c.Fields, func(f Field) bool { return f.Path.Full() == want })
	if i < 0 {
		return nil
	}
	return &c.Fields[i]
}

// groups are the node groups that are there before and after, of one component or
// of all.
func groups(before, after map[string]Resource, component string) []Change {
	var out []Change
	for _, id := range union(before, after) {
		b, a := before[id], after[id]
		ours := component == "" || a.Component == component
		if ours && b.Object != nil && a.Object != nil && kindOf(a.Object) == kindNodeGroup {
			c, _ := change(b, a)
			out = append(out, c)
		}
	}
	return out
}

// holdsBack says that a node group has a version of its own.
func holdsBack(group Change) bool {
	version := provided(group.new, "version")
	return version != nil && version != plan.Unknown
}

// followed adds a field to each of the resources, whether it changes otherwise or
// not.
func followed(all, resources []Change, f Field) []Change {
	for _, r := range resources {
		i := slices.IndexFunc(all, func(c Change) bool { return c.Component == r.Component && c.Key == r.Key })
		if i < 0 {
			r.Action = Update
			all, i = append(all, r), len(all)
		}
		all[i].Silent = false
		all[i].Fields = append(all[i].Fields, f)
	}
	return all
}
