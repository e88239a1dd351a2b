// Package proof shows whether adopting resources that exist changes anything in AWS. In
// go the managed resources that would be applied, as plain objects, and what AWS has, as
// attributes of Terraform's AWS provider; out come the fields in which they differ, with
// what the provider does about each. Where either comes from is not its business.
//
// It decides as the provider does: upjet builds a state from the object, refreshes it
// from AWS, and applies what Terraform's provider finds different. So an object has to
// state every field that AWS has and that the provider would otherwise remove; what that
// is comes from the provider's schemas (data/fields.csv). Late initialization does not
// help: the difference is applied before it.
package proof

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/immutable"
)

// Held is a resource that AWS has, as a Terraform state describes it.
type Held struct {
	Address string // in Terraform, for the reader: module.eks.aws_eks_cluster.this
	Type    string // in Terraform: aws_eks_cluster

	// ID is an external name by which an object adopts the resource, beside ExternalName
	// of the attributes. It may be empty.
	ID string

	// Attributes are by the names of Terraform's provider. A block is a list, also where
	// there is one at most. An attribute that is not there is unknown: the state was
	// written by a provider without it.
	Attributes map[string]any
}

// Effect is what the provider does about a difference when it adopts the resource.
type Effect string

// The effects, the gravest first.
const (
	Creates Effect = "creates" // AWS has no such resource: the provider makes one
	Refused Effect = "refused" // the provider, or AWS, refuses the change; the resource stays out of sync
	Removes Effect = "removes" // AWS has a value, the object omits it, and the provider takes it away
	Changes Effect = "changes" // the provider writes the object's value
	Tag     Effect = "tag"     // the provider adds a tag
)

// Harmless reports whether the effect is no more than an added tag.
func (e Effect) Harmless() bool { return e == Tag }

// Difference is a field in which an object and AWS differ.
type Difference struct {
	Kind    string `json:"kind"`              // with its group: eks.aws.m.upbound.io/Cluster
	Name    string `json:"name"`              // metadata.name
	Key     string `json:"key,omitempty"`     // in its component, if the object tells
	ID      string `json:"id,omitempty"`      // its name in AWS, empty if AWS will make one
	Address string `json:"address,omitempty"` // in Terraform; empty if the object has no counterpart

	// Path is the field below spec.forProvider, such as launchTemplate.name; empty if the
	// object as a whole has no counterpart.
	Path string `json:"path,omitempty"`

	// Ours is the object's value, Theirs is AWS's, by the names and in the shape of the
	// object; nil where there is none.
	Ours   any `json:"ours"`
	Theirs any `json:"theirs"`

	Effect Effect `json:"effect"`
	Why    string `json:"why,omitempty"` // why it is refused, or may be
}

// Compare returns the differences between objects and what AWS has, sorted by kind, name
// and path. An object without a counterpart in held is one difference. Resources that no
// object adopts are none: nobody touches them.
//
// Fields below initProvider count at creation only and are not compared, nor is an
// object that the provider may only observe.
func Compare(objects []map[string]any, held []Held) []Difference {
	w := newWorld(objects, held)
	var all []Difference
	for _, o := range w.objects {
		all = append(all, w.compare(o)...)
	}
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path))
	})
	return all
}

func (w *world) compare(o object) []Difference {
	if !o.inAWS() {
		return nil
	}
	id := w.identity(o)
	theirs, there := w.counterpart(o)
	found := Difference{Kind: o.kind, Name: o.name, Key: o.key(), ID: id, Address: theirs.Address}
	if !there {
		found.Effect = Creates
		return []Difference{found}
	}
	if !o.updated() {
		return nil
	}
	restrictions, _ := immutable.Of(o.kind)
	c := comparison{world: w, object: o, held: theirs, restrictions: restrictions, found: found}
	c.fields("", tables()[o.kind].fields, o.spec("forProvider"), o.spec("initProvider"), theirs.Attributes)
	return c.all
}

// object is a managed resource.
type object struct {
	kind, name string
	content    map[string]any
}

func newObject(content map[string]any) object {
	group, _, _ := strings.Cut(fieldpath.Text(content, "apiVersion"), "/")
	return object{group + "/" + fieldpath.Text(content, "kind"), fieldpath.Text(content, "metadata", "name"), content}
}

// key is the key in its component, as Crossplane annotates it.
func (o object) key() string {
	return fieldpath.Text(o.content, "metadata", "annotations", "crossplane.io/composition-resource-name")
}

func (o object) spec(part string) map[string]any {
	m, _ := fieldpath.At(o.content, "spec", part).(map[string]any)
	return m
}

// inAWS reports whether the object is of something that AWS has. Objects inside a cluster
// count: they are made in it.
func (o object) inAWS() bool {
	_, kind, _ := strings.Cut(o.kind, "/")
	rule, known := externalname.Of(kind)
	return !known || rule.Namer != externalname.NotInAWS || kind == "Object"
}

// updated reports whether the provider may change the resource.
func (o object) updated() bool {
	policies, _ := fieldpath.At(o.content, "spec", "managementPolicies").([]any)
	return len(policies) == 0 || slices.Contains(policies, any("*")) || slices.Contains(policies, any("Update"))
}
