// Package proof shows whether the adoption of existing resources changes anything in AWS.
//
// The input is the managed resources that would be applied, as plain objects, and the
// resources that AWS has, with the attributes that Terraform's AWS provider reads. The
// result is every field in which they differ, and what the provider does about it. Where
// the input comes from is not its business.
//
// Compare decides as provider-aws does. upjet builds a Terraform state from the object,
// refreshes it from AWS, and applies the difference to the object that Terraform's
// library finds. So an object must also state the fields that AWS has and the provider
// would otherwise remove: the provider's schemas say which (data/fields.csv). Late
// initialization does not help, because the difference is applied first.
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

	// Attributes have the names of Terraform's provider. A block is a list, even if there
	// is at most one. A missing attribute is unknown: the provider that wrote the state did
	// not have it.
	Attributes map[string]any

	// Withheld are attributes that AWS has and whose values are not in Attributes, because
	// Terraform marks them as sensitive.
	Withheld []string
}

// Effect is what the provider does about a difference when it adopts the resource.
type Effect string

// The effects, the gravest first.
const (
	Creates Effect = "creates" // AWS has no such resource: the provider creates one
	Refused Effect = "refused" // the provider or AWS refuses the change: the resource stays out of sync
	Removes Effect = "removes" // the object omits the field: the provider removes AWS's value
	Changes Effect = "changes" // the provider writes the object's value
	Unknown Effect = "unknown" // AWS's value is withheld: the provider may do any of these
	Tag     Effect = "tag"     // the provider adds a tag
)

// Harmless reports whether the effect is no more than an added tag.
func (e Effect) Harmless() bool { return e == Tag }

// Difference is a field in which an object and AWS differ.
type Difference struct {
	Kind    string `json:"kind"`              // with its group: eks.aws.m.upbound.io/Cluster
	Name    string `json:"name"`              // metadata.name
	Key     string `json:"key,omitempty"`     // in its component, if the object is annotated with it
	ID      string `json:"id,omitempty"`      // external name; empty if AWS will generate it
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
// and path. An object without a counterpart in held is one difference. A resource that no
// object adopts is none: Crossplane does not touch it.
//
// Compare ignores the fields below initProvider, which the provider uses at creation only,
// and objects that the provider may not update. It does not report the three tags that
// the provider itself adds to every resource.
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
		if found.Effect = Creates; !o.allows("Create") {
			found.Effect, found.Why = Refused, "AWS has no such resource, and the management policies do not let the provider create it"
		}
		return []Difference{found}
	}
	if !o.allows("Update") {
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

// inAWS reports whether the object denotes something in AWS. Manifests inside a cluster
// count, because they are created in it.
func (o object) inAWS() bool {
	_, kind, _ := strings.Cut(o.kind, "/")
	rule, known := externalname.Of(kind)
	return !known || rule.Namer != externalname.NotInAWS || kind == "Object"
}

// allows reports whether the management policies let the provider take an action.
func (o object) allows(action string) bool {
	policies, _ := fieldpath.At(o.content, "spec", "managementPolicies").([]any)
	return len(policies) == 0 || slices.Contains(policies, any("*")) || slices.Contains(policies, any(action))
}
