package diff

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
)

// Kinds whose changes have consequences.
const (
	kindCluster        = "eks.aws.m.upbound.io/Cluster"
	kindNodeGroup      = "eks.aws.m.upbound.io/NodeGroup"
	kindLaunchTemplate = "ec2.aws.m.upbound.io/LaunchTemplate"
	kindIngress        = "ec2.aws.m.upbound.io/SecurityGroupIngressRule"
)

// followControlPlane sets the version of node groups that follow the control plane to
// the control plane's present or new version, so that it can be compared with a version
// that a pool states. The following groups of the new state are determined before it is
// filled.
func followControlPlane(before, after map[string]Resource, following map[string]bool) {
	from, to := controlPlane(before), controlPlane(after)
	versionBefore, versionAfter := provided(from.Object, "version"), provided(to.Object, "version")
	if c, differs := change(from, to); differs && c.Action == Stuck { // and so are the groups
		versionAfter = versionBefore
	}
	setVersion(before, followers(before), versionBefore)
	setVersion(after, following, versionAfter)
}

func controlPlane(resources map[string]Resource) Resource {
	for _, r := range resources {
		if kindOf(r.Object) == kindCluster {
			return r
		}
	}
	return Resource{}
}

// followers returns the node groups that state no version.
func followers(resources map[string]Resource) map[string]bool {
	ids := map[string]bool{}
	for id, r := range resources {
		if kindOf(r.Object) == kindNodeGroup && provided(r.Object, "version") == plan.Unknown {
			ids[id] = true
		}
	}
	return ids
}

func setVersion(resources map[string]Resource, ids map[string]bool, version any) {
	if version == nil { // there is no control plane
		return
	}
	for id := range ids {
		r := resources[id]
		r.Object = with(r.Object, version, "spec", "forProvider", "version")
		resources[id] = r
	}
}

// followTemplates adds a change that is not in the files: each node group states the
// version of its launch template, which reads the same before and after but increases
// when the template changes.
func followTemplates(all []Change, before, after map[string]Resource) []Change {
	for _, source := range slices.Clone(all) {
		if source.Action != Update || source.Kind != kindLaunchTemplate || !slices.ContainsFunc(source.Fields, func(f Field) bool {
			names := f.Path.names()
			return len(names) > 2 && names[1] == "forProvider" && !notOfAVersion[names[2]]
		}) {
			continue
		}
		f := Field{Path: path("spec", "forProvider", "launchTemplate", "version"), Old: plan.Unknown, New: plan.Unknown, Follows: "the launch template"}
		all = followed(all, groups(before, after, source.Component), f)
	}
	return all
}

// notOfAVersion are the arguments of a launch template that belong to no version:
// changing them creates none.
var notOfAVersion = map[string]bool{"name": true, "region": true, "tags": true, "updateDefaultVersion": true, "defaultVersion": true}

// fieldAt returns the change of a field below spec.forProvider, or nil.
func fieldAt(c Change, names ...string) *Field {
	want := "spec.forProvider." + strings.Join(names, ".")
	i := slices.IndexFunc(c.Fields, func(f Field) bool { return f.Path.Full() == want })
	if i < 0 {
		return nil
	}
	return &c.Fields[i]
}

// groups returns the node groups of a component that AWS has before and after.
func groups(before, after map[string]Resource, component string) []Change {
	var out []Change
	for _, id := range union(before, after) {
		b, a := before[id], after[id]
		if a.Component == component && b.Object != nil && a.Object != nil && kindOf(a.Object) == kindNodeGroup && !neverMade(b, a) {
			c, _ := change(b, a)
			out = append(out, c)
		}
	}
	return out
}

// followed adds a field to each of the resources, changed otherwise or not.
func followed(all, resources []Change, f Field) []Change {
	for _, r := range resources {
		i := slices.IndexFunc(all, func(c Change) bool { return c.Component == r.Component && c.Key == r.Key })
		if i < 0 {
			all, i = append(all, r), len(all)
		}
		c := &all[i]
		c.Silent = false
		c.Fields = append(c.Fields, f)
		if c.Action != Replace {
			c.Action = taken(c.Fields)
		}
	}
	return all
}
