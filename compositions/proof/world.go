package proof

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
)

// world is all objects and all resources, to follow references: from an object to another
// one, and from that one to its resource.
type world struct {
	objects []object
	named   map[string]object // by kind and metadata.name
	held    map[string]Held   // by type and external name
}

func newWorld(objects []map[string]any, held []Held) *world {
	w := &world{named: map[string]object{}, held: map[string]Held{}}
	for _, content := range objects {
		o := newObject(content)
		w.objects = append(w.objects, o)
		w.named[o.kind+" "+o.name] = o
	}
	for _, h := range held {
		w.held[h.Type+" "+ExternalName(h.Type, h.Attributes)] = h
		if h.ID != "" {
			w.held[h.Type+" "+h.ID] = h
		}
	}
	return w
}

// ExternalName returns the external name by which an object adopts a resource of
// Terraform, from its attributes.
func ExternalName(resource string, attributes map[string]any) string {
	switch resource {
	case "aws_eks_node_group":
		return fieldpath.Text(attributes, "node_group_name")
	case "aws_eks_identity_provider_config":
		oidc, _ := block(attributes["oidc"])
		return fieldpath.Text(oidc, "identity_provider_config_name")
	case "aws_iam_policy":
		return fieldpath.Text(attributes, "name")
	case "aws_iam_role_policy_attachment":
		return fieldpath.Text(attributes, "role") + "/" + fieldpath.Text(attributes, "policy_arn")
	case "aws_kms_alias":
		return strings.TrimPrefix(fieldpath.Text(attributes, "name"), "alias/")
	}
	return fieldpath.Text(attributes, "id")
}

// identity returns the external name of an object; empty if AWS will generate it.
func (w *world) identity(o object) string {
	if name := fieldpath.Text(o.content, "metadata", "annotations", externalname.Annotation); name != "" {
		return name
	}
	// the provider computes the id of an add-on, and finds the existing one
	if tables()[o.kind].resource == "aws_eks_addon" {
		cluster, _ := w.stated(o, "clusterName")
		return fmt.Sprintf("%v:%v", cluster, fieldpath.At(o.spec("forProvider"), "addonName"))
	}
	return ""
}

// stated returns the value of a top-level field of an object.
func (w *world) stated(o object, name string) (any, bool) {
	for _, f := range tables()[o.kind].fields {
		if f.name == name {
			return w.value(o, name, f, o.spec("forProvider"))
		}
	}
	return nil, false
}

// counterpart returns the resource that an object adopts.
func (w *world) counterpart(o object) (Held, bool) {
	id := w.identity(o)
	known, there := tables()[o.kind]
	if !there || id == "" {
		return Held{}, false
	}
	h, there := w.held[known.resource+" "+id]
	return h, there
}

// value returns what an object states for a field: its own value, or the one that a
// reference resolves to. A reference to something that is not in AWS is a text for the
// reader, which no value of AWS equals.
func (w *world) value(o object, path string, f *field, in map[string]any) (any, bool) {
	if value := in[f.name]; value != nil {
		if value == plan.Unknown {
			return w.patched(o, path), true
		}
		return value, true
	}
	if f.refers == "" {
		return nil, false
	}
	if one := in[f.name+"Ref"]; one != nil {
		return w.resolve(f, one), true
	}
	for _, name := range []string{f.name + "Refs", strings.TrimSuffix(f.name, "s") + "Refs"} {
		many, ok := in[name].([]any)
		if !ok {
			continue
		}
		values := make([]any, len(many))
		for i, one := range many {
			values[i] = w.resolve(f, one)
		}
		return values, true
	}
	return nil, false
}

// resolve returns the value that the provider finds at the end of a reference.
func (w *world) resolve(f *field, reference any) any {
	name := fieldpath.Text(reference, "name")
	_, kind, _ := strings.Cut(f.refers, "/")
	o, there := w.named[f.refers+" "+name]
	if !there {
		return fmt.Sprintf("the %s of %s %s, which is not among the objects", f.takes, kind, name)
	}
	h, there := w.counterpart(o)
	switch {
	case !there:
		return fmt.Sprintf("the %s of %s %s, which is not in AWS", f.takes, kind, name)
	case f.takes == "name":
		return w.identity(o)
	}
	return h.Attributes[f.takes]
}

// patched returns a value that Crossplane copies from the status of another object, or
// plan.Unknown if that object adopts nothing.
func (w *world) patched(o object, path string) any {
	switch o.kind + " " + path {
	case "eks.aws.m.upbound.io/NodeGroup launchTemplate.version":
		template := fieldpath.At(o.spec("forProvider"), "launchTemplate", "name")
		for _, other := range w.objects {
			if h, there := w.counterpart(other); there && h.Type == "aws_launch_template" && h.Attributes["name"] == template {
				return plain(text, h.Attributes["latest_version"])
			}
		}
	case "eks.aws.m.upbound.io/NodeGroup version":
		if cluster, there := w.cluster(); there {
			return cluster.Attributes["version"]
		}
	case "iam.aws.m.upbound.io/OpenIDConnectProvider url":
		cluster, _ := w.cluster()
		identity, _ := block(cluster.Attributes["identity"])
		oidc, _ := block(identity["oidc"])
		if issuer := oidc["issuer"]; issuer != nil {
			return issuer
		}
	}
	return plan.Unknown
}

// cluster is the cluster of the environment, if it is adopted.
func (w *world) cluster() (Held, bool) {
	for _, o := range w.objects {
		if h, there := w.counterpart(o); there && h.Type == "aws_eks_cluster" {
			return h, true
		}
	}
	return Held{}, false
}

// block returns the one block of a list in a state.
func block(value any) (map[string]any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return v, true
	case []any:
		if len(v) == 1 {
			return block(v[0])
		}
	}
	return nil, false
}
